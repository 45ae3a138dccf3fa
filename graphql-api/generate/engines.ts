import { messageOf } from '#shared/errors.ts';
import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { chooseModel, type ModelChoice } from './choose-model.ts';
import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, GeneratorHealth, GeneratorKind } from './generator.ts';
import { openLlama } from './llama.ts';
import { openQuotes } from './quotes.ts';

export type EngineEvent =
  /** Once, before the first delta: who answers from here on, and why a better one could not. */
  | {
      readonly type: 'engine';
      readonly kind: GeneratorKind;
      readonly model: string | null;
      readonly fallbackReason: string | null;
    }
  /** A second `started` replaces the first one: another engine is at work. */
  | GeneratorEvent;

/** The generators in order: the local model, then quotes. */
export interface Engines extends AsyncDisposable {
  /** The one that would answer now, and how it is; with how to get a better one. */
  health(): GeneratorHealth & { readonly kind: GeneratorKind; readonly model: string | null };
  /**
   * Writes one answer. An engine that fails before its first delta leaves it to the next; the one that gave the first
   * delta owns the answer, and its failure is thrown. An abort throws the signal's reason and is nobody's failure.
   */
  answer(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

const LOOK_EVERY_MS = 5000;

/** A generator that is closed once it has been replaced and its last answer is written. */
interface Local {
  readonly generator: Generator;
  readonly file: string;
  readonly stamp: string;
  answers: number;
}

/** Starts to load the chosen model, and looks for a better one every 5 s: a file copied in later needs no restart. */
export function openEngines(
  config: Pick<Config, 'model' | 'modelsDir' | 'threads' | 'contextTokens' | 'sequences' | 'gpu'>,
  log: Log,
): Engines {
  const quotes = openQuotes();
  const quotesAfterFailure = openQuotes({ isFallback: true });
  const locals = new Set<Local>();
  let choice: ModelChoice = chooseModel(config, null);
  let current = choice.file === null ? null : openLocal(choice.file, choice.stamp);
  const timer = setInterval(look, LOOK_EVERY_MS).unref();

  function look(): void {
    const before = choice;
    choice = chooseModel(config, current?.file ?? null);
    const stamp = choice.file === null ? null : choice.stamp;
    if (stamp === (current?.stamp ?? null)) return;
    // Still being copied: it is taken once two looks see the same.
    if (choice.file !== null && (before.file === null || before.stamp !== stamp)) return;

    const replaced = current;
    current = choice.file === null ? null : openLocal(choice.file, choice.stamp);
    if (replaced !== null) closeIfUnused(replaced);
  }

  function openLocal(file: string, stamp: string): Local {
    const { threads, contextTokens, sequences, gpu } = config;
    const generator = openLlama({ file, threads, contextTokens, sequences, gpu, log });
    const local = { generator, file, stamp, answers: 0 };
    locals.add(local);
    return local;
  }

  function closeIfUnused(local: Local): void {
    if (local === current || local.answers > 0 || !locals.delete(local)) return;
    Promise.resolve(local.generator[Symbol.asyncDispose]()).catch((error: unknown) =>
      log.error({ err: error }, 'model not closed'),
    );
  }

  async function* answer(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const local = current;
    if (local === null) return yield* own(quotes, null, request, signal);
    let hasBegun = false;
    local.answers++;
    try {
      for await (const event of own(local.generator, null, request, signal)) {
        hasBegun ||= event.type === 'engine';
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (hasBegun) throw error;
      const reason = messageOf(error);
      log.warn({ model: local.generator.model, reason }, 'fell back to quotes');
      yield* own(quotesAfterFailure, reason, request, signal);
    } finally {
      local.answers--;
      closeIfUnused(local);
    }
  }

  return {
    health() {
      if (current === null) {
        const status = config.model === 'none' ? 'OK' : 'DEGRADED';
        const message = choice.file === null ? choice.message : `${choice.file} is about to be loaded`;
        return { kind: quotes.kind, model: null, status, message: `the best passages are quoted; ${message}` };
      }
      const { generator } = current;
      const health = generator.health();
      if (health.status !== 'DOWN') return { kind: generator.kind, model: generator.model, ...health };
      return {
        kind: quotes.kind,
        model: null,
        status: 'DEGRADED',
        message: `the best passages are quoted; ${health.message}`,
      };
    },
    answer,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all([...locals].map(({ generator }) => generator[Symbol.asyncDispose]()));
      locals.clear();
    },
  };
}

/** One engine's answer, with `engine` before its first delta. */
async function* own(
  generator: Generator,
  fallbackReason: string | null,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const { kind, model } = generator;
  let hasBegun = false;
  for await (const event of generator.generate(request, signal)) {
    if (event.type === 'delta' && !hasBegun) {
      hasBegun = true;
      yield { type: 'engine', kind, model, fallbackReason };
    }
    if (event.type === 'finished' && !hasBegun) {
      throw new GeneratorError('EMPTY_ANSWER', `${model ?? kind} ended its answer before the first word`);
    }
    yield event;
  }
}
