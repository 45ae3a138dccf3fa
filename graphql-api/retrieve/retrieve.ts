import type { PassageFilter } from './passage-filter.ts';
import type { Passage } from './passage.ts';
import { rankPassages, type RetrieveParts, type SearchMode } from './rank-passages.ts';
import { RELEVANCE_FLOOR } from './relevance.ts';
import { rerank } from './rerank.ts';
import { withoutDominance, withoutDuplicates, type WordedPassage } from './thin.ts';

export interface RetrieveRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  readonly maxSources: number;
  /** Default: HYBRID. */
  readonly mode?: SearchMode;
}

/** An answer rests on the first passages: one further down that happens to hold the words does not make it answerable. */
const DECIDING_PASSAGES = 3;
/** So that enough is left once duplicates are gone. */
const CANDIDATES_PER_SOURCE = 4;

/**
 * The passages that an answer may rest on, best first, ranks from 1.
 * Empty when nothing in the documents is about the question.
 * @param floor the relevance that is needed to answer at all; half of it is needed to be a source, which loses no right one. 0 never abstains.
 */
export async function retrieve(
  { question, filter, maxSources, mode = 'HYBRID' }: RetrieveRequest,
  parts: RetrieveParts,
  signal: AbortSignal,
  floor = RELEVANCE_FLOOR,
): Promise<readonly Passage[]> {
  const limit = maxSources * CANDIDATES_PER_SOURCE;
  const found = withoutDuplicates(await rankPassages({ question, filter, limit, mode }, parts, signal));
  if (relevanceOfAnswer(found.map(({ passage }) => passage)) < floor) return [];
  const related = found.filter(({ passage }) => passage.relevance >= floor / 2);
  const ordered = await reorder(related, question, mode, parts, signal);
  return withoutDominance(ordered, maxSources).map(({ passage }, index) => ({ ...passage, rank: index + 1 }));
}

/** What is compared with the floor: the relevance of the best of the first passages, 0 without one. */
export function relevanceOfAnswer(passages: readonly Passage[]): number {
  return Math.max(0, ...passages.slice(0, DECIDING_PASSAGES).map(({ relevance }) => relevance));
}

/** The best `limit` passages, whatever they are about, what says the same included; ranks from 1. */
export async function searchPassages(
  query: string,
  filter: PassageFilter,
  limit: number,
  parts: RetrieveParts,
  signal: AbortSignal,
  mode: SearchMode,
): Promise<readonly Passage[]> {
  const found = await rankPassages({ question: query, filter, limit, mode }, parts, signal);
  const ordered = await reorder(found, query, mode, parts, signal);
  return ordered.slice(0, limit).map(({ passage }) => passage);
}

/** An arm that is asked alone shows its own order. */
async function reorder(
  found: readonly WordedPassage[],
  question: string,
  mode: SearchMode,
  { scorePassages }: RetrieveParts,
  signal: AbortSignal,
): Promise<readonly WordedPassage[]> {
  return mode === 'HYBRID' ? rerank(found, question, scorePassages, signal) : found;
}
