import { Worker } from 'node:worker_threads';
import { LlamaChat, type ChatHistoryItem, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import { fitPrompt, type FittedPrompt } from './fit-prompt.ts';
import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest, GeneratorEvent } from './generator.ts';
import type { FromLlamaProcess, LlamaSettings, ToLlamaProcess, Work } from './llama-messages.ts';
import { loadModel, type LoadedModel } from './load-model.ts';
import type { Prompt } from './prompt.ts';

/** The process that holds the model, started by llama.ts: a native crash in here costs the running answers, not the API. */

interface Job {
  readonly id: number;
  readonly request: GenerateRequest;
  readonly abort: AbortController;
}

/** An abort is heard between two chunks only; the library by itself would evaluate the whole prompt first. */
const CHUNK_TOKENS = 128;

let loaded: LoadedModel;
/** A sequence is in here exactly while nothing works on it. */
const freeSequences: LlamaContextSequence[] = [];
const waiting: Job[] = [];
const running = new Map<number, Job>();

diesWithItsParent();
process.on('message', (message: ToLlamaProcess) => {
  switch (message.type) {
    case 'load':
      void start(message.settings);
      break;
    case 'generate':
      waiting.push({ id: message.id, request: message.request, abort: new AbortController() });
      takeWaiting();
      break;
    case 'abort':
      abort(message.id);
      break;
  }
});

function diesWithItsParent(): void {
  const kill = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', kill);
  // 'disconnect' is not heard while native code holds this thread, so another one watches too.
  const watch = `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 250)`;
  new Worker(watch, { eval: true }).unref();
}

async function start(settings: LlamaSettings): Promise<void> {
  try {
    loaded = await loadModel(settings);
    const { context, device } = loaded;
    while (context.sequencesLeft > 0) freeSequences.push(context.getSequence());
    tell({ type: 'ready', device, contextTokens: contextTokens() });
  } catch (error) {
    tell({ type: 'unusable', message: messageOf(error) });
  }
}

function takeWaiting(): void {
  while (freeSequences.length > 0 && waiting.length > 0) {
    const job = waiting.shift()!;
    running.set(job.id, job);
    void run(job);
  }
}

function abort(id: number): void {
  running.get(id)?.abort.abort();
  const place = waiting.findIndex((job) => job.id === id);
  if (place < 0) return;
  waiting.splice(place, 1);
  tell({ type: 'settled', id, work: null });
}

async function run(job: Job): Promise<void> {
  let work: Work | null = null;
  try {
    const fitted = fitPrompt(job.request, tokenize, contextTokens());
    const sequence = takeClosestSequence(fitted.tokens);
    try {
      work = await write(job, fitted, sequence);
    } finally {
      freeSequences.push(sequence);
    }
  } catch (error) {
    const code = error instanceof GeneratorError ? error.code : 'MODEL_UNAVAILABLE';
    tell({ type: 'failed', id: job.id, code, message: messageOf(error) });
  } finally {
    running.delete(job.id);
    tell({ type: 'settled', id: job.id, work });
    takeWaiting();
  }
}

/** Resolves, also after an abort, once nothing works on the sequence any more. */
async function write(job: Job, fitted: FittedPrompt<Token>, sequence: LlamaContextSequence): Promise<Work> {
  const { prompt, usedRanks } = fitted;
  const tokens = [...fitted.tokens];
  const { signal } = job.abort;
  const outputBefore = sequence.tokenMeter.usedOutputTokens;
  const completionTokens = (): number => sequence.tokenMeter.usedOutputTokens - outputBefore;
  let reusedTokens = 0;
  let prefilledTokens = 0;
  let tokensAtAbort: number | null = null;
  const evaluatedTokens = (): number => prefilledTokens + completionTokens();
  signal.addEventListener('abort', () => (tokensAtAbort = evaluatedTokens()));

  const emit = (event: GeneratorEvent): void => tell({ type: 'event', id: job.id, event });
  emit({ type: 'started', usedRanks, promptTokens: tokens.length, firstTokenMs: null });
  try {
    // All but the last token, from which the generation goes on.
    const end = tokens.length - 1;
    await sequence.adaptStateToTokens(tokens.slice(0, end), false);
    reusedTokens = sequence.nextTokenIndex;
    for (let at = reusedTokens; at < end; at += CHUNK_TOKENS) {
      signal.throwIfAborted();
      const chunk = tokens.slice(at, Math.min(at + CHUNK_TOKENS, end));
      await sequence.evaluateWithoutGeneratingNewTokens(chunk);
      prefilledTokens += chunk.length;
      tell({ type: 'progress', id: job.id });
    }
    const stopReason = await complete(job, prompt, sequence, (text) => emit({ type: 'delta', text }));
    emit({
      type: 'finished',
      reason: stopReason === 'maxTokens' ? 'LENGTH' : 'STOP',
      completionTokens: completionTokens(),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return {
    promptTokens: tokens.length,
    reusedTokens,
    prefilledTokens,
    completionTokens: completionTokens(),
    tokensAfterAbort: tokensAtAbort === null ? 0 : evaluatedTokens() - tokensAtAbort,
    prompt: loaded.model.detokenize(sequence.contextTokens.slice(0, tokens.length)),
  };
}

async function complete(
  { request, abort }: Job,
  prompt: Prompt,
  sequence: LlamaContextSequence,
  onText: (text: string) => void,
): Promise<string> {
  const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: loaded.chatWrapper });
  const shifted = new AbortController();
  try {
    const { metadata } = await chat.generateResponse(historyOf(prompt), {
      signal: AbortSignal.any([abort.signal, shifted.signal]),
      maxTokens: request.maxTokens,
      temperature: request.temperature,
      budgets: { thoughtTokens: 0 },
      onTextChunk: (text) => text !== '' && onText(text),
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

/** The free sequence that has most of the prompt evaluated already. */
function takeClosestSequence(tokens: readonly Token[]): LlamaContextSequence {
  const common = freeSequences.map((sequence) => sequence.compareContextTokens([...tokens]).firstDifferentIndex);
  return freeSequences.splice(common.indexOf(Math.max(...common)), 1)[0]!;
}

/** By the chat template of the model's file. Only the template's own control words become control tokens, never the text's. */
function tokenize(prompt: Prompt): readonly Token[] {
  const { contextText } = loaded.chatWrapper.generateContextState({ chatHistory: historyOf(prompt) });
  return contextText.tokenize(loaded.model.tokenizer);
}

function historyOf({ system, user }: Prompt): ChatHistoryItem[] {
  return [
    { type: 'system', text: system },
    { type: 'user', text: user },
    { type: 'model', response: [] },
  ];
}

/** Of one sequence. */
function contextTokens(): number {
  return loaded.context.contextSize;
}

function tell(message: FromLlamaProcess): void {
  process.send?.(message);
}
