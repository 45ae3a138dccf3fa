import { languageOfQuestion } from '#shared/text/language.ts';
import { renderNearest } from './render-nearest.ts';
import { harmless } from './text.ts';

/** What `renderAnswer` and `--json` show of an answer: a selection on `Answer`. */
export const ANSWER_FIELDS = `
  id question text finishReason support
  unsupported { start end }
  citations { start end quote source { rank path title } locator { pageNumber pageLabel line sheet cells slide part } }
  nearest { path title excerpt locator { pageNumber pageLabel line sheet cells slide part } }
  notSearched { meaningOffBecause unread { count paths } failed { count paths } }
  passagesLeftMachine
  answeredBy { kind model fallbackReason }
`;

/** Where something is in a file, as far as its format has places. */
interface Place {
  readonly locator: {
    readonly pageNumber: number | null;
    readonly pageLabel: string | null;
    readonly line: number | null;
    readonly sheet: string | null;
    readonly cells: string | null;
    readonly slide: number | null;
    readonly part: string | null;
  };
}

/** What ANSWER_FIELDS selects. */
export interface ShownAnswer {
  readonly question: string;
  readonly text: string;
  readonly finishReason: string | null;
  readonly unsupported: readonly { readonly start: number; readonly end: number }[];
  readonly citations: readonly (Place & { readonly source: { readonly rank: number; readonly path: string } })[];
  readonly nearest: readonly (Place & { readonly path: string; readonly excerpt: string })[];
  readonly notSearched: { readonly meaningOffBecause: string | null } | null;
  readonly passagesLeftMachine: boolean;
  readonly answeredBy: {
    readonly kind: string;
    readonly model: string | null;
    readonly fallbackReason: string | null;
  } | null;
}

/** The screen that an answer is written to. */
export interface Screen {
  readonly columns: number;
  /** Makes a text less prominent; returns it as it is where that is not possible. */
  readonly dim: (text: string) => string;
}

/** Said of an answer whose passages were sent to another server. */
export const LEFT_MACHINE = 'the question and passages were sent to the endpoint at OPENAI_BASE_URL';

/** What answers without a model, by its kind. */
const WRITERS: Readonly<Record<string, string>> = {
  QUOTES: 'quotes, without a model',
  DOCUMENT_LIST: 'the list of documents',
};

/**
 * Returns what follows the text of an answer on a terminal: the nearest passages of one that found nothing, the
 * sentences without a source, the cited sources, and what wrote it. Nothing in it can control the terminal.
 */
export function renderAnswer(answer: ShownAnswer, screen: Screen): string {
  const lines = [...unsupportedLines(answer, screen), ...sourceLines(answer), ...writerLines(answer, screen)];
  return describeNearest(answer, screen) + (lines.length === 0 ? '' : `\n${lines.join('\n')}\n`);
}

/** Shows what came nearest to a question that nothing answers, and why it was not searched by meaning. */
function describeNearest({ question, nearest, notSearched }: ShownAnswer, { columns, dim }: Screen): string {
  const passages = nearest.map((passage) => ({ ...passage, place: placeOf(passage) }));
  const shown = renderNearest(passages, languageOfQuestion(question), columns);
  const reason = notSearched?.meaningOffBecause ?? null;
  return (shown === '' ? '' : `\n${shown}`) + (reason === null ? '' : `\n${dim(harmless(reason))}\n`);
}

function unsupportedLines({ text, unsupported }: ShownAnswer, { dim }: Screen): readonly string[] {
  return unsupported.map(({ start, end }) => {
    const sentence = harmless(text.slice(start, end).replaceAll(/\s+/g, ' ').trim());
    return dim(`[?] no source supports: ${sentence}`);
  });
}

/** Lists the cited sources, one line per number with all its places. */
function sourceLines({ citations }: ShownAnswer): readonly string[] {
  const byRank = Map.groupBy(citations, (citation) => citation.source.rank);
  return [...byRank]
    .toSorted(([a], [b]) => a - b)
    .map(([rank, cited]) => {
      const places = new Set(cited.map(placeOf).filter((place) => place !== ''));
      return [`[${rank}] ${harmless(cited[0]!.source.path)}`, ...places].join(', ');
    });
}

function writerLines({ answeredBy, passagesLeftMachine }: ShownAnswer, { dim }: Screen): readonly string[] {
  const writer = answeredBy === null ? undefined : (answeredBy.model ?? WRITERS[answeredBy.kind] ?? answeredBy.kind);
  return [
    ...(writer === undefined ? [] : [dim(`answered by ${harmless(writer)}`)]),
    ...(answeredBy?.fallbackReason ? [dim(`because ${harmless(answeredBy.fallbackReason)}`)] : []),
    ...(passagesLeftMachine ? [LEFT_MACHINE] : []),
  ];
}

function placeOf({ locator }: Place): string {
  const { pageNumber, pageLabel, line, sheet, cells, slide, part } = locator;
  const places = [
    ...(part === null ? [] : [part]),
    ...(pageNumber === null ? [] : [`p. ${pageLabel ?? pageNumber}`]),
    ...(sheet === null ? [] : [[sheet, cells].filter((name) => name !== null).join('!')]),
    ...(slide === null ? [] : [`slide ${slide}`]),
  ];
  if (places.length === 0 && line !== null) return `line ${line}`;
  return harmless(places.join(', '));
}
