import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import { fitPrompt } from '../fit-prompt.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest } from '../generator.ts';
import type { LeftBackend } from './backend/left-backends.ts';
import { describeDevice, warnOfGpu } from './device.ts';
import { OutOfMemory } from '../plan/carry-out.ts';
import { warnOfShortfall } from '../plan/explain-plan.ts';
import type { FromLlamaProcess, LlamaSettings, ToLlamaProcess, Work } from './messages.ts';
import { dieWithParent } from './die-with-parent.ts';
import { openSpeedMeter, promptBudgetTokens } from './speed.ts';
import { prefill, tokenize, writeAnswer } from './write.ts';
import { loadModel, type LoadedModel } from './load-model.ts';
import { promptOf } from '../prompt.ts';
import { createTokenGate } from './token-gate.ts';

/**
 * Child side: the process that holds the model. child.ts starts it and llama.ts talks to it (messages.ts), so that a
 * crash of the native library costs the running answers, not the API.
 */

interface Job {
  readonly id: number;
  readonly request: GenerateRequest;
  readonly abort: AbortController;
}

let loaded: LoadedModel;
const meter = openSpeedMeter();
const gate = createTokenGate();
/** The sequences that no job is using. */
const freeSequences: LlamaContextSequence[] = [];
/** In order of arrival. Bounded, because the API accepts no more than a few dozen questions at a time. */
const waiting: Job[] = [];
const running = new Map<number, Job>();
/**
 * The job whose prompt is being read. Only one prompt is read at a time, while any number of answers are written: if
 * four were read together, each would take as long as all four, and no first word would come sooner.
 */
let reading: Job | null = null;

dieWithParent();
process.on('message', (message: ToLlamaProcess) => {
  switch (message.type) {
    case 'load':
      void load(message.settings, message.left);
      break;
    case 'generate':
      waiting.push({ id: message.id, request: message.request, abort: new AbortController() });
      startNext();
      break;
    case 'abort':
      abort(message.id);
      break;
  }
});

async function load(settings: LlamaSettings, left: readonly LeftBackend[]): Promise<void> {
  try {
    loaded = await loadModel(settings, {
      left,
      onTry: (backend) => send({ type: 'trying', backend }),
      onComplaint: (line) => send({ type: 'complaint', line }),
      onPercent: (percent) => send({ type: 'loading', percent }),
    });
    const { context, device, gpuOutcome, shortfall } = loaded;
    while (context.sequencesLeft > 0) freeSequences.push(context.getSequence());
    for (const sequence of freeSequences) gate.guard(sequence);
    await readFrames();
    send({
      type: 'ready',
      device: [describeDevice(device), ...(shortfall?.isWorse === false ? [shortfall.note] : [])].join('; '),
      warning: shortfall?.isWorse === true ? warnOfShortfall(shortfall) : warnOfGpu(gpuOutcome, device),
      contextTokens: context.contextSize,
      sequences: context.totalSequences,
      threads: device.threads,
      msPerToken: meter.msPerToken,
    });
  } catch (error) {
    send({ type: error instanceof OutOfMemory ? 'short' : 'unusable', message: messageOf(error) });
  }
}

/** Reads the text that every prompt begins with, to measure the speed and to save the first questions that work. */
async function readFrames(): Promise<void> {
  for (const [index, sequence] of freeSequences.entries()) {
    const language = index % 2 === 0 ? 'pt' : 'en';
    const frame = tokenize(promptOf(language, '', []), loaded).slice(0, sequence.contextSize - 1);
    for await (const _ of prefill(sequence, frame, meter, () => 0)) send({ type: 'loading', percent: 100 });
  }
}

/** Starts the next job in the queue, if a sequence is free and no other prompt is being read. */
function startNext(): void {
  while (reading === null && freeSequences.length > 0 && waiting.length > 0) {
    const job = waiting.shift()!;
    running.set(job.id, job);
    reading = job;
    void run(job);
  }
}

function finishReading(job: Job): void {
  if (reading === job) reading = null;
  startNext();
}

function abort(id: number): void {
  running.get(id)?.abort.abort();
  const index = waiting.findIndex((job) => job.id === id);
  if (index < 0) return;
  waiting.splice(index, 1);
  send({ type: 'settled', id, work: null });
}

/** Answers one request; never rejects. Takes a sequence before its first await, and frees it when all work is done. */
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
        countOthers: () => running.size - 1,
        onEvent: (event) => send({ type: 'event', id, event }),
        onChunk: () => send({ type: 'progress', id, msPerToken: meter.msPerToken }),
        onRead: () => finishReading(job),
      });
    } finally {
      freeSequences.push(sequence);
    }
  } catch (error) {
    const code = error instanceof GeneratorError ? error.code : 'MODEL_UNAVAILABLE';
    send({ type: 'failed', id, code, message: messageOf(error) });
  } finally {
    running.delete(id);
    send({ type: 'settled', id, work });
    finishReading(job);
  }
}

/** Takes the free sequence that has already evaluated the most of this prompt. There must be one. */
function takeClosestSequence(tokens: readonly Token[]): LlamaContextSequence {
  const common = freeSequences.map((sequence) => sequence.compareContextTokens([...tokens]).firstDifferentIndex);
  return freeSequences.splice(common.indexOf(Math.max(...common)), 1)[0]!;
}

function send(message: FromLlamaProcess): void {
  process.send?.(message);
}
