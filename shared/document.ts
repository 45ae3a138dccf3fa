import { createHash } from 'node:crypto';

/** UUIDv5 of the path: the same path inside the inbox is always the same document. */
export type DocumentId = string;
/**
 * SHA-256, in lower-case hexadecimal, of the file's bytes and everything else that decides what is extracted from them.
 */
export type ContentId = string;
/** UUIDv5 of the content and the ordinal. */
export type ChunkId = string;

/** Where in the file the text from `startChar` on is found. */
export interface LocatorMark {
  /** UTF-16 offset in the content's extracted text. */
  readonly startChar: number;
  /** Physical page, starting at 1. */
  readonly pageNumber?: number;
  /** The printed page number, if it differs from the physical one. */
  readonly pageLabel?: string;
  /** Line of a plain text file, starting at 1. */
  readonly line?: number;
  /** Offset into a recording or the subtitles of a film, in seconds. */
  readonly seconds?: number;
  /** The file inside this file that the text comes from: an attachment or an entry of an archive, with forward slashes. */
  readonly part?: string;
  /** Name of the sheet of a spreadsheet. */
  readonly sheet?: string;
  /** The cells of that sheet, such as A12:D12. */
  readonly cells?: string;
  /** Slide of a presentation, starting at 1. */
  readonly slide?: number;
}

/** A range of a content's text; the unit that is stored and found. */
export interface Chunk {
  readonly id: ChunkId;
  readonly contentId: ContentId;
  /** Position among the chunks of the content, starting at 0, without gaps. */
  readonly ordinal: number;
  /** Always `text of the content`.slice(startChar, endChar). */
  readonly text: string;
  /**
   * UTF-16 offset in the content's extracted text. Neighbouring chunks may overlap; together they leave no character
   * out.
   */
  readonly startChar: number;
  /** UTF-16 offset of the end, exclusive. */
  readonly endChar: number;
  /** The headings above it, outermost first; the last is the header row of the table if it begins below that. */
  readonly headings: readonly string[];
  /**
   * Ascending by `startChar`; the first one applies to the chunk's first character. Empty if the format has no
   * locations.
   */
  readonly marks: readonly LocatorMark[];
}

/** What was left out or guessed. */
type DocumentWarningCode =
  | 'PAGES_WITHOUT_TEXT'
  | 'READ_BY_OCR'
  | 'HIDDEN_TEXT_LEFT_OUT'
  | 'PARTS_LEFT_OUT'
  | 'ENCODING_GUESSED';

/** Something that readers should know about a document that was read successfully. */
export interface DocumentWarning {
  readonly code: DocumentWarningCode;
  /** Number of pages, parts or characters concerned. */
  readonly count: number;
  /** For people. */
  readonly message: string;
}

/** What is known about a content once it has been read; the same for every file that has it. */
export interface ContentSummary {
  readonly id: ContentId;
  /** Number of its chunks; all of them must be stored before it can be published. */
  readonly chunkCount: number;
  /** Length of the extracted text in UTF-16 code units. */
  readonly textLength: number;
  /** Taken from inside the file; null if it has none. */
  readonly title: string | null;
  readonly mediaType: string;
  /** BCP 47 tag of the main language, such as pt or en; null if the text is too short to detect it. */
  readonly language: string | null;
  /** Null for formats without pages. */
  readonly pageCount: number | null;
  readonly warnings: readonly DocumentWarning[];
}

/** A path and the content that is searchable under it: one row of the store. */
export interface PublishedDocument {
  readonly id: DocumentId;
  /** Inside the inbox, with forward slashes. */
  readonly path: string;
  /** Taken from inside the file, else the file's name. */
  readonly title: string;
  readonly content: ContentSummary;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly bytesSha256: string;
  readonly sizeBytes: number;
  /** When the path was first seen. RFC 3339, UTC, like all times here. */
  readonly createdAt: string;
  /** When the file was last changed. */
  readonly modifiedAt: string;
  /** When this content became searchable. */
  readonly indexedAt: string;
}

/**
 * Returns where a character is in the file: the last mark at or before it, else the first mark; an empty object if
 * there are no marks.
 * @param char UTF-16 offset in the same text as the `startChar` of the marks.
 */
export function locate(marks: readonly LocatorMark[], char: number): Omit<LocatorMark, 'startChar'> {
  const mark = marks.findLast((candidate) => candidate.startChar <= char) ?? marks[0];
  if (mark === undefined) return {};
  const { startChar: _, ...location } = mark;
  return location;
}

/**
 * Returns the id of a document.
 * @param path inside the inbox, with forward slashes; compared as it is, never normalised.
 */
export function documentIdOf(path: string): DocumentId {
  return uuidV5(`document:${path}`);
}

/**
 * Returns the id of a content.
 * @param bytesSha256 of the file's bytes, in lower-case hexadecimal.
 * @param recipe the versions of the steps that turn bytes into chunks, and whatever else decides the result, such as
 * the file's extension.
 */
export function contentIdOf(bytesSha256: string, recipe: string): ContentId {
  return createHash('sha256').update(`${bytesSha256}\n${recipe}`).digest('hex');
}

/** Returns the id of a chunk. @param ordinal position in the content, starting at 0. */
export function chunkIdOf(content: ContentId, ordinal: number): ChunkId {
  return uuidV5(`chunk:${content}/${ordinal}`);
}

// The namespace of all name-based ids of this project: a random UUID. Changing it changes every id.
const NAMESPACE = Buffer.from('6f2b1d0c9a7e4c5383d1f0a4b7e25c91', 'hex');

/** Name-based UUID, RFC 9562 section 5.5. */
function uuidV5(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
