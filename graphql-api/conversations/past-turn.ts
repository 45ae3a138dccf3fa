import type { AnswerState } from '../answers/state.ts';
import { withAbsoluteDates } from './relative-dates.ts';

/** What a new question needs to know of an earlier one and its answer. */
export interface PastTurn {
  /** The question as it was searched for, with absolute dates. */
  readonly asked: string;
  /** Paths of the documents that its answer cites, the first cited first. */
  readonly paths: readonly string[];
  /** Paths of all documents that it shows: what "the other one" does not mean. */
  readonly known: readonly string[];
  /** The first name of two or more words in what its answer cites; null if there is none. */
  readonly person: string | null;
}

/** Of an answer that cites more, only the first are what it is about. */
const MAX_PATHS = 2;
/** Two to five words with a capital, on one line, joined by "de" and the like: Ana Beatriz, Marcos Antônio de Souza. */
const FULL_NAME = /\p{Lu}\p{Ll}+(?: (?:(?:d[aeo]s?|e|of|van|von) )?\p{Lu}\p{Ll}+){1,4}/u;

/** Whether something was searched for an answer; false for one to a courtesy, such as "obrigado". */
export function wasSearched({ finishReason, answeredBy }: AnswerState): boolean {
  return finishReason !== 'STOP' || answeredBy !== null;
}

/** Returns what later questions need of an answer for which something was searched. */
export function pastTurnOf(answer: AnswerState): PastTurn {
  const { question, searchedFor, createdAt, sources, nearest, citations, answeredBy } = answer;
  const cited = citations.flatMap(({ rank }) => sources.find((source) => source.rank === rank)?.path ?? []);
  // Quotes cite whatever holds the words; a model, what it has used.
  const most = answeredBy?.kind === 'QUOTES' ? 1 : MAX_PATHS;
  return {
    asked: searchedFor ?? withAbsoluteDates(question, new Date(createdAt)),
    paths: [...new Set(cited)].slice(0, most),
    known: [...new Set(cited.length > 0 ? cited.slice(0, 1) : nearest.map(({ path }) => path))],
    person: FULL_NAME.exec(citations.map(({ quote }) => quote).join('\n'))?.[0] ?? null,
  };
}
