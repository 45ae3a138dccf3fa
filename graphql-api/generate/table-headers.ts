import type { Chunk } from '#shared/document.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { Span } from '../cite/sentence-spans.ts';
import { tablesIn, type Table } from './quotes/tables.ts';

/** The header of a table of which a passage has only rows. */
export interface TableHeader {
  /** The earlier chunk that has it. */
  readonly chunk: Chunk;
  /** Where it is in the text of that chunk. */
  readonly span: Span;
}

/** How many chunks are searched backwards, about 15,000 characters; then only the first one, where a CSV has its header. */
const MAX_CHUNKS_BACK = 15;

/**
 * Returns the headers of the tables that continue in the passages, by the passages' ranks: rows without the names of
 * their columns answer nothing.
 */
export async function findTableHeaders(
  passages: readonly { readonly rank: number; readonly chunk: Chunk }[],
  reader: Pick<StoreReader, 'neighbours'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, TableHeader>> {
  const headers = new Map<number, TableHeader>();
  for (const { rank, chunk } of passages) {
    const table = tableAtStart(chunk);
    if (chunk.ordinal === 0 || table === undefined) continue;
    const from = Math.max(0, chunk.ordinal - MAX_CHUNKS_BACK);
    const before = await reader.neighbours(chunk.contentId, from, chunk.ordinal - 1, signal);
    const found = headerIn(before, table);
    const header =
      found === 'further back' ? headerAtStart(await reader.neighbours(chunk.contentId, 0, 0, signal), table) : found;
    if (header !== undefined) headers.set(rank, header);
  }
  return headers;
}

function headerIn(chunks: readonly Chunk[], table: Table): TableHeader | 'further back' | undefined {
  let found: TableHeader | undefined;
  for (const chunk of chunks.toReversed()) {
    const last = tablesIn(chunk.text).at(-1);
    if (last === undefined || last.end !== chunk.text.trimEnd().length || !isAlike(last, table)) return found;
    found = last.header === null ? undefined : { chunk, span: last.header };
    // The first row of a chunk may look like a header: it is one only if the table does not begin before it.
    if (last.start !== chunk.text.search(/\S/)) return found;
  }
  return chunks[0]?.ordinal === 0 ? found : 'further back';
}

function headerAtStart([first]: readonly Chunk[], table: Table): TableHeader | undefined {
  const found = first === undefined ? undefined : tableAtStart(first);
  if (first === undefined || found === undefined || found.header === null || !isAlike(found, table)) return undefined;
  return { chunk: first, span: found.header };
}

function tableAtStart({ text }: Chunk): Table | undefined {
  const [first] = tablesIn(text);
  return first?.start === text.search(/\S/) ? first : undefined;
}

function isAlike(a: Table, b: Table): boolean {
  return a.separator === b.separator && a.columns === b.columns;
}
