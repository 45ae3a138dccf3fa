import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { fold } from '#shared/text/fold.ts';
import { AskboxError } from '#shared/errors.ts';
import { mapInTurns } from '../turns/map-in-turns.ts';

/** How documents are sorted. Titles compare without case and accents. */
export interface DocumentOrder {
  readonly field: 'PATH' | 'TITLE' | 'CREATED_AT' | 'MODIFIED_AT' | 'SIZE';
  readonly direction: 'ASC' | 'DESC';
}

/** One page of a list, in the shape of the schema's connections. */
export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** The position of a document in an order. Ids break ties, so that no document appears twice or is skipped. */
type Place = readonly [key: string | number, id: string];

/**
 * Returns a page of documents in an order. A cursor names a position, not a number, so documents that come and go
 * between two pages don't shift the rest; with its field and direction, so that it is not taken for one of another order.
 * @param first the size of the page.
 * @param after the cursor of the last document of the previous page; null for the first page.
 * @throws AskboxError BAD_USER_INPUT for a cursor that is not from this list and order.
 */
export async function pageOfDocuments(
  documents: readonly DocumentState[],
  order: DocumentOrder,
  first: number,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<DocumentState>> {
  const sign = order.direction === 'ASC' ? 1 : -1;
  const placeOf = (document: DocumentState): Place => [KEYS[order.field](document), document.id];
  const afterPlace = after === null ? null : readPlace(after, order);

  const placed = await mapInTurns(documents, (node) => ({ node, place: placeOf(node) }), signal);
  const sorted = placed.toSorted((a, b) => sign * comparePlaces(a.place, b.place));
  const rest = afterPlace === null ? sorted : sorted.filter(({ place }) => sign * comparePlaces(place, afterPlace) > 0);
  const edges = rest
    .slice(0, first)
    .map(({ node, place }) => ({ node, cursor: cursorOf([order.field, order.direction, ...place]) }));
  return pageOf(edges, rest.length > first, documents.length);
}

/** Returns edges as a page. @param totalCount the number of items on all pages. */
export function pageOf<Node>(edges: Page<Node>['edges'], hasNextPage: boolean, totalCount: number): Page<Node> {
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}

/** Returns an opaque cursor for a position, so that clients don't construct their own. */
export function cursorOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Returns the position that `cursorOf` was given. @throws AskboxError BAD_USER_INPUT */
export function readCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw notACursor();
  }
}

/** Returns an error to throw for a cursor that is not from this list; its code is BAD_USER_INPUT. */
export function notACursor(): AskboxError {
  return new AskboxError(
    'BAD_USER_INPUT',
    'after is not a cursor of this list in this order; take it from pageInfo.endCursor of the same list, or leave it out',
  );
}

const KEYS: Readonly<Record<DocumentOrder['field'], (document: DocumentState) => string | number>> = {
  PATH: (document) => document.path,
  TITLE: foldedTitle,
  CREATED_AT: (document) => Date.parse(document.createdAt),
  MODIFIED_AT: (document) => Date.parse(document.modifiedAt),
  SIZE: (document) => document.sizeBytes,
};

/** Titles that were folded before: folding 50,000 takes 1.2 s. A changed document is another object. */
const foldedTitles = new WeakMap<DocumentState, string>();

function foldedTitle(document: DocumentState): string {
  let folded = foldedTitles.get(document);
  if (folded === undefined) foldedTitles.set(document, (folded = fold(document.title)));
  return folded;
}

function readPlace(cursor: string, order: DocumentOrder): Place {
  const place = readCursor(cursor);
  if (!Array.isArray(place) || place.length !== 4) throw notACursor();
  // `isArray` has proved it is an array; this only replaces the `any` of its entries by `unknown`.
  const [field, direction, key, id] = place as readonly unknown[];
  if (field !== order.field || direction !== order.direction) throw notACursor();
  if ((typeof key !== 'string' && typeof key !== 'number') || typeof id !== 'string') throw notACursor();
  return [key, id];
}

function comparePlaces(a: Place, b: Place): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
