import { flushCompileCache } from 'node:module';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import { fitPrompt } from '../fit-prompt.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest } from '../generator.ts';
import { createDeltaMerger } from '../merge-deltas.ts';
import { describeDevice, warnOfGpu } from './device.ts';
import { OutOfMemory } from '../plan/carry-out.ts';
import { warnOfShortfall } from '../plan/explain-plan.ts';
import type { ChangingFacts, FromLlamaProcess, LoadMessage, ToLlamaProcess, Work } from './messages.ts';
import { dieWithParent } from './die-with-parent.ts';
import { openSpeedMeter, promptBudgetTokens } from './speed.ts';
import { indexOfClosest } from './pace/closest-sequence.ts';
import { openIdleWork, type IdleTask } from './pace/idle-work.ts';
import { openThreadPace, type ThreadPace } from './pace/thread-pace.ts';
import { rememberTokens } from './pace/token-memo.ts';
import { canTryOn } from './pace/try-threads.ts';
import { chooseTogether, numbersToTry, tryTogether, type TogetherSpeed } from './pace/try-together.ts';
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
let thinks = false;
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
/** How many answers are written at once, at most. */
let together = 0;
/** Null if the number of threads is fixed. */
let threadPace: ThreadPace | null = null;
const isIdle = (): boolean => running.size === 0 && waiting.length === 0;
const idleWork = openIdleWork(isIdle, () => send({ type: 'prepared' }));

dieWithParent();
process.on('message', (message: ToLlamaProcess) => {
  switch (message.type) {
    case 'load':
      void load(message);
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

async function load({ settings, left, spareCardBytes }: LoadMessage): Promise<void> {
  thinks = settings.thinks === true;
  try {
    loaded = await loadModel(settings, {
      left,
      spareCardBytes,
      onTry: (backend) => send({ type: 'trying', backend }),
      onComplaint: (line) => send({ type: 'complaint', line }),
      onPercent: (percent) => send({ type: 'loading', percent }),
    });
    const { context, device, gpuOutcome, model, shortfall, better } = loaded;
    rememberTokens(model);
    const sequences = Array.from({ length: context.totalSequences }, () => context.getSequence());
    for (const sequence of sequences) gate.guard(sequence);
    freeSequences.push(...sequences);
    together = context.totalSequences;
    if (settings.threads === null && device.threads > 1 && device.gpuLayers < device.totalLayers) {
      threadPace = openThreadPace({
        setThreads: (threads) => (model.llama.maxThreads = threads),
        cores: device.threads,
        isIdle,
        onChange: () => sendChange(null),
        onTrial: ({ allMs, fewerMs }) =>
          sendChange(`a token took ${allMs.toFixed(1)} ms with all cores, ${fewerMs.toFixed(1)} ms with one fewer`),
        onTrialDue: () => idleWork.add(tryThreadsTask),
      });
    }
    // Before `ready`, so that the speed is known, and so that the library has computed something.
    for await (const _ of prefill(sequences[0]!, frameOf(0), meter, () => 0)) send({ type: 'loading', percent: 100 });
    send({
      type: 'ready',
      ...changingFacts(),
      warning: warnOfGpu(gpuOutcome, device, shortfall?.isWorse === true ? warnOfShortfall(shortfall) : null),
      better,
      contextTokens: context.contextSize,
      msPerToken: meter.msPerToken,
    });
    // This process ends by a signal, at which Node does not save what it has compiled. Without a cache it does nothing.
    flushCompileCache();
    if (settings.sequences === null && device.gpu !== false) idleWork.add(createTogetherTask());
    for (const [index, sequence] of sequences.entries()) idleWork.add(createFrameTask(sequence, frameOf(index)));
  } catch (error) {
    const message = messageOf(error);
    if (error instanceof OutOfMemory) send({ type: 'short', message, better: { needs: error.needs, ownCardBytes: 0 } });
    else send({ type: 'unusable', message });
  }
}

/** Returns the text that every prompt in a language begins with. Both languages take turns. */
function frameOf(index: number): Token[] {
  const language = index % 2 === 0 ? 'pt' : 'en';
  return tokenize(promptOf(language, '', []), loaded).slice(0, loaded.context.contextSize - 1);
}

/** A question waits at most for so many tokens of a text that is read while nobody asks. */
const IDLE_CHUNK_TOKENS = 32;

/** Reads a text that saves work in later prompts. Does nothing once an answer has used the sequence. */
function createFrameTask(sequence: LlamaContextSequence, frame: readonly Token[]): IdleTask {
  let readTokens = sequence.nextTokenIndex;
  return async (mayContinue) => {
    if (sequence.nextTokenIndex !== readTokens && sequence.nextTokenIndex > 0) return true;
    readTokens = sequence.nextTokenIndex;
    return withSequences([sequence], async () => {
      while (readTokens < frame.length) {
        if (!mayContinue()) return false;
        await sequence.evaluateWithoutGeneratingNewTokens(frame.slice(readTokens, readTokens + IDLE_CHUNK_TOKENS));
        readTokens = sequence.nextTokenIndex;
      }
      return true;
    });
  };
}

/** Measures how many answers the graphics card writes well at once. */
function createTogetherTask(): IdleTask {
  const speeds: TogetherSpeed[] = [];
  const numbers = numbersToTry(freeSequences.length);
  return (mayContinue) =>
    withSequences([...freeSequences], async (sequences) => {
      for (const number of numbers.slice(speeds.length)) {
        const speed = mayContinue() ? await tryTogether(sequences.slice(0, number), mayContinue) : null;
        if (speed === null) return false;
        speeds.push(speed);
      }
      together = chooseTogether(speeds);
      const figures = speeds.map(({ answers, tokensPerS }) => `${answers}: ${Math.round(tokensPerS)}`).join(', ');
      sendChange(`tokens per second of answers at once: ${figures}`);
      return true;
    });
}

/** Tries out how many threads are faster, on the sequence that holds the least. */
async function tryThreadsTask(mayContinue: () => boolean): Promise<boolean> {
  const [sequence] = freeSequences.filter(canTryOn).toSorted((a, b) => a.nextTokenIndex - b.nextTokenIndex);
  const pace = threadPace;
  if (pace === null) return true;
  if (sequence === undefined) return pace.tryOut(null, mayContinue);
  return withSequences([sequence], () => pace.tryOut(sequence, mayContinue));
}

/** Keeps these free sequences from answers for the time of the work. */
async function withSequences<T>(
  sequences: readonly LlamaContextSequence[],
  work: (sequences: readonly LlamaContextSequence[]) => Promise<T>,
): Promise<T> {
  for (const sequence of sequences) freeSequences.splice(freeSequences.indexOf(sequence), 1);
  try {
    return await work(sequences);
  } finally {
    freeSequences.push(...sequences);
    startNext();
  }
}

function changingFacts(): ChangingFacts {
  const { device, shortfall } = loaded;
  const threads = threadPace?.threads ?? device.threads;
  const notes = shortfall?.isWorse === false ? [shortfall.note] : [];
  return { device: [describeDevice(device, threads), ...notes].join('; '), sequences: together, threads };
}

function sendChange(because: string | null): void {
  send({ type: 'changed', because, ...changingFacts() });
}

/** Starts the next job in the queue, if a sequence is free and no other prompt is being read. */
function startNext(): void {
  while (reading === null && freeSequences.length > 0 && running.size < together && waiting.length > 0) {
    const job = waiting.shift()!;
    running.set(job.id, job);
    reading = job;
    threadPace?.update();
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
  const merged = createDeltaMerger((event) => send({ type: 'event', id, event }));
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
        thinks,
        meter,
        gate,
        signal: job.abort.signal,
        countOthers: () => running.size - 1,
        onEvent: merged.push,
        onChunk: () => send({ type: 'progress', id, msPerToken: meter.msPerToken }),
        onRead: () => finishReading(job),
      });
    } finally {
      freeSequences.push(sequence);
      merged.flush();
    }
  } catch (error) {
    const code = error instanceof GeneratorError ? error.code : 'MODEL_UNAVAILABLE';
    send({ type: 'failed', id, code, message: messageOf(error) });
  } finally {
    running.delete(id);
    send({ type: 'settled', id, work });
    finishReading(job);
    threadPace?.update();
    idleWork.wake();
  }
}

/** Takes the free sequence on which this prompt costs least. There must be one. */
function takeClosestSequence(tokens: readonly Token[]): LlamaContextSequence {
  const held = freeSequences.map((sequence) => ({
    common: sequence.compareContextTokens([...tokens]).firstDifferentIndex,
    all: sequence.nextTokenIndex,
  }));
  return freeSequences.splice(indexOfClosest(held), 1)[0]!;
}

function send(message: FromLlamaProcess): void {
  process.send?.(message);
}
