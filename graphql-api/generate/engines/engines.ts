import { codeOf, messageOf } from '#shared/errors.ts';
import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { generateInTime, type Deadlines } from './deadlines.ts';
import { createBreaker } from './breaker.ts';
import { healthOf, type EnginesHealth } from './health.ts';
import { modelsOf, slotsOf, whyNot, type EngineModel } from './chosen-engine.ts';
import { openLocal } from './local.ts';
import { rememberFirstWords } from './first-words.ts';
import { writeShortText, type ShortText, type ShortTextRequest } from './short-text.ts';
import { emptySlot, slotOf, type EngineSlot } from './slot.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorKind } from '../generator.ts';
import { guard, type GuardedEvent } from '../guard/guard.ts';
import { openQuotes } from '../quotes.ts';

/**
 * What an answer consists of: the generator's own events, and what the reader must know about the engine behind them.
 */
export type EngineEvent =
  /** Once, before the first delta: which engine writes this answer, and why each one before it could not. */
  | {
      readonly type: 'engine';
      readonly kind: GeneratorKind;
      readonly model: string | null;
      readonly fallbackReason: string | null;
    }
  /** Question and passages are about to be sent to the endpoint. False takes it back: no connection came about. */
  | { readonly type: 'passages'; readonly haveLeft: boolean }
  /** A second `started` replaces the first one: another engine has taken over. */
  | GuardedEvent;

/** The engines, tried in the order of ASKBOX_GENERATOR_ORDER. */
export interface Engines extends AsyncDisposable {
  /** Which engine would answer now, and which ones if it fails. */
  health(): EnginesHealth;
  /** Returns the models of the engines, as the process has them, in the order in which they are tried. */
  models(): readonly EngineModel[];
  /**
   * Returns why the engine that a request names cannot answer it now, and what to do, as the rest of a sentence that
   * begins with the name of the input; null if it can.
   */
  whyNot(model: string): string | null;
  /** Returns why a model file is not used, and what to do; null if it is, or if there is no such file. */
  whyUnused(file: string): string | null;
  /**
   * Writes one answer. If the request names a model, only that is asked. If an engine fails before its first delta, the next one is tried. The engine that wrote the
   * first delta owns the answer: its failure is thrown. An abort throws the signal's reason and counts as no engine's
   * failure.
   * @throws GeneratorError, MODEL_UNAVAILABLE with every cause if no engine could begin
   */
  answer(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Lets the model that would write the answer do a small piece of work first, if it is quick; see short-text.ts. */
  shortText(request: ShortTextRequest, signal: AbortSignal): Promise<ShortText | null>;
}

type EnginesConfig = Parameters<typeof openLocal>[0] & Pick<Config, 'generatorOrder' | 'remote'> & Deadlines;

/**
 * Opens the engines that ASKBOX_GENERATOR_ORDER names. Resolves before a local model is loaded; answers wait for it.
 * @param now milliseconds of a monotonic clock.
 */
export async function openEngines(
  config: EnginesConfig,
  log: Log,
  now: () => number = () => performance.now(),
): Promise<Engines> {
  await using opened = new AsyncDisposableStack();
  const slots = await Promise.all(config.generatorOrder.map(openSlot));
  const quotesAfterFailure = openQuotes({ isFallback: true });
  /** For requests that name them, whether or not they are in the order. */
  const chosenQuotes = slotOf(openQuotes(), createBreaker(now));
  const firstWords = rememberFirstWords(now);
  const closing = opened.move();

  async function openSlot(name: Config['generatorOrder'][number]): Promise<EngineSlot> {
    switch (name) {
      case 'local':
        return opened.use(await openLocal(config, log, now));
      case 'remote': {
        const { remote, contextTokens, thinking } = config;
        if (remote === null) return emptySlot('OPENAI_BASE_URL is not set; set it to the address of a model server');
        // Imported on demand: the client takes a tenth of a second to load, and few installations have an endpoint.
        const { openOpenai } = await import('../remote/openai.ts');
        return slotOf(
          openOpenai({ ...remote, contextTokens, thinking }),
          createBreaker(now),
          new URL(remote.baseUrl).host,
        );
      }
      case 'quotes':
        return slotOf(openQuotes(), createBreaker(now));
    }
  }

  async function* answer(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const failures: string[] = [];
    const emptySlots: string[] = [];
    let isRetryable = false;
    const asked = request.model === undefined ? slots : slotsOf(request.model, slots, chosenQuotes);
    for (const [index, slot] of asked.entries()) {
      const engine = slot.find();
      if (engine === null) {
        emptySlots.push(slot.whyEmpty());
        continue;
      }
      const { generator, breaker } = engine;
      const skipped = breaker.skippedBecause();
      const isLast = !asked.slice(index + 1).some((later) => later.find() !== null);
      if (skipped !== null && !isLast) {
        failures.push(`${generator.model ?? generator.kind} is ${skipped}`);
        continue;
      }

      using _held = engine.hold();
      const attempt = breaker.begin();
      const writer = generator.kind === 'QUOTES' && failures.length > 0 ? quotesAfterFailure : generator;
      let hasBegun = false;
      try {
        for await (const event of answerWith(writer, failures, request, signal)) {
          hasBegun ||= event.type === 'engine';
          yield event;
        }
        attempt.finished();
        return;
      } catch (error) {
        signal.throwIfAborted();
        attempt.failed(error);
        if (hasBegun) throw error;
        const reason = messageOf(error);
        log.warn({ kind: generator.kind, model: generator.model, reason }, 'fell back');
        failures.push(reason);
        isRetryable ||= error instanceof GeneratorError && error.isRetryable;
        if (codeOf(error) === 'ENDPOINT_UNREACHABLE') yield { type: 'passages', haveLeft: false };
      }
    }
    const causes = [...failures, ...emptySlots].join('; ') || `the model ${request.model ?? ''} is no longer here`;
    throw new GeneratorError('MODEL_UNAVAILABLE', `no engine could answer: ${causes}`, { isRetryable });
  }

  /** Yields the answer of one engine, together with the events that name the engine. */
  async function* answerWith(
    generator: Generator,
    failures: readonly string[],
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent> {
    let hasBegun = false;
    let startedAtMs = now();
    for await (const event of guardedEvents(generator, request, signal)) {
      const { kind, model } = generator;
      if (event.type === 'started') startedAtMs = now();
      if (event.type === 'started' && kind === 'REMOTE') yield { type: 'passages', haveLeft: true };
      if (event.type === 'delta' && !hasBegun) {
        hasBegun = true;
        firstWords.note(generator, now() - startedAtMs);
        yield { type: 'engine', kind, model, fallbackReason: failures.length === 0 ? null : failures.join('; ') };
      }
      yield event;
    }
  }

  /** Yields what a generator writes, within the deadlines; what a model writes is guarded. */
  function guardedEvents(
    generator: Generator,
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncIterable<GuardedEvent> {
    const events = generateInTime(generator, request, signal, config);
    return generator.kind === 'QUOTES' ? events : guard(events, request, generator.model ?? generator.kind);
  }

  return {
    health: () => healthOf(slots),
    models: () => modelsOf(slots),
    whyNot: (model) => whyNot(model, slots, config.modelsDir),
    whyUnused: (file) =>
      config.generatorOrder.includes('local')
        ? slots.reduce<string | null>((reason, slot) => reason ?? slot.whyUnused(file), null)
        : 'ASKBOX_GENERATOR_ORDER does not have `local`; add it to use the models of this machine',
    answer,
    shortText: (request, signal) => {
      const asked = request.model === undefined ? slots : slotsOf(request.model, slots, chosenQuotes);
      return writeShortText(request, asked, firstWords, config, signal);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
