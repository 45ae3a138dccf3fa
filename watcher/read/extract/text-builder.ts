import type { LocatorMark } from '#shared/document.ts';
import { ExtractError } from './extract-error.ts';
import type { Block, BlockKind, Extraction } from './extraction.ts';

// Beyond these limits an extraction would need more memory than its process may use.
const MAX_TEXT_CHARS = 50_000_000;
const MAX_MARKS = 1_000_000;
const MAX_TITLE_CHARS = 300;

/** Where in the file a piece of text is found. */
export type Location = Omit<LocatorMark, 'startChar'>;

interface BlockOptions {
  readonly level?: number;
  readonly firstLine?: number;
  readonly locations?: readonly Location[];
  readonly continuations?: readonly Continuation[];
}

/** The rest of a block that begins at another location. */
export interface Continuation {
  readonly text: string;
  readonly location: Location;
}

/** Builds the canonical text of a file block by block and keeps every offset exact. */
export interface TextBuilder {
  /** Length of the text so far, in UTF-16 code units. */
  readonly length: number;
  /** The text of the first heading, whatever its level; null until there is one. */
  readonly firstHeading: string | null;
  /** Sets the location in the file at which the next block begins. */
  mark(location: Location): void;
  /**
   * Adds one block, separated from the previous one by an empty line. A block of only white space is ignored.
   * @param options.level 1 to 6, headings only.
   * @param options.firstLine number of the block's first line in the file; each of its lines then gets a mark.
   * @param options.locations of its lines, one for each line of `source`.
   * @param options.continuations what the block holds after `source`, each with the location at which it begins, such as
   * the next page.
   */
  addBlock(kind: BlockKind, source: string, options?: BlockOptions): void;
  /**
   * Adds the text of a file inside this file, such as an attachment, with the name that its places get. A place that is
   * inside a file of that file gets both names.
   */
  addPart(part: string, extraction: Pick<Extraction, 'text' | 'blocks' | 'marks'>): void;
  /** Returns the text with its blocks and marks, completed by the other fields that the format knows. */
  build(rest: Pick<Extraction, 'title' | 'mediaType' | 'pageCount' | 'warnings'>): Extraction;
}

/**
 * Opens a builder without blocks. It throws ExtractError TOO_LARGE above 50 million characters or 1 million marks.
 * @param path names the file in that error.
 */
export function openTextBuilder(path: string): TextBuilder {
  const parts: string[] = [];
  const blocks: Block[] = [];
  const marks: LocatorMark[] = [];
  let pendingLocation: Location | null = null;
  let length = 0;
  let firstHeading: string | null = null;

  return {
    get length() {
      return length;
    },
    get firstHeading() {
      return firstHeading;
    },
    mark(location) {
      pendingLocation = location;
    },
    addBlock(kind, source, { level, firstLine, locations, continuations = [] } = {}) {
      let whole = canonical(source);
      const places = continuations.map((continuation) => {
        const at = whole.length;
        whole += canonical(continuation.text);
        return { at, location: continuation.location };
      });
      const text = whole.trimEnd();
      if (text === '') return;
      if (length > 0) parts.push('\n\n');
      const startChar = length === 0 ? 0 : length + 2;
      parts.push(text);
      length = startChar + text.length;
      blocks.push({ kind, startChar, endChar: length, ...(level === undefined ? {} : { level }) });
      if (kind === 'heading') firstHeading ??= text;
      if (pendingLocation !== null) marks.push({ startChar, ...pendingLocation });
      pendingLocation = null;
      for (const { at, location } of places) marks.push({ startChar: startChar + at, ...location });
      if (firstLine !== undefined) markLines(text, startChar, (index) => ({ line: firstLine + index }));
      if (locations !== undefined) markLines(text, startChar, (index) => locations[index]!);
      checkSize();
    },
    addPart(part, extraction) {
      const offset = length === 0 ? 0 : length + 2;
      if (extraction.text === '') return;
      if (length > 0) parts.push('\n\n');
      parts.push(extraction.text);
      length = offset + extraction.text.length;
      for (const block of extraction.blocks) {
        blocks.push({ ...block, startChar: block.startChar + offset, endChar: block.endChar + offset });
      }
      if ((extraction.marks[0]?.startChar ?? Infinity) > 0) marks.push({ startChar: offset, part });
      for (const { part: inner, ...mark } of extraction.marks) {
        const name = inner === undefined ? part : `${part}/${inner}`;
        marks.push({ ...mark, startChar: mark.startChar + offset, part: name });
      }
      pendingLocation = null;
      checkSize();
    },
    build(rest) {
      return { ...rest, title: canonicalTitle(rest.title), text: parts.join(''), blocks, marks };
    },
  };

  function checkSize(): void {
    if (length <= MAX_TEXT_CHARS && marks.length <= MAX_MARKS) return;
    throw new ExtractError(
      'TOO_LARGE',
      path,
      `it contains more than ${MAX_TEXT_CHARS / 1e6} million characters or ${MAX_MARKS / 1e6} million lines; split it into smaller files`,
    );
  }

  function markLines(text: string, startChar: number, locationOf: (lineIndex: number) => Location): void {
    let at = 0;
    for (let index = 0; ; index++) {
      marks.push({ startChar: startChar + at, ...locationOf(index) });
      const lineEnd = text.indexOf('\n', at);
      if (lineEnd === -1 || marks.length > MAX_MARKS) return;
      at = lineEnd + 1;
    }
  }
}

/** Splits a text into lines at CRLF, CR or LF. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Of one mark or space, such as the pipes or dashes that draw a line. */
const LONG_RUN = /([^\p{L}\p{N}\n])\1{80,}/gu;
const MAX_RUN = 80;

/** Control characters that stand where a line or a page ends, or a field begins. */
const SPACING = /[\v\f\u0085\u2028\u2029]/g;
// oxlint-disable-next-line no-control-regex -- the other control characters are what is removed
const CONTROLS = /[\0-\x08\x0E-\x1F\x7F-\x9F\u00AD\uFEFF]/g;

/**
 * Removes what harms text: control characters, soft hyphens and byte order marks (they hide words from search), lone surrogates
 * (they cannot be stored), and most of a long row of one mark or space (a chunk might hold nothing else).
 */
function canonical(source: string): string {
  return source
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(SPACING, ' ')
    .replaceAll(CONTROLS, '')
    .replaceAll(LONG_RUN, (run, mark: string) => mark.repeat(MAX_RUN))
    .toWellFormed()
    .normalize('NFC');
}

function canonicalTitle(title: string | null): string | null {
  const line = canonical(title ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line === '' ? null : line.slice(0, MAX_TITLE_CHARS).toWellFormed();
}
