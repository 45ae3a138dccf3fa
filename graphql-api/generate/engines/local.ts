import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { chooseModel, type ModelChoice } from '../llama/choose-model.ts';
import { createBreaker } from './breaker.ts';
import type { Engine, EngineSlot } from './slot.ts';
import { openLlama } from '../llama/llama.ts';

/** How often the models folder is checked. */
const CHECK_EVERY_MS = 5000;

/** A model that was loaded into the slot. It is closed once it has been replaced and its last answer has ended. */
interface Local extends Engine {
  readonly file: string;
  readonly stamp: string;
  /** How many answers are using it. */
  answers: number;
}

/**
 * Opens the slot of the local model. Starts loading the best model file, and checks every 5 s whether that is still the
 * best one: a file that is added later is loaded without a restart, a file that is removed is unloaded.
 * @param now milliseconds of a monotonic clock.
 */
export function openLocal(
  config: Pick<Config, 'model' | 'modelsDir' | 'threads' | 'contextTokens' | 'sequences' | 'gpu'>,
  log: Log,
  now: () => number,
): EngineSlot & AsyncDisposable {
  const locals = new Set<Local>();
  /** Stamps of files that could not be loaded. */
  const unusable = new Set<string>();
  let choice: ModelChoice = chooseModel(config, null, unusable);
  let current = choice.file === null ? null : open(choice.file, choice.stamp);
  const timer = setInterval(check, CHECK_EVERY_MS).unref();

  function check(): void {
    if (current?.generator.health().status === 'DOWN') unusable.add(current.stamp);
    const before = choice;
    choice = chooseModel(config, current?.file ?? null, unusable);
    const stamp = choice.file === null ? null : choice.stamp;
    if (stamp === (current?.stamp ?? null)) return;
    // It may still be in the middle of being copied: load it once two checks in a row see the same size and time.
    if (choice.file !== null && (before.file === null || before.stamp !== stamp)) return;

    const replaced = current;
    current = choice.file === null ? null : open(choice.file, choice.stamp);
    if (replaced !== null) closeIfUnused(replaced);
  }

  function open(file: string, stamp: string): Local {
    const { threads, contextTokens, sequences, gpu } = config;
    const generator = openLlama({ file, threads, contextTokens, sequences, gpu, log });
    const breaker = createBreaker(now);
    const local: Local = { generator, breaker, file, stamp, answers: 0, hold: () => hold(local) };
    locals.add(local);
    return local;
  }

  function hold(local: Local): Disposable {
    local.answers++;
    return {
      [Symbol.dispose]() {
        local.answers--;
        closeIfUnused(local);
      },
    };
  }

  function closeIfUnused(local: Local): void {
    if (local === current || local.answers > 0 || !locals.delete(local)) return;
    Promise.resolve(local.generator[Symbol.asyncDispose]()).catch((error: unknown) =>
      log.error({ err: error }, 'could not close the model'),
    );
  }

  return {
    find: () => current,
    isExpected: config.model !== 'none',
    host: null,
    whyEmpty: () =>
      choice.file === null ? choice.message : `${choice.file} has just appeared; it is loaded once it stops changing`,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all([...locals].map(({ generator }) => generator[Symbol.asyncDispose]()));
      locals.clear();
    },
  };
}
