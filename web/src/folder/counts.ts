import { signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { COUNTS } from '../api/operations.ts';
import type { DocumentStatus } from '../api/types.ts';
import { facetsOf, type Facet, type FolderCount, type TagCount } from './facets.ts';

/** How many files and passages there are. */
interface Counts {
  readonly documents: number;
  readonly byStatus: Readonly<Partial<Record<DocumentStatus, number>>>;
  readonly chunks: number;
  /** Passages that cannot be found by meaning yet. */
  readonly unembedded: number;
}

/** How many files there are in which state; null until that is known. */
export const counts = signal<Counts & { readonly isKnown: boolean }>({
  documents: 0,
  byStatus: {},
  chunks: 0,
  unembedded: 0,
  isKnown: false,
});

/** The folders and tags of all files, those with the most files first. */
export const facets = signal<readonly Facet[]>([]);

interface StatsResult {
  readonly stats: {
    readonly folders: readonly FolderCount[];
    readonly tags: readonly TagCount[];
    readonly documents: number;
    readonly chunks: number;
    readonly documentsByStatus: readonly { readonly status: DocumentStatus; readonly count: number }[];
    readonly ingestion: { readonly unembeddedChunks: number };
  };
}

/** Counts the files again. */
export async function countFiles(): Promise<void> {
  try {
    const { stats } = await request<StatsResult>(COUNTS);
    counts.value = {
      documents: stats.documents,
      chunks: stats.chunks,
      unembedded: stats.ingestion.unembeddedChunks,
      byStatus: Object.fromEntries(stats.documentsByStatus.map(({ status, count }) => [status, count])),
      isKnown: true,
    };
    const found = facetsOf(stats.folders, stats.tags);
    if (found.join('\n') !== facets.peek().join('\n')) facets.value = found;
  } catch {
    // The next change, or the next visit, counts again.
  }
}
