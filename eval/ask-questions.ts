import { EVERYWHERE } from '../graphql-api/filters/passage-filter.ts';
import type { SearchMode } from '../graphql-api/retrieve/find-candidates.ts';
import type { RetrieveParts } from '../graphql-api/retrieve/rank-passages.ts';
import { relevanceOfAnswer, retrieve } from '../graphql-api/retrieve/retrieve.ts';
import { passageOf } from './index-passages.ts';
import type { EvalQuestion } from './read-squad.ts';

/** The result of retrieval for one question. */
export interface Asked {
  readonly question: EvalQuestion;
  /** Rank of the right passage, from 1; chunks of one passage count once. Null if it was not found. */
  readonly rank: number | null;
  /** The relevance that decides whether the question is answered. */
  readonly relevance: number;
}

/** What recall@10 needs. */
const MAX_SOURCES = 10;

/**
 * Retrieves passages for every question as an answer would, one after the other, without abstaining.
 * @throws whatever retrieval throws: a failed search does not count as a miss.
 */
export async function askQuestions(
  questions: readonly EvalQuestion[],
  parts: RetrieveParts,
  mode: SearchMode,
): Promise<{ readonly asked: readonly Asked[]; readonly msPerQuery: number }> {
  const { signal } = new AbortController();
  const asked: Asked[] = [];
  const startedMs = performance.now();
  for (const question of questions) {
    const request = { question: question.question, filter: EVERYWHERE, maxSources: MAX_SOURCES, mode };
    const { passages: found } = await retrieve(request, parts, signal, 0);
    const passages = [...new Set(found.map(({ document }) => passageOf(document.path)))];
    const rank = passages.indexOf(question.passage) + 1;
    asked.push({ question, rank: rank === 0 ? null : rank, relevance: relevanceOfAnswer(found) });
  }
  return { asked, msPerQuery: (performance.now() - startedMs) / questions.length };
}
