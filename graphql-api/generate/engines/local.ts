import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { chooseModel, type ModelChoice } from '../llama/choose-model.ts';
import { createBreaker } from './breaker.ts';
import type { Engine, Place } from './place.ts';
import { openLlama } from '../llama/llama.ts';

const LOOK_EVERY_MS = 5000;

/** Closed once it has been replaced and its last answer is written. */
interface Local extends Engine {
  readonly file: string;
  readonly stamp: string;
  answers: number;
}

/**
 * The place of the local model. Starts to load the chosen file, and looks for a better one every 5 s: one that is copied in
 * later is taken up, one that goes is let go.
 */
export function openLocal(
  config: Pick<Config, 'model' | 'modelsDir' | 'threads' | 'contextTokens' | 'sequences' | 'gpu'>,
  log: Log,
  now: () => number,
): Place & AsyncDisposable {
  const locals = new Set<Local>();
  /** Stamps of files that could not be loaded. */
  const unusable = new Set<string>();
  let choice: ModelChoice = chooseModel(config, null, unusable);
  let current = choice.file === null ? null : open(choice.file, choice.stamp);
  const timer = setInterval(look, LOOK_EVERY_MS).unref();

  function look(): void {
    if (current?.generator.health().status === 'DOWN') unusable.add(current.stamp);
    const before = choice;
    choice = chooseModel(config, current?.file ?? null, unusable);
    const stamp = choice.file === null ? null : choice.stamp;
    if (stamp === (current?.stamp ?? null)) return;
    // Still being copied: it is taken once two looks see the same.
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
      log.error({ err: error }, 'model not closed'),
    );
  }

  return {
    find: () => current,
    isWanted: config.model !== 'none',
    absence: () => (choice.file === null ? choice.message : `${choice.file} is about to be loaded`),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all([...locals].map(({ generator }) => generator[Symbol.asyncDispose]()));
      locals.clear();
    },
  };
}
