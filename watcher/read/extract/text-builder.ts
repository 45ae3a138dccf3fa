import type { LocatorMark } from '#shared/document.ts';
import { ExtractError } from './extract-error.ts';
import type { Block, BlockKind, Extraction } from './extraction.ts';

// Beyond these an extraction would take more memory than its process may have.
const MAX_TEXT_CHARS = 50_000_000;
const MAX_MARKS = 1_000_000;
const MAX_TITLE_CHARS = 300;

type Place = Omit<LocatorMark, 'startChar'>;

/** Writes the canonical text of a file block by block and keeps every offset exact. */
export interface TextBuilder {
  /** Length of the text so far, in UTF-16 code units. */
  readonly length: number;
  /** The words of the first heading, of whatever level; null as long as there is none. */
  readonly firstHeading: string | null;
  /** The next block begins at this place. */
  mark(place: Place): void;
  /**
   * Adds one block, set off from the one before by an empty line. White space only adds nothing.
   * @param options.level 1 to 6, headings only.
   * @param options.firstLine line number of its first line in the file; each of its lines then gets a mark.
   */
  addBlock(kind: BlockKind, source: string, options?: { level?: number; firstLine?: number }): void;
  /** What the format knows besides, and the text with its blocks and marks. */
  build(rest: Pick<Extraction, 'title' | 'mediaType' | 'pageCount' | 'warnings'>): Extraction;
}

/** @param path for the message of the ExtractError TOO_LARGE that ends an endless text. */
export function openTextBuilder(path: string): TextBuilder {
  const parts: string[] = [];
  const blocks: Block[] = [];
  const marks: LocatorMark[] = [];
  let pendingPlace: Place | null = null;
  let length = 0;
  let firstHeading: string | null = null;

  return {
    get length() {
      return length;
    },
    get firstHeading() {
      return firstHeading;
    },
    mark(place) {
      pendingPlace = place;
    },
    addBlock(kind, source, { level, firstLine } = {}) {
      const text = canonical(source).trimEnd();
      if (text === '') return;
      if (length > 0) parts.push('\n\n');
      const startChar = length === 0 ? 0 : length + 2;
      parts.push(text);
      length = startChar + text.length;
      blocks.push({ kind, startChar, endChar: length, ...(level === undefined ? {} : { level }) });
      if (kind === 'heading') firstHeading ??= text;
      if (pendingPlace !== null) marks.push({ startChar, ...pendingPlace });
      pendingPlace = null;
      if (firstLine !== undefined) markLines(text, startChar, firstLine);
      if (length > MAX_TEXT_CHARS || marks.length > MAX_MARKS) {
        throw new ExtractError(
          'TOO_LARGE',
          path,
          `it holds more than ${MAX_TEXT_CHARS / 1e6} million characters or ${MAX_MARKS / 1e6} million lines; split it into smaller files`,
        );
      }
    },
    build(rest) {
      return { ...rest, title: canonicalTitle(rest.title), text: parts.join(''), blocks, marks };
    },
  };

  function markLines(text: string, startChar: number, firstLine: number): void {
    let line = firstLine;
    for (let at = 0; ; line++) {
      marks.push({ startChar: startChar + at, line });
      const lineEnd = text.indexOf('\n', at);
      if (lineEnd === -1 || marks.length > MAX_MARKS) return;
      at = lineEnd + 1;
    }
  }
}

/** The lines of a text, whatever ends them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** NUL has no place in a text, soft hyphens and byte order marks hide words from search, and half a surrogate pair survives no storage. */
function canonical(source: string): string {
  return source
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\0\u00AD\uFEFF]/g, '')
    .toWellFormed()
    .normalize('NFC');
}

function canonicalTitle(title: string | null): string | null {
  const line = canonical(title ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line === '' ? null : line.slice(0, MAX_TITLE_CHARS).toWellFormed();
}
