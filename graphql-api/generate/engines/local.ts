import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { findStats } from '#shared/models/model-path.ts';
import { chooseModel, fitsBeside, type ModelChoice, type ModelFile } from '../llama/choose-model.ts';
import { createBreaker } from './breaker.ts';
import type { Engine, EngineSlot } from './slot.ts';
import { openLlama } from '../llama/llama.ts';
import { decideStep, type FileFate, type Step } from './take-over.ts';

/** How often the models folder is checked. */
const CHECK_EVERY_MS = 5000;
/** After so long without an answer, a model is closed for a better one that needs its memory. */
const IDLE_MS = 120_000;
/** How long a file whose processes end or hang is left alone; memory may be freed, or a driver updated, meanwhile. */
const SKIP_MS = 10 * 60_000;

/** A model that was loaded into the slot. It is closed once it has been replaced and its last answer has ended. */
interface Local extends Engine {
  readonly file: ModelFile;
  /** How many answers are using it. */
  answers: number;
}

type LocalConfig = Pick<Config, 'model' | 'modelsDir' | 'dataDir' | 'threads' | 'contextTokens' | 'sequences' | 'gpu'>;

/**
 * Opens the slot of the local model. Starts loading the best model file, and checks every 5 s whether that is still the
 * best one. A better file is loaded beside the model in use, which answers until the new one is ready; take-over.ts has
 * the rules.
 * @param now milliseconds of a monotonic clock.
 * @param freeMemory returns the memory that a new program can use, in bytes.
 */
export function openLocal(
  config: LocalConfig,
  log: Log,
  now: () => number,
  freeMemory: () => number = () => process.availableMemory(),
): EngineSlot & AsyncDisposable {
  const locals = new Set<Local>();
  /** Until when a file that could not be loaded is left alone, by its stamp. */
  const skipped = new Map<string, number>();
  /** When an answer was last being written. */
  let usedAtMs = now();
  let wasRemoved = false;
  let step: Step = 'wait';
  /** Why the better file was not taken at last. */
  let refusal: { readonly stamp: string; readonly message: string } | null = null;
  let choice: ModelChoice = choose(null);
  let current = choice.best === null ? null : open(choice.best);
  /** The better model that is being loaded beside the one in use. */
  let next: Local | null = null;
  const timer = setInterval(check, CHECK_EVERY_MS).unref();

  function choose(loaded: ModelFile | null): ModelChoice {
    return chooseModel(config, loaded, isSkipped, freeMemory());
  }

  function isSkipped({ stamp }: ModelFile): boolean {
    return now() < (skipped.get(stamp) ?? 0);
  }

  function check(): void {
    settleNext();
    const before = new Set(choice.files.map(({ stamp }) => stamp));
    if (current !== null) judge(current);
    choice = choose(current?.file ?? null);
    const { best, files } = choice;
    if (next !== null && next.file.stamp !== best?.stamp) dropNext();

    const file = current === null ? 'same' : fateOf(current);
    step = decideStep({
      current: current && { state: current.generator.state().state, isDown: isDown(current), file, wasRemoved },
      best: best && {
        isCurrent: best.stamp === current?.file.stamp,
        isStable: before.has(best.stamp),
        isUnusable: isSkipped(best),
        fitsBeside: current === null || fitsBeside(best, current.file, freeMemory()),
      },
      isArriving: files.some(({ stamp }) => !before.has(stamp)),
      isIdle: now() - usedAtMs >= IDLE_MS && [...locals].every(({ answers }) => answers === 0),
    });
    wasRemoved = file === 'removed';
    for (const stamp of skipped.keys()) if (!files.some((each) => each.stamp === stamp)) skipped.delete(stamp);
    take(step, best);
  }

  function take(now: Step, best: ModelFile | null): void {
    if (now === 'unload') become(null);
    if (now === 'load instead' && best !== null) become(open(best));
    if (now === 'load beside' && best !== null && next === null) {
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
    if (next !== null) dropNext();
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

  function open(file: ModelFile): Local {
    const { threads, contextTokens, sequences, gpu } = config;
    const leftFile = path.join(config.dataDir, 'left-backends.json');
    const isFileNamed = config.model !== 'auto';
    const generator = openLlama({
      file: file.file,
      isFileNamed,
      threads,
      contextTokens,
      sequences,
      gpu,
      log,
      leftFile,
    });
    const breaker = createBreaker(now);
    const local: Local = { generator, breaker, file, answers: 0, hold: () => hold(local) };
    locals.add(local);
    return local;
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

  function note(): string | null {
    const { best } = choice;
    if (current === null || best === null) return null;
    const name = path.basename(best.file);
    if (next !== null) return `${name} is being loaded and takes over when it is ready`;
    if (step === 'wait until idle')
      return `${name} is better, but there is no memory for both at once: it is loaded after ${IDLE_MS / 60_000} minutes without a question, or at the next start`;
    const isHere = refusal !== null && choice.files.some(({ stamp }) => stamp === refusal?.stamp);
    return isHere ? `a better model is not used: ${refusal?.message}` : null;
  }

  return {
    find() {
      settleNext();
      return current;
    },
    isExpected: config.model !== 'none',
    host: null,
    whyEmpty: () =>
      choice.best === null
        ? choice.message
        : `${choice.best.file} has just appeared; it is loaded once it stops changing`,
    note,
    async [Symbol.asyncDispose]() {
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

/** Returns what has become of the file of a model since it was opened. */
function fateOf({ file }: Local): FileFate {
  const stats = findStats(file.file);
  if (stats === undefined) return 'removed';
  if (stats.size === file.sizeBytes) return stats.mtimeMs === file.mtimeMs ? 'same' : 'replaced';
  return stats.ino === file.inode ? 'overwritten' : 'replaced';
}
