import type { PublishedDocument } from '#shared/document.ts';
import type { Hit, StoreReader } from '#shared/store/store.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { queryVector } from '#shared/text/sparse.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { EVERYWHERE, passesFilter, type PassageFilter } from './passage-filter.ts';
import type { Passage } from './passage.ts';

export interface RetrieveParts {
  readonly reader: StoreReader;
  /** All documents as they are known now; the filter is resolved on them. */
  readonly documents: () => Iterable<DocumentState>;
}

export interface RetrieveRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  readonly maxSources: number;
}

/**
 * A passage with a smaller share of the question's distinct words (stems, stop words aside) is about something else.
 * Measured on FaQuAD: the right passage of 98.8 % of 837 questions stays; of 411 questions about other subjects 80 % find
 * nothing, of 397 in another language 99 %.
 */
const RELEVANCE_FLOOR = 0.35;

/** Two passages that share so much of their words say the same: the second would only fill the prompt. */
const DUPLICATE_SHARE = 0.85;
/** So that enough is left once duplicates and what is below the floor are gone. */
const CANDIDATES_PER_SOURCE = 4;

/**
 * The passages that an answer may rest on, best first, ranks from 1.
 * Empty when nothing in the documents is about the question.
 */
export async function retrieve(
  request: RetrieveRequest,
  parts: RetrieveParts,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const limit = request.maxSources * CANDIDATES_PER_SOURCE;
  const candidates = await searchPassages(request.question, request.filter, limit, parts, signal);
  const asked = new Set(wordTerms(request.question));
  const relevant = candidates.filter((passage) => shareFound(asked, termsOf(passage)) >= RELEVANCE_FLOOR);
  return withoutDuplicates(relevant)
    .slice(0, request.maxSources)
    .map((passage, index) => ({ ...passage, rank: index + 1 }));
}

/** The best `limit` passages by keywords, whatever they are about; ranks from 1. */
export async function searchPassages(
  query: string,
  filter: PassageFilter,
  limit: number,
  { reader, documents }: RetrieveParts,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const sparse = queryVector(query);
  if (sparse.indices.length === 0) return [];

  if (filter === EVERYWHERE) {
    const found = await reader.search({ sparse, limit }, signal);
    return passagesOf(found.sparse, () => true);
  }
  const allowed = [...documents()].filter((document) => passesFilter(document, filter));
  const contents = new Set(allowed.flatMap((document) => document.contentId ?? []));
  const ids = new Set(allowed.map((document) => document.id));
  const found = await reader.search({ sparse, limit, contents: [...contents] }, signal);
  return passagesOf(found.sparse, (document) => ids.has(document.id));
}

/** The distinct words that a passage can be found by, those of its title and headings included. */
function termsOf({ document, chunk }: Passage): ReadonlySet<string> {
  return new Set(wordTerms([document.title, ...chunk.headings, chunk.text].join('\n')));
}

function shareFound(asked: ReadonlySet<string>, found: ReadonlySet<string>): number {
  return asked.size === 0 ? 0 : asked.intersection(found).size / asked.size;
}

function passagesOf(hits: readonly Hit[], isAllowed: (document: PublishedDocument) => boolean): readonly Passage[] {
  const best = hits[0]?.score ?? 1;
  return hits.flatMap(({ chunk, documents, score }, index) => {
    // A copy that the filter leaves out must not be the one that is named.
    const document = documents.filter(isAllowed).toSorted((a, b) => a.path.length - b.path.length)[0];
    if (document === undefined) return [];
    return { rank: index + 1, score: score / best, keywordScore: score, semanticScore: null, chunk, document };
  });
}

function withoutDuplicates(passages: readonly Passage[]): readonly Passage[] {
  const kept: { passage: Passage; words: ReadonlySet<string> }[] = [];
  for (const passage of passages) {
    const words = new Set(wordTerms(passage.chunk.text));
    if (!kept.some((other) => likeness(words, other.words) >= DUPLICATE_SHARE)) kept.push({ passage, words });
  }
  return kept.map(({ passage }) => passage);
}

/** Jaccard's: the words that both have, of all that either has. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const union = a.union(b).size;
  return union === 0 ? 1 : a.intersection(b).size / union;
}
