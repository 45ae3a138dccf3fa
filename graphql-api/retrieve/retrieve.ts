import { inTurns, searchTurns } from '../turns/turns.ts';
import { withoutDominance, withoutDuplicates } from './diversify-passages.ts';
import type { SearchMode } from './find-candidates.ts';
import { orderByScores } from './order-by-scores.ts';
import type { AskedContext } from './match-paths.ts';
import type { PassageFilter } from '../filters/passage-filter.ts';
import type { Passage, WordedPassage } from './passage.ts';
import { rankPassages, type RetrieveParts } from './rank-passages.ts';
import { RELEVANCE_FLOOR } from './relevance/relevance-floor.ts';

/** A question and the sources wanted for its answer. */
export interface RetrieveRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  /** At most this many passages are returned. */
  readonly maxSources: number;
  /** Default: HYBRID. */
  readonly mode?: SearchMode;
  /** What was said before the question. Default: nothing. */
  readonly contexts?: readonly AskedContext[];
}

/** What retrieval found for a question. */
export interface Retrieved {
  /** The passages that an answer may be based on, best first, ranks from 1. Empty when the answer should abstain. */
  readonly passages: readonly Passage[];
  /** The most relevant three if nothing in the documents is about the question: no basis for an answer. Else empty. */
  readonly nearest: readonly Passage[];
}

/** Only the first passages decide whether there is an answer: one further down may hold the words by chance. */
const DECIDING_PASSAGES = 3;
const MAX_NEAREST = 3;
/** Enough to have `maxSources` left after duplicates are removed. */
const CANDIDATES_PER_SOURCE = 4;

/**
 * Returns the passages that an answer may be based on or, when nothing in the documents is about the question, those
 * that come nearest to it.
 * @param floor the relevance needed to answer at all. A source needs half of it, which excludes no right one. 0 never
 * abstains.
 */
export async function retrieve(
  { question, filter, maxSources, mode = 'HYBRID', contexts = [] }: RetrieveRequest,
  parts: RetrieveParts,
  signal: AbortSignal,
  floor = RELEVANCE_FLOOR,
): Promise<Retrieved> {
  const limit = maxSources * CANDIDATES_PER_SOURCE;
  const ranked = await rankPassages({ question, filter, limit, mode, contexts }, parts, signal);
  const { trace } = parts;
  const found = await inTurns(withoutDuplicates(ranked), signal);
  trace?.cut(ranked, found, 'DUPLICATE');
  // What is about something of another name is no rival: the right passage may come after many of them.
  const named = found.filter(({ passage }) => floor === 0 || passage.relevance > 0);
  trace?.cut(found, named, 'UNRELATED');
  if (relevanceOfAnswer(named.map(({ passage }) => passage)) < floor) {
    trace?.cut(named, [], 'NOTHING_RELEVANT');
    return { passages: [], nearest: withRanks(mostRelevant(found)) };
  }
  const related = named.filter(({ passage }) => passage.relevance >= floor / 2);
  trace?.cut(named, related, 'BELOW_FLOOR');
  const ordered = await reorder(related, question, mode, parts, signal);
  const passages = withRanks(withoutDominance(ordered, maxSources));
  trace?.chosen(withRanks(ordered), passages);
  return { passages, nearest: [] };
}

/**
 * Returns the three most relevant passages, of equals the better ones first. Nothing was good enough, so the fused order
 * says little. Of 27 wrong refusals on everyday questions, the evidence is among these for 13, among the first three of the
 * fused order for 6.
 */
function mostRelevant(found: readonly WordedPassage[]): readonly WordedPassage[] {
  return found.toSorted((a, b) => b.passage.relevance - a.passage.relevance).slice(0, MAX_NEAREST);
}

function withRanks(found: readonly WordedPassage[]): readonly Passage[] {
  return found.map(({ passage }, index) => ({ ...passage, rank: index + 1 }));
}

/** Returns what is compared with the floor: the highest relevance among the first three passages; 0 without any. */
export function relevanceOfAnswer(passages: readonly Passage[]): number {
  return Math.max(0, ...passages.slice(0, DECIDING_PASSAGES).map(({ relevance }) => relevance));
}

/** Returns the best `limit` passages, including irrelevant ones and duplicates; ranks from 1. */
export async function searchPassages(
  query: string,
  filter: PassageFilter,
  limit: number,
  parts: RetrieveParts,
  signal: AbortSignal,
  mode: SearchMode,
): Promise<readonly Passage[]> {
  const found = await rankPassages({ question: query, filter, limit, mode }, parts, signal, searchTurns);
  const ordered = await reorder(found, query, mode, parts, signal);
  return ordered.slice(0, limit).map(({ passage }) => passage);
}

/** A search of one arm shows that arm's own order. */
async function reorder(
  found: readonly WordedPassage[],
  question: string,
  mode: SearchMode,
  { scorePassages }: RetrieveParts,
  signal: AbortSignal,
): Promise<readonly WordedPassage[]> {
  return mode === 'HYBRID' ? orderByScores(found, question, scorePassages, signal) : found;
}
