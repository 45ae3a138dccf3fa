import { sentenceSpans, type Span } from '../../cite/sentence-spans.ts';
import { isNumberedUnit } from '#shared/text/sentence-starts.ts';
import { tablesIn } from './tables.ts';

/**
 * What a piece of a passage is. A statement or a row may answer a question. The others only announce what follows them:
 * a heading, a question, a label such as `Total:`, and the header of a table.
 */
type PieceKind = 'statement' | 'row' | 'heading' | 'question' | 'label' | 'header';

/** A sentence, a line that stands for itself, or a table row. */
export interface Piece extends Span {
  readonly kind: PieceKind;
  /** Number of the paragraph it is in, from 0. */
  readonly paragraph: number;
  /** The pieces that announce it, nearest first: the label, question, heading or table header above it. */
  readonly announcedBy: readonly Piece[];
  /** Whether it is an item of a list. */
  readonly isItem: boolean;
}

/** `P: Posso fumar?`, `Pergunta 3: …`, `Q. …`. The mark at the end may be missing. */
const FAQ_QUESTION = /^(?:p|q|pergunta|question)\s{0,2}(?:\d{1,3}\s{0,2})?[:.)–-]\s{1,3}(?=\S)/iu;
const LIST_ITEM = /^(?:[-*+•–]|\d{1,3}[.)])\s/;
const MAX_HEADING_CHARS = 80;
/** A line above others in one paragraph is taken for their heading only if it is as short as a title. */
const MAX_TITLE_CHARS = 40;

/**
 * Returns the pieces of a passage, in order. Together they are the whole text, but for white space and the line that
 * separates the header of a Markdown table from its rows.
 * @param headings the headings above the passage; such a line is a heading, whatever it looks like.
 * @param headerAbove the header of the table that the passage begins with, before its start; it becomes the first piece.
 */
export function piecesOf(text: string, headings: readonly string[], headerAbove: Span | null = null): readonly Piece[] {
  const loose: LoosePiece[] = [];
  let from = 0;
  const addProse = (to: number): void => {
    for (const { start, end } of sentenceSpans(text.slice(from, to))) {
      loose.push({ start: from + start, end: from + end, kind: 'sentence' });
    }
  };
  for (const [index, { header, rows, start, end }] of tablesIn(text).entries()) {
    addProse(start);
    const isContinued = index === 0 && headerAbove !== null;
    const above = isContinued ? headerAbove : header;
    if (above !== null) loose.push({ start: above.start, end: above.end, kind: 'header' });
    const all = isContinued && header !== null ? [header, ...rows] : rows;
    loose.push(...all.map((row) => ({ start: row.start, end: row.end, kind: 'row' as const })));
    from = end;
  }
  addProse(text.length);
  return announced(classified(text, loose, headings));
}

interface LoosePiece extends Span {
  readonly kind: 'sentence' | 'row' | 'header';
}

/** A piece, and whether it begins and ends a line. */
interface ClassifiedPiece extends Omit<Piece, 'announcedBy'> {
  readonly isLine: boolean;
}

function classified(
  text: string,
  pieces: readonly LoosePiece[],
  headings: readonly string[],
): readonly ClassifiedPiece[] {
  let paragraph = 0;
  const placed = pieces.map((piece, index) => {
    const before = text.slice(Math.max(0, pieces[index - 1]?.end ?? 0), Math.max(0, piece.start));
    if (index > 0 && /\n[^\S\n]*\n/.test(before)) paragraph++;
    const after = text.slice(piece.end, pieces[index + 1]?.start ?? text.length);
    const isLine = (index === 0 || before.includes('\n')) && (index === pieces.length - 1 || after.includes('\n'));
    const isItem = piece.kind === 'sentence' && LIST_ITEM.test(text.slice(piece.start, piece.end));
    return { ...piece, paragraph, isLine, isItem };
  });
  const result: ClassifiedPiece[] = [];
  for (const [index, piece] of placed.entries()) {
    const { kind } = piece;
    result.push({
      ...piece,
      kind:
        kind === 'sentence'
          ? kindOf(text.slice(piece.start, piece.end), contextOf(placed, index, result), headings)
          : kind,
    });
  }
  return result;
}

/** Where a sentence is. */
interface Context {
  /** Whether it begins and ends a line. */
  readonly isLine: boolean;
  readonly isFirstOfParagraph: boolean;
  readonly isLastOfParagraph: boolean;
  readonly isLastOfPassage: boolean;
  /** Whether the piece before it already announces something: then it is that, however short it is. */
  readonly isAnnounced: boolean;
}

function contextOf(
  pieces: readonly { readonly paragraph: number; readonly isLine: boolean }[],
  index: number,
  before: readonly ClassifiedPiece[],
): Context {
  const { paragraph, isLine } = pieces[index]!;
  const previous = before.at(-1)?.kind;
  return {
    isLine,
    isFirstOfParagraph: pieces[index - 1]?.paragraph !== paragraph,
    isLastOfParagraph: pieces[index + 1]?.paragraph !== paragraph,
    isLastOfPassage: index === pieces.length - 1,
    isAnnounced: previous === 'label' || previous === 'question',
  };
}

function kindOf(source: string, context: Context, headings: readonly string[]): PieceKind {
  const { isLine } = context;
  const isMarked = /^#{1,6}\s/.test(source);
  const words = source
    .replace(/^#{1,6}\s+/, '')
    .replaceAll(/\*\*|__|`/g, '')
    .trim();
  if (isLine && (isMarked || headings.includes(words) || headings.includes(source))) return 'heading';
  if (/[?？]["”»')\]]*$/u.test(words) || (isLine && FAQ_QUESTION.test(words))) return 'question';
  if (words.endsWith(':')) return 'label';
  if (words.length > MAX_HEADING_CHARS) return 'statement';
  const isEmphasized = /^(\*\*|__)[^*_]+\1[:.]?$/.test(source);
  // A title in the line that it announces: "**Saída.** Só com os pais.", "II - ALUGUEL. Vence no dia 20."
  if (!isLine) return isEmphasized || isInCapitals(words) ? 'label' : 'statement';
  if (isNumberedUnit(words) || isEmphasized) return 'heading';
  if (context.isLastOfPassage || context.isAnnounced) return 'statement';
  const isOpen = !/[.!;,…]["”»')\]]*$/u.test(words) && !/\d[.,]\d/.test(words);
  if (!isOpen || LIST_ITEM.test(source) || !context.isFirstOfParagraph) return 'statement';
  const isTitle = words.length <= MAX_TITLE_CHARS && !/[:=\d]|\.{3}/.test(words);
  return context.isLastOfParagraph || isTitle ? 'heading' : 'statement';
}

/** Whether it is at least one whole word in capitals, and not only a code. */
function isInCapitals(words: string): boolean {
  return /\p{Lu}{4}/u.test(words) && !/\p{Ll}/u.test(words) && !/\d[.,]\d/.test(words);
}

/** Gives each piece what announces it. */
function announced(pieces: readonly ClassifiedPiece[]): readonly Piece[] {
  const result: Piece[] = [];
  let open: Announcements = NONE;
  for (const [index, { isLine, ...piece }] of pieces.entries()) {
    const { header, label, question, heading } = open;
    const announcedBy = [header, label, question, heading].flatMap((each) =>
      each !== null && piece.paragraph <= each.until ? each.pieces : [],
    );
    const whole: Piece = { ...piece, announcedBy };
    const previous = result.at(-1);
    const chainOf = (before: Announcement | null): readonly Piece[] =>
      before !== null && previous?.kind === piece.kind ? [whole, ...before.pieces] : [whole];
    result.push(whole);
    const endsParagraph = pieces[index + 1]?.paragraph !== piece.paragraph;
    const untilNext = piece.paragraph + (endsParagraph ? 1 : 0);
    switch (piece.kind) {
      case 'heading':
        open = { ...NONE, heading: { pieces: chainOf(heading), until: Infinity } };
        break;
      case 'question':
        // Within a line it is a turn of speech, which the rest of the paragraph answers.
        open = { ...NONE, heading, question: { pieces: chainOf(question), until: isLine ? Infinity : untilNext } };
        break;
      case 'label':
        open = { ...open, header: null, label: { pieces: [whole], until: untilNext } };
        break;
      case 'header':
        open = { ...open, header: { pieces: [whole], until: piece.paragraph } };
        break;
      case 'statement':
        open = { ...open, header: null };
        break;
      case 'row':
        break;
    }
  }
  return result;
}

/** What announces the next piece, unless it is in a later paragraph. */
interface Announcements {
  readonly header: Announcement | null;
  readonly label: Announcement | null;
  readonly question: Announcement | null;
  readonly heading: Announcement | null;
}

const NONE: Announcements = { header: null, label: null, question: null, heading: null };

interface Announcement {
  /** Nearest first. Several headings that follow each other, or a question of two sentences, are one announcement. */
  readonly pieces: readonly Piece[];
  /** The last paragraph that it announces. */
  readonly until: number;
}
