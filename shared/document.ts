import { createHash } from 'node:crypto';

/** UUIDv5 of the path: the same file name inside the inbox is always the same document. */
export type DocumentId = string;
/** Lower-case hexadecimal SHA-256 over the bytes and everything that decides what is made of them. */
export type ContentId = string;
/** UUIDv5 of content and ordinal. */
export type ChunkId = string;

/** From `startChar` of a text on, this is where the words stand in the file. */
export interface LocatorMark {
  /** UTF-16 offset in the content's extracted text. */
  readonly startChar: number;
  /** Physical page, from 1. */
  readonly pageNumber?: number;
  /** The page as printed, when it differs from the number. */
  readonly pageLabel?: string;
  /** Line of a plain text file, from 1. */
  readonly line?: number;
  /** Offset into a recording or a film's subtitles. */
  readonly seconds?: number;
}

/** A stretch of a content's text, the unit that is stored and found. */
export interface Chunk {
  readonly id: ChunkId;
  readonly contentId: ContentId;
  /** Its place in the content, from 0, without gaps. */
  readonly ordinal: number;
  /** Always `text of the content`.slice(startChar, endChar). */
  readonly text: string;
  /** UTF-16 offsets in the content's extracted text. Neighbours may overlap; together they leave no character out. */
  readonly startChar: number;
  readonly endChar: number;
  /** The headings it stands under, outermost first. */
  readonly headings: readonly string[];
  /** Ascending by `startChar`; the first one holds at the chunk's first character. Empty when the format has no places. */
  readonly marks: readonly LocatorMark[];
}

type DocumentWarningCode =
  | 'PAGES_WITHOUT_TEXT'
  | 'READ_BY_OCR'
  | 'HIDDEN_TEXT_LEFT_OUT'
  | 'PARTS_LEFT_OUT'
  | 'ENCODING_GUESSED';

/** Something a reader of the document should know although it was read. */
export interface DocumentWarning {
  readonly code: DocumentWarningCode;
  /** How many pages, parts or characters it concerns. */
  readonly count: number;
  readonly message: string;
}

/** What is known of a content once it has been read, whatever files hold it. */
export interface ContentSummary {
  readonly id: ContentId;
  /** Exactly as many chunks have to be stored before it can be published. */
  readonly chunkCount: number;
  /** Length of the extracted text in UTF-16 code units. */
  readonly textLength: number;
  /** From inside the file; null when the file does not say. */
  readonly title: string | null;
  readonly mediaType: string;
  /** BCP 47 tag of the main language, such as pt or en; null when too short to tell. */
  readonly language: string | null;
  readonly pageCount: number | null;
  readonly warnings: readonly DocumentWarning[];
}

/** A path and the content that answers for it: one row of the store. */
export interface PublishedDocument {
  readonly id: DocumentId;
  /** Inside the inbox, with forward slashes. */
  readonly path: string;
  /** From inside the file, else the file's name. */
  readonly title: string;
  readonly content: ContentSummary;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly bytesSha256: string;
  readonly sizeBytes: number;
  /** When the path was first seen. RFC 3339, UTC, as all times here. */
  readonly createdAt: string;
  /** When the file was last changed. */
  readonly modifiedAt: string;
  readonly indexedAt: string;
}

/** The place of a character: the last mark at or before it; an empty place when there is none. */
export function locate(marks: readonly LocatorMark[], char: number): Omit<LocatorMark, 'startChar'> {
  const mark = marks.findLast((candidate) => candidate.startChar <= char) ?? marks[0];
  if (mark === undefined) return {};
  const { startChar: _, ...place } = mark;
  return place;
}

/** @param path inside the inbox, with forward slashes; compared byte by byte, never normalised. */
export function documentIdOf(path: string): DocumentId {
  return uuidV5(`document:${path}`);
}

/** @param recipe the versions that turn bytes into chunks, and whatever else decides the result, such as the file's extension. */
export function contentIdOf(bytesSha256: string, recipe: string): ContentId {
  return createHash('sha256').update(`${bytesSha256}\n${recipe}`).digest('hex');
}

export function chunkIdOf(content: ContentId, ordinal: number): ChunkId {
  return uuidV5(`chunk:${content}/${ordinal}`);
}

// A random UUID made for this project: the namespace of all its name-based ids.
const NAMESPACE = Buffer.from('6f2b1d0c9a7e4c5383d1f0a4b7e25c91', 'hex');

/** Name-based UUID, RFC 9562 section 5.5. */
function uuidV5(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
