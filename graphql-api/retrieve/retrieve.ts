import type { Chunk, ChunkId } from '#shared/document.ts';
import type { Hit, StoreReader } from '#shared/store/store.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { queryVector } from '#shared/text/sparse.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { findCandidates } from './candidates.ts';
import type { EmbeddedQuestion } from './embedded-question.ts';
import { fuse } from './fuse.ts';
import { chanceLead } from './level-languages.ts';
import { matchPaths, type PathMatches } from './match-paths.ts';
import { nearnessMeasure } from './nearness.ts';
import { EVERYWHERE, passesFilter, type PassageFilter } from './passage-filter.ts';
import type { ArmPlace, Passage } from './passage.ts';
import { relevanceMeasure, wordsOfPassage } from './relevance.ts';
import { withoutDominance, withoutDuplicates, type WordedPassage } from './thin.ts';

export interface RetrieveParts {
  readonly reader: StoreReader;
  /** All documents as they are known now; the filter is resolved on them. */
  readonly documents: () => Iterable<DocumentState>;
  /** What the meaning arm searches with; null when it cannot be asked now. */
  readonly embedQuestion: (question: string, signal: AbortSignal) => Promise<EmbeddedQuestion | null>;
}

/** Which arms of the search are asked. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

export interface RetrieveRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  readonly maxSources: number;
}

/**
 * Below it the documents are about something else, and the answer abstains.
 * Measured by `npm run eval` with --whole and --foreign. Abstained from, of the questions that the passages answer:
 * FaQuAD .008, SQuAD-pt .053, XQuAD-en .031. Answered all the same: .062 of the questions of SQuAD-pt over FaQuAD, .330 of
 * the other way round (.341 with the floor that abstains from exactly 5 % of SQuAD-pt). Of Spanish questions over English
 * passages .90 are abstained from: words alone do not tell them from foreign ones.
 */
export const RELEVANCE_FLOOR = 0.25;

/**
 * What the ranks of the meaning arm count against those of the keyword arm once every chunk has a vector. A member half
 * as weighty never cost more than half a point of nDCG@10 beside a better one, and full weight up to 1.1.
 */
const MEANING_WEIGHT = 0.5;

/** An answer rests on the first passages: one further down that happens to hold the words does not make it answerable. */
const DECIDING_PASSAGES = 3;
/** So that enough is left once duplicates are gone. */
const CANDIDATES_PER_SOURCE = 4;
/** So many at least: they also tell how rare the words of the question are, and how well chance does. */
const MIN_CANDIDATES = 50;

/**
 * The passages that an answer may rest on, best first, ranks from 1.
 * Empty when nothing in the documents is about the question.
 * @param floor the relevance that is needed to answer at all; half of it is needed to be a source, which loses no right one. 0 never abstains.
 */
export async function retrieve(
  { question, filter, maxSources }: RetrieveRequest,
  parts: RetrieveParts,
  signal: AbortSignal,
  floor = RELEVANCE_FLOOR,
): Promise<readonly Passage[]> {
  const limit = maxSources * CANDIDATES_PER_SOURCE;
  const found = withoutDuplicates(await rankPassages(question, filter, limit, parts, signal));
  if (relevanceOfAnswer(found.map(({ passage }) => passage)) < floor) return [];
  const related = found.filter(({ passage }) => passage.relevance >= floor / 2);
  return withoutDominance(related, maxSources).map(({ passage }, index) => ({ ...passage, rank: index + 1 }));
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
  mode: SearchMode = 'HYBRID',
): Promise<readonly Passage[]> {
  const found = await rankPassages(query, filter, limit, parts, signal, mode);
  return found.slice(0, limit).map(({ passage }) => passage);
}

/** Candidates of all arms, fused, best first; ranks from 1. */
async function rankPassages(
  question: string,
  filter: PassageFilter,
  limit: number,
  { reader, documents, embedQuestion }: RetrieveParts,
  signal: AbortSignal,
  mode: SearchMode = 'HYBRID',
): Promise<readonly WordedPassage[]> {
  const words = mode === 'SEMANTIC' ? null : queryVector(question);
  const sparse = words === null || words.indices.length === 0 ? null : words;
  const dense = mode === 'KEYWORD' ? null : await embedQuestion(question, signal);
  if (sparse === null && dense === null) return [];

  const isFiltered = filter !== EVERYWHERE;
  const allowed = [...documents()].filter((document) => passesFilter(document, filter));
  const asked = new Set(wordTerms(question));
  const paths = matchPaths(asked, allowed);
  const found = await findCandidates(
    { sparse, dense, limit: Math.max(limit, MIN_CANDIDATES), documents: allowed, isFiltered, named: paths.contents },
    reader,
    signal,
  );

  const allowedIds = new Set(allowed.map(({ id }) => id));
  const hits = new Map([...found.dense, ...found.sparse].map((hit) => [hit.chunk.id, hit]));
  const worded = [...hits.values()].flatMap(({ chunk, documents: copies }) => {
    // A copy that the filter leaves out must not be the one that is named.
    const mayAnswer = isFiltered ? copies.filter(({ id }) => allowedIds.has(id)) : copies;
    const document = mayAnswer.toSorted((a, b) => a.path.length - b.path.length)[0];
    if (document === undefined) return [];
    return { chunk, document, words: wordsOfPassage(chunk, document, paths.wordsOf(chunk.contentId)) };
  });
  const wordRelevanceOf = relevanceMeasure(
    asked,
    worded.map(({ words: held }) => held),
  );
  const meaningRelevanceOf = nearnessMeasure(found.dense.map(({ score }) => score));

  const keyword = keywordArm(found.sparse, paths);
  const semantic = placesOf(found.dense);
  const scores = fuse([
    { weight: 1, chunks: [...keyword.keys()] },
    // While few chunks have a vector, to be among the nearest of them says little.
    { weight: MEANING_WEIGHT * (dense?.embeddedShare ?? 0), chunks: [...semantic.keys()] },
  ]);
  const scoreOf = ({ chunk }: { readonly chunk: Chunk }): number => scores.get(chunk.id) ?? 0;
  const best = Math.max(...scores.values());
  return worded
    .toSorted((a, b) => scoreOf(b) - scoreOf(a))
    .map(({ chunk, document, words: held }, index) => ({
      words: held,
      passage: {
        rank: index + 1,
        score: scoreOf({ chunk }) / best,
        relevance: Math.max(wordRelevanceOf(held), meaningRelevanceOf(semantic.get(chunk.id)?.score)),
        keyword: keyword.get(chunk.id) ?? null,
        semantic: semantic.get(chunk.id) ?? null,
        chunk,
        document,
      },
    }));
}

/** The places of the keyword arm: BM25 and the words of paths, languages on one level. */
function keywordArm(hits: readonly Hit[], paths: PathMatches): ReadonlyMap<ChunkId, ArmPlace> {
  const lead = chanceLead(hits);
  const scored = hits.map((hit) => ({ hit, score: hit.score - lead(hit) + paths.scoreOf(hit.chunk.contentId) }));
  // The order of ids decides between equals, so that results repeat.
  scored.sort((a, b) => b.score - a.score || (a.hit.chunk.id < b.hit.chunk.id ? -1 : 1));
  return placesOf(scored.map(({ hit }) => hit));
}

/** By the order of the hits. */
function placesOf(hits: readonly Hit[]): ReadonlyMap<ChunkId, ArmPlace> {
  return new Map(hits.map(({ chunk, score }, index) => [chunk.id, { rank: index + 1, score }]));
}
