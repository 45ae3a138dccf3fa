/** An earlier question of the same conversation, and its answer. */
export interface PastExchange {
  readonly question: string;
  /** Empty if no model wrote one. */
  readonly answer: string;
}

/**
 * What a model reads of a conversation at most: about the last two turns. On a machine that reads 50 tokens a second this is
 * six seconds until the first word.
 */
export const HISTORY_TOKENS = 300;
/** A cautious estimate for Portuguese; see remote/openai.ts. */
const CHARS_PER_TOKEN = 3;
/** `[1]`, `[1, 2]`, `[1-3]`, and what some models write instead. */
const MARKER = /[ \u00A0]*(?:\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]|【[^】]{1,40}】)/g;

/**
 * Returns as many of the last turns as the budget holds, oldest first: the oldest are dropped, and the answer of the last
 * one is cut off if it does not fit alone. Citation markers are removed, because they number other passages and a model
 * would copy them.
 */
export function historyMessages(
  turns: readonly PastExchange[],
  budgetTokens: number = HISTORY_TOKENS,
): readonly PastExchange[] {
  let left = budgetTokens * CHARS_PER_TOKEN;
  const kept: PastExchange[] = [];
  for (const turn of turns.toReversed()) {
    const answer = turn.answer.replaceAll(MARKER, '').trim();
    const isLast = kept.length === 0;
    const shown = isLast ? answer.slice(0, Math.max(0, left - turn.question.length)) : answer;
    left -= turn.question.length + shown.length;
    if (left < 0) break;
    kept.unshift({ question: turn.question, answer: shown });
  }
  return kept;
}
