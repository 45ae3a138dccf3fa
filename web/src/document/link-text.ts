/** Characters of a document's extracted text. */
export interface TextRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A place in a document, as an address can name it. */
export interface DocumentLink {
  readonly path: string;
  /** The cited characters of the extracted text; null for the document as a whole. */
  readonly chars: TextRange | null;
  readonly pageNumber: number | null;
  /** The beginning of the hash of the file that had the words there; null if that is not known. */
  readonly version: string | null;
}

/** As many characters as the API gives of a text at a time. */
const MAX_CHARS = 20_000;
/** Of the hash of a file; enough to see that it was changed. */
const VERSION_CHARS = 16;

/** Returns a link as the query of an address. */
export function writeLink({ path, chars, pageNumber, version }: DocumentLink): string {
  const parts = [`document=${encodeURIComponent(path).replaceAll('%2F', '/')}`];
  if (pageNumber !== null) parts.push(`page=${pageNumber}`);
  if (chars !== null) parts.push(`chars=${chars.start}-${chars.end}`);
  if (chars !== null && version !== null && version !== '') parts.push(`version=${version.slice(0, VERSION_CHARS)}`);
  return parts.join('&');
}

/** Reads the query of an address. @returns null if it names no document; what it says wrong of a place is left out */
export function readLink(query: string): DocumentLink | null {
  const parts = new URLSearchParams(query);
  const path = parts.get('document');
  if (path === null || path === '') return null;
  const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(parts.get('chars') ?? '') ?? [];
  const [start, end] = [Number(from), Number(to)];
  const chars = start < end && end - start <= MAX_CHARS ? { start, end } : null;
  const page = /^[1-9]\d{0,5}$/.exec(parts.get('page') ?? '')?.[0];
  const version = /^[0-9a-f]{8,64}$/.exec(parts.get('version') ?? '')?.[0] ?? null;
  return { path, chars, pageNumber: page === undefined ? null : Number(page), version };
}
