import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import { fitPrompt } from '../fit-prompt.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest } from '../generator.ts';
import { describeDevice, warnOfGpu } from './device.ts';
import type { FromLlamaProcess, LlamaSettings, ToLlamaProcess, Work } from './messages.ts';
import { dieWithParent } from './parent.ts';
import { openSpeedMeter, promptBudgetTokens } from './speed.ts';
import { prefill, tokenize, writeAnswer } from './write.ts';
import { loadModel, type LoadedModel } from './load-model.ts';
import { promptOf } from '../prompt.ts';
import { createTokenGate } from './token-gate.ts';

/** The process that holds the model, started by llama.ts: a native crash in here costs the running answers, not the API. */

interface Job {
  readonly id: number;
  readonly request: GenerateRequest;
  readonly abort: AbortController;
}

let loaded: LoadedModel;
const meter = openSpeedMeter();
const gate = createTokenGate();
/** A sequence is in here exactly while nothing works on it. */
const freeSequences: LlamaContextSequence[] = [];
/** First come, first served. The API takes no more questions than a few dozen at a time, which bounds it. */
const waiting: Job[] = [];
const running = new Map<number, Job>();
/**
 * One prompt is read at a time, while any number of answers are written: of four that are read together each would wait
 * for all four, and nobody's first word would come sooner.
 */
let reading: Job | null = null;

dieWithParent();
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

async function start(settings: LlamaSettings): Promise<void> {
  try {
    loaded = await loadModel(settings, (percent) => tell({ type: 'loading', percent }));
    const { context, device, hopes } = loaded;
    while (context.sequencesLeft > 0) freeSequences.push(context.getSequence());
    for (const sequence of freeSequences) gate.guard(sequence);
    await readFrames();
    tell({
      type: 'ready',
      device: describeDevice(device),
      warning: warnOfGpu(hopes, device),
      contextTokens: context.contextSize,
      sequences: context.totalSequences,
      threads: device.threads,
      msPerToken: meter.msPerToken,
    });
  } catch (error) {
    tell({ type: 'unusable', message: messageOf(error) });
  }
}

/** Reads what every prompt begins with: it measures the speed, and the first questions reuse it. */
async function readFrames(): Promise<void> {
  for (const [place, sequence] of freeSequences.entries()) {
    const language = place % 2 === 0 ? 'pt' : 'en';
    const frame = tokenize(promptOf(language, '', []), loaded).slice(0, sequence.contextSize - 1);
    for await (const _ of prefill(sequence, frame, meter)) tell({ type: 'loading', percent: 100 });
  }
}

function takeWaiting(): void {
  while (reading === null && freeSequences.length > 0 && waiting.length > 0) {
    const job = waiting.shift()!;
    running.set(job.id, job);
    reading = job;
    void run(job);
  }
}

function stopReading(job: Job): void {
  if (reading === job) reading = null;
  takeWaiting();
}

function abort(id: number): void {
  running.get(id)?.abort.abort();
  const place = waiting.findIndex((job) => job.id === id);
  if (place < 0) return;
  waiting.splice(place, 1);
  tell({ type: 'settled', id, work: null });
}

/** Never rejects. Holds its sequence from before its first await until nothing works on it any more. */
async function run(job: Job): Promise<void> {
  const { id, request } = job;
  let work: Work | null = null;
  try {
    const limits = {
      contextTokens: loaded.context.contextSize,
      budgetTokens: promptBudgetTokens(meter.msPerToken),
    };
    const fitted = fitPrompt(request, (prompt) => tokenize(prompt, loaded), limits);
    const sequence = takeClosestSequence(fitted.tokens);
    try {
      work = await writeAnswer(request, fitted, sequence, {
        ...loaded,
        meter,
        gate,
        signal: job.abort.signal,
        onEvent: (event) => tell({ type: 'event', id, event }),
        onChunk: () => tell({ type: 'progress', id, msPerToken: meter.msPerToken }),
        onRead: () => stopReading(job),
      });
    } finally {
      freeSequences.push(sequence);
    }
  } catch (error) {
    const code = error instanceof GeneratorError ? error.code : 'MODEL_UNAVAILABLE';
    tell({ type: 'failed', id, code, message: messageOf(error) });
  } finally {
    running.delete(id);
    tell({ type: 'settled', id, work });
    stopReading(job);
  }
}

/** The free sequence that has most of the prompt evaluated already. */
function takeClosestSequence(tokens: readonly Token[]): LlamaContextSequence {
  const common = freeSequences.map((sequence) => sequence.compareContextTokens([...tokens]).firstDifferentIndex);
  return freeSequences.splice(common.indexOf(Math.max(...common)), 1)[0]!;
}

function tell(message: FromLlamaProcess): void {
  process.send?.(message);
}
