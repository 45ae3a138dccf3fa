import { fold } from '#shared/text/fold.ts';
import type { AnswerState } from '../answers/state.ts';
import type { AnswerFilter } from './generated.ts';
import { badInput } from './read-input.ts';

const MAX_IDS = 100;
const MAX_TEXT_CHARS = 1_000;

/**
 * Returns a predicate for answers.
 * @throws AskboxError BAD_USER_INPUT if the filter has no condition: it would delete everything by mistake.
 */
export function readAnswerFilter(filter: AnswerFilter): (answer: AnswerState) => boolean {
  const { ids = null, createdAfter = null, createdBefore = null } = filter;
  if (ids !== null && ids.length > MAX_IDS) {
    throw badInput('filter.ids', `has ${ids.length} entries; shorten it to at most ${MAX_IDS}`);
  }
  const chars = filter.text?.length ?? 0;
  if (chars > MAX_TEXT_CHARS) {
    throw badInput('filter.text', `has ${chars} characters; shorten it to at most ${MAX_TEXT_CHARS}`);
  }
  const words = fold(filter.text ?? '').match(/\S+/g) ?? [];
  if (ids === null && createdAfter === null && createdBefore === null && words.length === 0) {
    throw badInput('filter', 'has no condition; to delete all answers, set createdBefore to the current time');
  }
  const wantedIds = ids === null ? null : new Set(ids);
  // All times are in UTC with milliseconds, so they compare as text.
  return ({ id, question, text, createdAt }) =>
    (wantedIds === null || wantedIds.has(id)) &&
    (createdAfter === null || createdAt > createdAfter) &&
    (createdBefore === null || createdAt < createdBefore) &&
    hasWords(`${question}\n${text}`, words);
}

function hasWords(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const folded = fold(text);
  return words.every((word) => folded.includes(word));
}
