import type { Extraction, SourceFile } from '../extraction.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { openHtmlLines, type HtmlContext } from '../html/html-lines.ts';
import { openTextBuilder } from '../text-builder.ts';
import { encodingOfCharset, encodingOfCodePage } from './code-pages.ts';
import { codeUnitOf, fallbackLengthOf, rtfTokens } from './rtf-tokens.ts';

/** Groups whose text is no text of the document. Unknown groups that begin with `\*` are skipped as well. */
const SKIPPED = new Set(
  'colortbl filetbl listtable listoverridetable revtbl pict object objdata themedata colorschememapping datastore latentstyles header headerl headerr headerf footer footerl footerr footerf fldinst xe tc rxe bkmkstart bkmkend generator operator author category manager company doccomm hlinkbase subject keywords comment atnid atnauthor atndate atnref shppict nonshppict private1 ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn sn sv'.split(
    ' ',
  ),
);
/** Groups with text although they begin with `\*`. */
const READ_ANYWAY = new Set(['annotation', 'shptxt', 'shpinst', 'fldrslt', 'footnote']);
const NOTES = new Set(['footnote', 'annotation']);
const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  '~': ' ',
  _: '\u2011',
};
const PARAGRAPH: HtmlContext = { kind: 'paragraph', owner: null, indent: '' };
const TABLE: HtmlContext = { kind: 'table', owner: {}, indent: '' };

interface Group {
  readonly destination: 'text' | 'skipped' | 'fonts' | 'styles' | 'title' | 'note';
  readonly isHidden: boolean;
  readonly isDeleted: boolean;
  readonly font: number;
  /** How many characters follow each `\u` for programs without Unicode. */
  readonly fallbackLength: number;
}

/**
 * Extracts a Rich Text Format file: headings by their outline level, paragraphs, tables, footnotes and comments, in the
 * code page of each font. Pictures, headers and footers, and hidden or deleted text are left out; hidden text is
 * counted. Never fails: a file that is cut short gives the text up to there.
 */
export function extractRtf(file: SourceFile): Extraction {
  const builder = openTextBuilder(file.path);
  const lines = openHtmlLines(builder);
  const groups: Group[] = [];
  const fonts = new Map<number, string>();
  const headingStyles = new Map<number, number>();
  const notes: string[] = [];
  let group: Group = { destination: 'text', isHidden: false, isDeleted: false, font: -1, fallbackLength: 1 };
  let codePage = 'windows-1252';
  let bytes = '';
  let toSkip = 0;
  let opensGroup = false;
  let isOptional = false;
  let title = '';
  let note = '';
  let hiddenChars = 0;
  let style = 0;
  let level: number | null = null;
  let isInTable = false;
  let rowHasCell = false;
  let isCellOpen = false;

  const context = (): HtmlContext => {
    if (isInTable) return TABLE;
    return level === null ? PARAGRAPH : { ...PARAGRAPH, kind: 'heading', level };
  };
  const write = (text: string): void => {
    if (group.destination === 'title') title += text;
    if (group.destination !== 'text' && group.destination !== 'note') return;
    if ((group.isHidden || group.isDeleted) && file.readsHidden !== true) hiddenChars += text.trim().length;
    else if (group.isDeleted) return;
    else if (group.destination === 'note') note += text;
    else {
      if (isInTable) openCell();
      lines.write(text, context());
    }
  };
  const openCell = (): void => {
    if (!isCellOpen) lines.beginCell();
    isCellOpen = true;
    rowHasCell = true;
  };
  const flush = (): void => {
    if (bytes === '') return;
    const encoding = fonts.get(group.font) ?? codePage;
    write(new TextDecoder(encoding).decode(Buffer.from(bytes, 'latin1')));
    bytes = '';
  };
  const addNotes = (): void => {
    for (const text of isInTable ? [] : notes.splice(0)) {
      lines.write(text, PARAGRAPH);
      lines.endLine(PARAGRAPH);
    }
  };
  const endParagraph = (): void => {
    if (group.destination === 'note') note += ' ';
    if (group.destination !== 'text') return;
    if (isInTable) lines.write(' ', TABLE);
    else lines.endLine(context());
    addNotes();
  };

  for (const token of rtfTokens(file.bytes.toString('latin1'))) {
    if (token.type === 'bytes') {
      const text = toSkip > 0 ? token.text.slice(toSkip) : token.text;
      toSkip = Math.max(0, toSkip - token.text.length);
      if (group.destination !== 'skipped' && group.destination !== 'fonts') bytes += text;
      opensGroup = false;
      continue;
    }
    flush();
    if (token.type === 'open') {
      groups.push(group);
      opensGroup = true;
      isOptional = false;
      toSkip = 0;
    } else if (token.type === 'close') {
      const closed = group;
      group = groups.pop() ?? group;
      if (closed.destination === 'note' && group.destination !== 'note') {
        notes.push(note);
        note = '';
      }
      toSkip = 0;
      if (groups.length === 0) break; // What follows the document is none of its text.
    } else if (token.word === '*' && opensGroup) {
      isOptional = true;
    } else {
      if (opensGroup) group = { ...group, destination: destinationOf(token.word, isOptional, group.destination) };
      opensGroup = false;
      control(token.word, token.value);
    }
  }
  flush();
  lines.endLine(context());
  isInTable = false;
  addNotes();
  lines.close();
  return builder.build({
    title: title.trim() === '' ? builder.firstHeading : title,
    mediaType: 'application/rtf',
    pageCount: null,
    warnings: hiddenTextWarning(hiddenChars),
  });

  function control(word: string, value: number | null): void {
    switch (word) {
      case 'ansicpg':
        codePage = encodingOfCodePage(value ?? 0);
        break;
      case 'mac':
        codePage = 'macintosh';
        break;
      case 'f':
        group = { ...group, font: value ?? 0 };
        break;
      case 'fcharset': {
        const encoding = encodingOfCharset(value ?? 0);
        if (group.destination === 'fonts' && encoding !== null && value !== 0) fonts.set(group.font, encoding);
        break;
      }
      case 'uc':
        group = { ...group, fallbackLength: fallbackLengthOf(value) };
        break;
      case 'u':
        write(codeUnitOf(value));
        toSkip = group.fallbackLength;
        break;
      case 'v':
        group = { ...group, isHidden: value !== 0 };
        break;
      case 'deleted':
        group = { ...group, isDeleted: value !== 0 };
        break;
      case 'plain':
        group = { ...group, isHidden: false, isDeleted: false, font: -1 };
        break;
      case 's':
        style = value ?? 0;
        if (group.destination === 'text') level = headingStyles.get(style) ?? level;
        break;
      case 'outlinelevel':
        if (value === null || value < 0 || value > 8) break;
        if (group.destination === 'styles') headingStyles.set(style, Math.min(6, value + 1));
        else if (group.destination === 'text') level = Math.min(6, value + 1);
        break;
      case 'pard':
        if (group.destination !== 'text') break;
        level = null;
        if (isInTable && !rowHasCell) endTable();
        break;
      case 'trowd':
      case 'intbl':
        if (group.destination === 'text') beginTable();
        break;
      case 'cell':
      case 'nestcell':
        if (group.destination !== 'text') break;
        openCell();
        isCellOpen = false;
        break;
      case 'row':
      case 'nestrow':
        if (group.destination !== 'text') break;
        lines.endLine(TABLE);
        rowHasCell = false;
        isCellOpen = false;
        break;
      case 'par':
      case 'sect':
      case 'page':
      case '\r':
      case '\n':
        endParagraph();
        break;
      case 'line':
        if (group.destination === 'text') lines.breakLine(context());
        else write(' ');
        break;
      case '\\':
      case '{':
      case '}':
        write(word);
        break;
      default:
        if (CHARACTERS[word] !== undefined) write(CHARACTERS[word]);
    }
  }

  function beginTable(): void {
    if (isInTable) return;
    lines.endLine(context());
    isInTable = true;
    rowHasCell = false;
    isCellOpen = false;
  }

  function endTable(): void {
    isInTable = false;
    addNotes();
  }
}

function destinationOf(word: string, isOptional: boolean, around: Group['destination']): Group['destination'] {
  if (around === 'skipped') return around;
  if (word === 'fonttbl') return 'fonts';
  if (word === 'stylesheet') return 'styles';
  if (word === 'title') return 'title';
  if (NOTES.has(word)) return 'note';
  if (SKIPPED.has(word) || (isOptional && !READ_ANYWAY.has(word))) return 'skipped';
  return around;
}
