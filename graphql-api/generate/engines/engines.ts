import { codeOf, messageOf } from '#shared/errors.ts';
import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import { generateInTime, type Deadlines } from './deadlines.ts';
import { createBreaker } from './breaker.ts';
import { healthOf, type EnginesHealth } from './health.ts';
import { openLocal } from './local.ts';
import { emptyPlace, placeOf, type Place } from './place.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, GeneratorKind } from '../generator.ts';
import { openQuotes } from '../quotes.ts';

export type EngineEvent =
  /** Once, before the first delta: who answers from here on, and why each one before could not. */
  | {
      readonly type: 'engine';
      readonly kind: GeneratorKind;
      readonly model: string | null;
      readonly fallbackReason: string | null;
    }
  /** Question and passages are on their way to the endpoint; false takes it back: nobody was there to receive them. */
  | { readonly type: 'passages'; readonly haveLeft: boolean }
  /** A second `started` replaces the first one: another engine is at work. */
  | GeneratorEvent;

/** The generators, in the order of the settings. */
export interface Engines extends AsyncDisposable {
  /** Who would answer now, and who if that one fails. */
  health(): EnginesHealth;
  /**
   * Writes one answer. An engine that fails before its first delta leaves it to the next; the one that gave the first
   * delta owns the answer, and its failure is thrown. An abort throws the signal's reason and is nobody's failure.
   * @throws GeneratorError, MODEL_UNAVAILABLE with every cause when nobody could begin
   */
  answer(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

type EnginesConfig = Parameters<typeof openLocal>[0] & Pick<Config, 'generatorOrder' | 'remote'> & Deadlines;

/** @param now milliseconds of a clock that never goes back. */
export async function openEngines(
  config: EnginesConfig,
  log: Log,
  now: () => number = () => performance.now(),
): Promise<Engines> {
  await using opened = new AsyncDisposableStack();
  const places = await Promise.all(config.generatorOrder.map(openPlace));
  const quotesAfterFailure = openQuotes({ isFallback: true });
  const closing = opened.move();

  async function openPlace(name: Config['generatorOrder'][number]): Promise<Place> {
    switch (name) {
      case 'local':
        return opened.use(openLocal(config, log, now));
      case 'remote': {
        const { remote, contextTokens } = config;
        if (remote === null) return emptyPlace('OPENAI_BASE_URL is not set; name a model server in it');
        // The client takes a tenth of a second to load, and few have an endpoint.
        const { openOpenai } = await import('../remote/openai.ts');
        return placeOf(openOpenai({ ...remote, contextTokens }), createBreaker(now));
      }
      case 'quotes':
        return placeOf(openQuotes(), createBreaker(now));
    }
  }

  async function* answer(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const failures: string[] = [];
    const absences: string[] = [];
    let isRetryable = false;
    for (const [index, place] of places.entries()) {
      const engine = place.find();
      if (engine === null) {
        absences.push(place.absence());
        continue;
      }
      const { generator, breaker } = engine;
      const passedOver = breaker.passedOverBecause();
      const isLast = !places.slice(index + 1).some((later) => later.find() !== null);
      if (passedOver !== null && !isLast) {
        failures.push(`${generator.model ?? generator.kind} is ${passedOver}`);
        continue;
      }

      using _held = engine.hold();
      const attempt = breaker.begin();
      const writer = generator.kind === 'QUOTES' && failures.length > 0 ? quotesAfterFailure : generator;
      let hasBegun = false;
      try {
        for await (const event of own(writer, failures, request, signal)) {
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
    const causes = [...failures, ...absences].join('; ');
    throw new GeneratorError('MODEL_UNAVAILABLE', `nobody could answer: ${causes}`, { isRetryable });
  }

  /** One engine's answer, with what its reader is to know of it. */
  async function* own(
    generator: Generator,
    failures: readonly string[],
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent> {
    let hasBegun = false;
    for await (const event of generateInTime(generator, request, signal, config)) {
      const { kind, model } = generator;
      if (event.type === 'started' && kind === 'REMOTE') yield { type: 'passages', haveLeft: true };
      if (event.type === 'delta' && !hasBegun) {
        hasBegun = true;
        yield { type: 'engine', kind, model, fallbackReason: failures.length === 0 ? null : failures.join('; ') };
      }
      if (event.type === 'finished' && !hasBegun) {
        throw new GeneratorError('EMPTY_ANSWER', `${model ?? kind} ended its answer before the first word`);
      }
      yield event;
    }
  }

  return { health: () => healthOf(places), answer, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
