import { LlamaChat, type ChatHistoryItem, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import type { FittedPrompt } from '../fit-prompt.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import type { Work } from './messages.ts';
import { chunkTokens, firstTokenDeadlineMs, type SpeedMeter } from './speed.ts';
import type { LoadedModel } from './load-model.ts';
import type { Prompt } from '../prompt.ts';
import type { TokenGate } from './token-gate.ts';

/** Child side: reads one prompt and writes one answer, on one sequence of the context. */

/** What writing an answer needs besides the request. */
export interface WriteParts extends Pick<LoadedModel, 'model' | 'chatWrapper'> {
  /** Whether the model may think before it answers. */
  readonly thinks: boolean;
  readonly meter: SpeedMeter;
  /** Guards all sequences of the context. */
  readonly gate: TokenGate;
  /** Returns how many other answers have a token in each piece of work. */
  readonly countOthers: () => number;
  /** Takes effect within one chunk of the prompt or one token. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: GeneratorEvent) => void;
  /** Called after each chunk of the prompt. */
  readonly onChunk: () => void;
  /** Called once the whole prompt has been read; not called if that fails or is aborted. */
  readonly onRead: () => void;
}

/** What a model may spend of its tokens on thinking; then its thoughts are closed, and the rest is for the answer. */
const THOUGHT_SHARE = 0.5;

/**
 * Writes one answer. Resolves once all work on the sequence is done, also after an abort; rejects with what went wrong.
 * @param fitted a prompt that leaves room for the answer in the sequence's context.
 */
export async function writeAnswer(
  request: GenerateRequest,
  fitted: FittedPrompt<readonly Token[]>,
  sequence: LlamaContextSequence,
  parts: WriteParts,
): Promise<Work> {
  const { meter, gate, signal, countOthers, onEvent, onChunk, onRead } = parts;
  const { prompt, usedRanks, budgetTokens } = fitted;
  const tokens = [...fitted.tokens];
  const outputBefore = sequence.tokenMeter.usedOutputTokens;
  const completionTokens = (): number => sequence.tokenMeter.usedOutputTokens - outputBefore;
  let prefilledTokens = 0;
  const evaluatedTokens = (): number => prefilledTokens + completionTokens();
  let tokensAtAbort: number | null = null;
  signal.addEventListener('abort', () => (tokensAtAbort = evaluatedTokens()));

  // The last token is left to the generation, which continues from it.
  const readFirst = tokens.slice(0, -1);
  await gate.shutDuring(() => sequence.adaptStateToTokens(readFirst, false));
  const reusedTokens = sequence.nextTokenIndex;
  const firstTokenMs = firstTokenDeadlineMs(tokens.length - reusedTokens, meter.msPerToken);
  onEvent({ type: 'started', usedRanks, promptTokens: tokens.length, budgetTokens, firstTokenMs });
  try {
    for await (const count of prefill(sequence, readFirst, meter, countOthers)) {
      prefilledTokens += count;
      onChunk();
      signal.throwIfAborted();
    }
    onRead();
    const stopReason = await complete({ ...request, maxTokens: fitted.maxTokens }, prompt, sequence, parts);
    const reason = stopReason === 'maxTokens' ? 'LENGTH' : 'STOP';
    onEvent({ type: 'finished', reason, completionTokens: completionTokens() });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return {
    promptTokens: tokens.length,
    reusedTokens,
    prefilledTokens,
    completionTokens: completionTokens(),
    tokensAfterAbort: tokensAtAbort === null ? 0 : evaluatedTokens() - tokensAtAbort,
    prompt: parts.model.detokenize(sequence.contextTokens.slice(0, tokens.length)),
  };
}

/**
 * Reads the tokens that the sequence has not read yet; what it holds must be a beginning of `tokens`.
 * Yields the size of each chunk once it is read, and starts the next one only when it is asked for. The size follows the
 * speed while the prompt is being read.
 */
export async function* prefill(
  sequence: LlamaContextSequence,
  tokens: Token[],
  meter: SpeedMeter,
  countOthers: () => number,
): AsyncGenerator<number> {
  for (let at = sequence.nextTokenIndex; at < tokens.length; at = sequence.nextTokenIndex) {
    // The next tokens of other answers take part in the same piece of work; what has no room in it would need another.
    const roomTokens = sequence.context.batchSize - countOthers();
    const chunk = tokens.slice(at, at + chunkTokens(meter.msPerToken, roomTokens));
    const startedAt = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(chunk);
    meter.note(chunk.length, performance.now() - startedAt);
    yield chunk.length;
  }
}

/**
 * Returns the tokens that the model evaluates for a prompt, according to the chat template in its file. Control words
 * become control tokens only if the template wrote them, never if they come from the text.
 */
export function tokenize(prompt: Prompt, { model, chatWrapper }: Pick<LoadedModel, 'model' | 'chatWrapper'>): Token[] {
  const { contextText } = chatWrapper.generateContextState({ chatHistory: historyOf(prompt) });
  return contextText.tokenize(model.tokenizer);
}

async function complete(
  { maxTokens, temperature, prompt: shortText }: GenerateRequest,
  prompt: Prompt,
  sequence: LlamaContextSequence,
  { chatWrapper, signal, thinks, onEvent }: WriteParts,
): Promise<string> {
  const mayThink = thinks && shortText === undefined;
  const chat = new LlamaChat({ contextSequence: sequence, chatWrapper });
  const shifted = new AbortController();
  try {
    const { metadata } = await chat.generateResponse(historyOf(prompt), {
      signal: AbortSignal.any([signal, shifted.signal]),
      maxTokens,
      temperature,
      budgets: { thoughtTokens: mayThink ? Math.floor(maxTokens * THOUGHT_SHARE) : 0 },
      onTextChunk: (text) => text !== '' && onEvent({ type: 'delta', text }),
      onResponseChunk: ({ type, text }) => type === 'segment' && text !== '' && onEvent({ type: 'thinking', text }),
      contextShift: {
        // A shift would silently delete the question or the passages. The token budget rules it out; if the library
        // wants one anyway, the answer ends here. Throwing would not do: the library would fall back to its default
        // strategy.
        strategy: ({ chatHistory }) => {
          shifted.abort(new Error('the context became full in the middle of the answer; raise ASKBOX_CONTEXT'));
          return { chatHistory: [...chatHistory], metadata: null };
        },
      },
    });
    return metadata.stopReason;
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

function historyOf({ system, user }: Prompt): ChatHistoryItem[] {
  return [
    { type: 'system', text: system },
    { type: 'user', text: user },
    { type: 'model', response: [] },
  ];
}
