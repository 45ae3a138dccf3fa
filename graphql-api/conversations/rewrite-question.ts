import type { Language } from '#shared/text/language.ts';
import type { Engines } from '../generate/engines/engines.ts';
import { historyMessages, type PastExchange } from '../generate/history.ts';
import type { Prompt } from '../generate/prompt.ts';
import { judgeRewrite } from './accept-rewrite.ts';
import type { PastTurn } from './past-turn.ts';
import { readQuestion, wordsWith } from './read-question.ts';
import { withAbsoluteDates } from './relative-dates.ts';
import type { Reading, Readings } from './stand-alone.ts';

/** A question that continues a conversation, and what is known of it. */
export interface FollowUp {
  readonly question: string;
  readonly language: Language;
  /** As the rule of words reads it. */
  readonly readings: Readings;
  /** Null for the first question of a conversation. */
  readonly last: PastTurn | null;
  /** The last turns, oldest first. */
  readonly turns: readonly PastExchange[];
  /** The engine that was asked for. Default: the first that can answer. */
  readonly model?: string | undefined;
  /** Whether nothing may be sent to an endpoint. */
  readonly staysHere: boolean;
  readonly now: Date;
}

/** What a model made of it. */
export interface Rewriting {
  readonly model: string;
  /** Whether question and conversation were sent to an endpoint. */
  readonly haveLeft: boolean;
  /** Null if what the model wrote is not taken. */
  readonly reading: Reading | null;
  /** Why it is not taken; null if it is. */
  readonly refusedBecause: string | null;
}

/** A question as it is searched for after the turns before it. */
export interface UnderstoodFollowUp {
  readonly question: string;
  /** The model that wrote it; null for the rule of words. */
  readonly model: string | null;
  /** Why the rule was used although a model was asked; null otherwise. */
  readonly notByModelBecause: string | null;
}

/**
 * How much later the first word of an answer may come for this. Models that are asked at all (see first-words.ts) write the
 * 30 tokens of a question in .3 to 1 s; what takes longer is likely to be stuck in a queue.
 */
const LIMIT_MS = 2_000;
/** Three times as long as a long question. */
const MAX_TOKENS = 80;
/** What it reads of the conversation: the last turn or two. */
const HISTORY_TOKENS = 200;

/**
 * Lets a quick model write a follow-up as a question that stands alone. Only a question that the rule of words takes for a
 * follow-up, or that has a pronoun, is sent to it. "The other one" is not: only we know which documents were shown.
 * @returns null if no model was asked.
 * @throws the signal's reason
 */
export async function rewriteQuestion(
  { question, language, readings, last, turns, model, staysHere, now }: FollowUp,
  { engines, limitMs = LIMIT_MS }: { readonly engines: Pick<Engines, 'shortText'>; readonly limitMs?: number },
  signal: AbortSignal,
): Promise<Rewriting | null> {
  if (last === null) return null;
  const read = readQuestion(question);
  if (read.isOfOther || (!readings.isFollowUp && !read.hasPronoun)) return null;
  const asked = withAbsoluteDates(question, now);
  const said = historyMessages(turns, HISTORY_TOKENS);
  const prompt = promptFor(asked, said, language);
  const wanted = { language, prompt, maxTokens: MAX_TOKENS, limitMs, staysHere, ...(model !== undefined && { model }) };
  const written = await engines.shortText(wanted, signal);
  if (written === null) return null;
  const { text, failure, ...by } = written;
  if (text === null) return { ...by, reading: null, refusedBecause: failure };
  const earlier = said.flatMap(({ question: before, answer }) => [before, answer]);
  const judged = judgeRewrite(text, asked, earlier);
  if (judged.question === null) return { ...by, reading: null, refusedBecause: judged.refusedBecause };
  const carried = wordsWith(readQuestion(judged.question), ['SUBJECT', 'NAME', 'ATTRIBUTE', 'PART'], read);
  const mustHold = wordsWith(read, ['SUBJECT', 'NAME']);
  const reading = { question: judged.question, carried, paths: last.paths, known: [], kind: '', mustHold };
  return { ...by, reading, refusedBecause: null };
}

/** Returns how a follow-up was understood that was searched for as `question`. @param rewriting null if no model was asked. */
export function understoodAs(question: string, rewriting: Rewriting | null): UnderstoodFollowUp {
  if (rewriting?.reading?.question === question) return { question, model: rewriting.model, notByModelBecause: null };
  const because = rewriting?.refusedBecause ?? 'nothing was found that holds what it names';
  const notByModelBecause = rewriting === null ? null : `${rewriting.model}: ${because}`;
  return { question, model: null, notByModelBecause };
}

const WORDS = {
  pt: {
    system: `Reescreva a última pergunta de uma conversa como uma única pergunta completa, que se entenda sem a conversa.
- Mantenha as palavras, os números e os nomes da última pergunta.
- Troque pronomes como "ele" ou "isso" pelo que significam e acrescente, da conversa, de que se trata.
- Não responda. Escreva só a pergunta reescrita, em uma linha, na língua da última pergunta.
Exemplo: depois de "Quem pintou a Mona Lisa?", a pergunta "e quando?" fica "Quando a Mona Lisa foi pintada?"`,
    conversation: 'Conversa',
    question: 'Pergunta',
    answer: 'Resposta',
    last: 'Última pergunta',
    rewritten: 'Pergunta reescrita',
  },
  en: {
    system: `Rewrite the last question of a conversation as one complete question that can be understood without the conversation.
- Keep the words, numbers and names of the last question.
- Replace pronouns such as "it" or "they" by what they mean, and add from the conversation what it is about.
- Do not answer. Write only the rewritten question, on one line, in the language of the last question.
Example: after "Who painted the Mona Lisa?", the question "and when?" becomes "When was the Mona Lisa painted?"`,
    conversation: 'Conversation',
    question: 'Question',
    answer: 'Answer',
    last: 'Last question',
    rewritten: 'Rewritten question',
  },
} as const;

/** Each turn is two lines, so that no text of a document in an answer can look like a line of ours. */
function promptFor(question: string, turns: readonly PastExchange[], language: Language): Prompt {
  const words = WORDS[language];
  const line = (label: string, text: string): string => `${label}: ${text.replaceAll(/\s+/g, ' ').trim()}`;
  const said = turns.flatMap((turn) => [
    line(words.question, turn.question),
    ...(turn.answer === '' ? [] : [line(words.answer, turn.answer)]),
  ]);
  return {
    system: words.system,
    user: [`${words.conversation}:`, ...said, '', line(words.last, question), `${words.rewritten}:`].join('\n'),
  };
}
