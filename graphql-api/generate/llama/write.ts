import { LlamaChat, type ChatHistoryItem, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import type { FittedPrompt } from '../fit-prompt.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import type { Work } from './messages.ts';
import { CHUNK_TOKENS, firstTokenDeadlineMs, type SpeedMeter } from './speed.ts';
import type { LoadedModel } from './load-model.ts';
import type { Prompt } from '../prompt.ts';
import type { TokenGate } from './token-gate.ts';

export interface WriteParts extends Pick<LoadedModel, 'model' | 'chatWrapper'> {
  readonly meter: SpeedMeter;
  /** Guards all sequences. */
  readonly gate: TokenGate;
  /** Aborts within one chunk of the prompt or one token. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: GeneratorEvent) => void;
  /** One more chunk of the prompt has been read. */
  readonly onChunk: () => void;
  /** The whole prompt has been read; not called when it fails or is aborted before. */
  readonly onRead: () => void;
}

/**
 * Writes one answer. Resolves, also after an abort, once nothing works on the sequence any more.
 * @param fitted leaves room for the answer in the sequence's context.
 */
export async function writeAnswer(
  request: GenerateRequest,
  fitted: FittedPrompt<Token>,
  sequence: LlamaContextSequence,
  parts: WriteParts,
): Promise<Work> {
  const { meter, gate, signal, onEvent, onChunk, onRead } = parts;
  const { prompt, usedRanks } = fitted;
  const tokens = [...fitted.tokens];
  const outputBefore = sequence.tokenMeter.usedOutputTokens;
  const completionTokens = (): number => sequence.tokenMeter.usedOutputTokens - outputBefore;
  let prefilledTokens = 0;
  const evaluatedTokens = (): number => prefilledTokens + completionTokens();
  let tokensAtAbort: number | null = null;
  signal.addEventListener('abort', () => (tokensAtAbort = evaluatedTokens()));

  // All but the last token, from which the generation goes on.
  const readFirst = tokens.slice(0, -1);
  await gate.shutDuring(() => sequence.adaptStateToTokens(readFirst, false));
  const reusedTokens = sequence.nextTokenIndex;
  const firstTokenMs = firstTokenDeadlineMs(tokens.length - reusedTokens, meter.msPerToken);
  onEvent({ type: 'started', usedRanks, promptTokens: tokens.length, firstTokenMs });
  try {
    for await (const chunkTokens of prefill(sequence, readFirst, meter)) {
      prefilledTokens += chunkTokens;
      onChunk();
      signal.throwIfAborted();
    }
    onRead();
    const stopReason = await complete(request, prompt, sequence, parts);
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
 * Reads those of the tokens that the sequence, which holds their beginning and nothing else, has not read yet.
 * Yields the size of each chunk once it is read; the next is not begun unasked.
 */
export async function* prefill(
  sequence: LlamaContextSequence,
  tokens: Token[],
  meter: SpeedMeter,
): AsyncGenerator<number> {
  for (let at = sequence.nextTokenIndex; at < tokens.length; at += CHUNK_TOKENS) {
    const chunk = tokens.slice(at, at + CHUNK_TOKENS);
    const startedAt = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(chunk);
    meter.note(chunk.length, performance.now() - startedAt);
    yield chunk.length;
  }
}

/**
 * What the model evaluates for a prompt, by the chat template of its file. Only the template's own control words become
 * control tokens, never those of the text.
 */
export function tokenize(prompt: Prompt, { model, chatWrapper }: Pick<LoadedModel, 'model' | 'chatWrapper'>): Token[] {
  const { contextText } = chatWrapper.generateContextState({ chatHistory: historyOf(prompt) });
  return contextText.tokenize(model.tokenizer);
}

async function complete(
  { maxTokens, temperature }: GenerateRequest,
  prompt: Prompt,
  sequence: LlamaContextSequence,
  { chatWrapper, signal, onEvent }: WriteParts,
): Promise<string> {
  const chat = new LlamaChat({ contextSequence: sequence, chatWrapper });
  const shifted = new AbortController();
  try {
    const { metadata } = await chat.generateResponse(historyOf(prompt), {
      signal: AbortSignal.any([signal, shifted.signal]),
      maxTokens,
      temperature,
      budgets: { thoughtTokens: 0 },
      onTextChunk: (text) => text !== '' && onEvent({ type: 'delta', text }),
      contextShift: {
        // A shift deletes the question or the passages in silence. The budget rules it out; should the library come to
        // want one all the same, the answer ends here. A strategy that throws would only be replaced by the default one.
        strategy: ({ chatHistory }) => {
          shifted.abort(new Error('the context is full in the middle of the answer; raise ASKBOX_CONTEXT'));
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
