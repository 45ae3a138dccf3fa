import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { openLlama } from '../llama/llama.ts';
import { openRefused } from '../llama/refused-model.ts';
import {
  chooseModel,
  fitsBeside,
  type Candidates,
  type ChosenModel,
  type ModelChoice,
} from '../model-files/choose-model.ts';
import { findCard } from '../model-files/find-card.ts';
import { fateOf, findModelFile, listModelFiles, type ModelFile } from '../model-files/model-file.ts';
import { whyNotChosen } from '../model-files/why-not-chosen.ts';
import { openHeaders, type Headers } from '../model-files/read-headers.ts';
import type { CardMemory, Memory } from '../plan/plan.ts';
import { createBreaker } from './breaker.ts';
import type { Engine, EngineSlot } from './slot.ts';
import { decideStep, type Step } from './take-over.ts';

/** How often the models folder is checked. */
const CHECK_EVERY_MS = 5000;
/** After so long without an answer, a model is closed for a better one that needs its memory. */
const IDLE_MS = 120_000;
/** How long a file whose processes end or hang is left alone; memory may be freed, or a driver updated, meanwhile. */
const SKIP_MS = 10 * 60_000;
/** How old the memory of the card may be while a model waits for it. Asking for it starts a program. */
const CARD_AGE_MS = 60_000;

/** A model that was loaded into the slot. It is closed once it has been replaced and its last answer has ended. */
interface Local extends Engine {
  readonly file: ChosenModel;
  /** How many answers are using it. */
  answers: number;
}

/** What the slot needs to know of the machine. */
export interface Machine {
  /** Returns the memory that a new program can use, in bytes. */
  freeBytes(): number;
  /** Returns the memory of the graphics cards that a model can use; null if there is none. */
  findCard(): Promise<CardMemory | null>;
  readonly headers: Headers;
}

type LocalConfig = Pick<
  Config,
  'model' | 'modelsDir' | 'dataDir' | 'threads' | 'contextTokens' | 'sequences' | 'gpu' | 'thinking'
>;

/**
 * Opens the slot of the local model. Starts loading the best model file, and checks every 5 s whether that is still the
 * best one. A better file is loaded beside the model in use, which answers until the new one is ready; take-over.ts has
 * the rules.
 * @param now milliseconds of a monotonic clock.
 * @param machine Default: this one.
 */
export async function openLocal(
  config: LocalConfig,
  log: Log,
  now: () => number,
  machine: Machine = {
    freeBytes: () => process.availableMemory(),
    findCard: () => findCard(config),
    headers: openHeaders(),
  },
): Promise<EngineSlot & AsyncDisposable> {
  const { headers } = machine;
  const locals = new Set<Local>();
  /** Until when a file that could not be loaded is left alone, by its stamp. */
  const skipped = new Map<string, number>();
  let files = listFiles();
  /** Those that the check before saw too, with the same size and time. Others may be in the middle of being copied. */
  let settled = files;
  const startedWith = new Set(files.map(({ stamp }) => stamp));
  let card = await machine.findCard();
  let cardAtMs = now();
  let isCardUsed = true;
  /** When an answer was last being written. */
  let usedAtMs = now();
  let wasRemoved = false;
  let step: Step = 'keep';
  let choice: Exclude<ModelChoice, { readonly unread: ModelFile }> = { best: null, message: 'no model was chosen yet' };
  let current: Local | null = null;
  /** The better model that is being loaded beside the one in use. */
  let next: Local | null = null;
  /** Why the better file was not taken at last. */
  let refusal: { readonly stamp: string; readonly message: string } | null = null;
  let reading: Promise<void> | null = null;
  let isClosed = false;
  decide();
  // Each read ends with the next decision, which may need another one.
  const underWay = (): Promise<void> | null => reading;
  for (let read = underWay(); read !== null; read = underWay()) await read;
  const timer = setInterval(check, CHECK_EVERY_MS).unref();

  function listFiles(): readonly ModelFile[] {
    if (config.model === 'none') return [];
    return config.model === 'auto' ? listModelFiles(config.modelsDir) : [findModelFile(config.model) ?? []].flat();
  }

  function check(): void {
    const before = new Set(files.map(({ stamp }) => stamp));
    files = listFiles();
    settled = files.filter(({ stamp }) => before.has(stamp));
    headers.keepOnly(files);
    const stamps = new Set(files.map(({ stamp }) => stamp));
    for (const stamp of skipped.keys()) if (!stamps.has(stamp)) skipped.delete(stamp);
    const isWaiting = current === null || step === 'wait until idle';
    if (settled.length < files.length || (isWaiting && now() - cardAtMs >= CARD_AGE_MS)) void readCard();
    decide();
  }

  async function readCard(): Promise<void> {
    cardAtMs = now();
    if (!isCardUsed) return;
    card = await machine.findCard();
  }

  /** Decides what to do by the files as they were listed; first reads a header that this depends on. */
  function decide(): void {
    if (isClosed || reading !== null) return;
    settleNext();
    if (current !== null) judge(current);
    if (next !== null) {
      if (fateOf(next.file) === 'same') return;
      dropNext();
    }
    const candidates = candidatesNow();
    const outcome = chooseModel(config, candidates);
    if ('unread' in outcome) {
      read(outcome.unread);
      return;
    }
    choice = outcome;
    take(candidates.room);
    readNewest();
  }

  function candidatesNow(): Candidates {
    return {
      files: settled,
      headerOf: (file) => headers.find(file),
      isUnusable: isSkipped,
      loaded: current?.file ?? null,
      room: { ramBytes: machine.freeBytes(), card },
    };
  }

  /** Reads the header of a file that has come since the start, so that `health` can say what is wrong with it. */
  function readNewest(): void {
    const file = settled.find((each) => !startedWith.has(each.stamp) && headers.find(each) === undefined);
    if (file !== undefined) read(file);
  }

  function read(file: ModelFile): void {
    reading = headers.read(file).then(() => {
      reading = null;
      decide();
    });
  }

  function take(room: Memory): void {
    const { best } = choice;
    const file = current === null ? 'same' : fateOf(current.file);
    step = decideStep({
      current: current && { state: current.generator.state().state, isDown: isDown(current), file, wasRemoved },
      best: best && {
        isCurrent: best.stamp === current?.file.stamp,
        isUnusable: isSkipped(best) || best.refusal !== null,
        fitsBeside: current === null || fitsBeside(best, current.file, config, room),
      },
      isArriving: whatArrives() !== null,
      isIdle: now() - usedAtMs >= IDLE_MS && [...locals].every(({ answers }) => answers === 0),
    });
    wasRemoved = file === 'removed';
    if (step === 'unload') become(null);
    if (best === null) return;
    if (step === 'load instead') become(open(best));
    if (step === 'load beside') {
      log.info({ file: best.file, beside: current?.generator.model }, 'loading a better model');
      next = open(best);
    }
  }

  /** Lets the better model take over once it is ready, and gives it up if it cannot be loaded. */
  function settleNext(): void {
    if (next === null) return;
    const { generator, file } = next;
    const { state } = generator.state();
    if (state === 'READY') {
      log.info({ model: generator.model, replaced: current?.generator.model }, 'better model takes over');
      const ready = next;
      next = null;
      become(ready);
    } else if (state === 'FAILED') {
      const { message } = generator.health();
      log.warn({ file: file.file, reason: message }, 'better model not used');
      refusal = { stamp: file.stamp, message };
      judge(next);
      dropNext();
    }
  }

  /** Replaces the model in use; null leaves none. The new one may still be loading. */
  function become(local: Local | null): void {
    const replaced = current;
    current = local;
    refusal = null;
    dropNext();
    if (replaced !== null) closeIfUnused(replaced);
  }

  function dropNext(): void {
    const dropped = next;
    next = null;
    if (dropped !== null) closeIfUnused(dropped);
  }

  /** Remembers a file whose model cannot be used; forgets one that works after all. */
  function judge(local: Local): void {
    const { stamp } = local.file;
    const { state } = local.generator.state();
    if (state === 'READY') skipped.delete(stamp);
    if (state === 'FAILED') skipped.set(stamp, isDown(local) ? Infinity : now() + SKIP_MS);
  }

  function isSkipped({ stamp }: ModelFile): boolean {
    return now() < (skipped.get(stamp) ?? 0);
  }

  function open(file: ChosenModel): Local {
    const { threads, contextTokens, sequences, gpu } = config;
    const leftFile = path.join(config.dataDir, 'left-backends.json');
    const isFileNamed = config.model !== 'auto';
    const generator =
      file.refusal === null
        ? openLlama({
            file: file.file,
            isFileNamed,
            threads,
            contextTokens,
            sequences,
            gpu,
            thinks: config.thinking === 'on',
            log,
            leftFile,
            onReady: (on) => noteDevice(file, on),
          })
        : openRefused(file.file, file.refusal);
    const local: Local = {
      generator,
      breaker: createBreaker(now),
      sizeBytes: file.sizeBytes,
      file,
      answers: 0,
      hold: () => hold(local),
    };
    locals.add(local);
    return local;
  }

  /** Stops counting on a card that a model was chosen for if the library does not compute on it. */
  function noteDevice({ place }: ChosenModel, backend: string | null): void {
    if (place !== 'card' || backend !== null || card === null) return;
    log.info({ totalBytes: card.totalBytes }, 'models are chosen by memory: the card is not used');
    card = null;
    isCardUsed = false;
  }

  function hold(local: Local): Disposable {
    local.answers++;
    return {
      [Symbol.dispose]() {
        local.answers--;
        usedAtMs = now();
        closeIfUnused(local);
      },
    };
  }

  function closeIfUnused(local: Local): void {
    if (local === current || local === next || local.answers > 0 || !locals.delete(local)) return;
    Promise.resolve(local.generator[Symbol.asyncDispose]()).catch((error: unknown) =>
      log.error({ err: error }, 'could not close the model'),
    );
  }

  /** Returns which file is still incomplete, and how much of it has arrived; null if all are complete. */
  function whatArrives(): string | null {
    const changing = files.find(({ stamp }) => settled.every((each) => each.stamp !== stamp));
    if (changing !== undefined) return `${changing.file} has just appeared; it is loaded once it stops changing`;
    for (const file of settled) {
      const header = headers.find(file);
      if (header?.shape === null && header.isArriving) return header.message;
    }
    return null;
  }

  function note(): string | null {
    const { best } = choice;
    if (current === null) return null;
    if (next !== null) return `${path.basename(next.file.file)} is being loaded and takes over when it is ready`;
    if (step === 'wait until idle' && best !== null)
      return `${path.basename(best.file)} is better, but there is no memory for both at once: it is loaded after ${IDLE_MS / 60_000} minutes without a question, or at the next start`;
    if (best !== null && best.refusal !== null && best.stamp !== current.file.stamp) return best.refusal;
    if (refusal !== null && files.some(({ stamp }) => stamp === refusal?.stamp))
      return `a better model is not used: ${refusal.message}`;
    return whatArrives();
  }

  function whyUnused(wanted: string): string | null {
    const file = findModelFile(wanted);
    if (file === undefined || file.file === current?.file.file) return null;
    if (file.file === next?.file.file || file.file === choice.best?.file) return note();
    return whyNotChosen(file, choice.best ?? current?.file ?? null, config, candidatesNow());
  }

  return {
    find() {
      settleNext();
      return current;
    },
    isExpected: config.model !== 'none',
    host: null,
    whyEmpty: () =>
      whatArrives() ?? (choice.best === null ? choice.message : `${choice.best.file} is about to be loaded`),
    note,
    whyUnused,
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearInterval(timer);
      await Promise.all([...locals].map(({ generator }) => generator[Symbol.asyncDispose]()));
      locals.clear();
    },
  };
}

/** Whether it cannot be loaded. One whose process ended is not down: it is started again. */
function isDown({ generator }: Local): boolean {
  return generator.health().status === 'DOWN';
}
