import type { Place } from './place.ts';
import type { GeneratorHealth, GeneratorKind } from '../generator.ts';

/** Of the engine that would answer now. */
export interface EnginesHealth extends GeneratorHealth {
  /** Null when nobody would. */
  readonly kind: GeneratorKind | null;
  readonly model: string | null;
  /** Of those that come after it. */
  readonly fallback: GeneratorHealth;
}

/** Who would answer now, who should and cannot, and who comes after. */
export function healthOf(places: readonly Place[]): EnginesHealth {
  const states = places.map((place) => ({ ...stateOf(place), place }));
  const first = states.findIndex(({ status }) => status !== 'DOWN');
  const answering = states[first];
  if (answering === undefined) {
    const message = `nobody can answer: ${states.map((state) => state.message).join('; ')}`;
    return { kind: null, model: null, status: 'DOWN', message, fallback: fallbackOf([]) };
  }
  const isWanted = ({ place }: { readonly place: Place }): boolean => place.isWanted;
  const before = states.slice(0, first).filter(isWanted);
  // What is not there is DOWN.
  const { kind, model } = answering.place.find()!.generator;
  return {
    kind,
    model,
    status: before.length === 0 ? answering.status : 'DEGRADED',
    message: [answering, ...before].map((state) => state.message).join('; '),
    fallback: fallbackOf(states.slice(first + 1).filter(isWanted)),
  };
}

function fallbackOf(states: readonly GeneratorHealth[]): GeneratorHealth {
  if (states.length === 0) return { status: 'OK', message: 'nobody comes after it in ASKBOX_GENERATOR_ORDER' };
  return {
    status: states.every(({ status }) => status === 'OK') ? 'OK' : 'DEGRADED',
    message: states.map(({ message }) => message).join('; then '),
  };
}

function stateOf(place: Place): GeneratorHealth {
  const engine = place.find();
  if (engine === null) return { status: 'DOWN', message: place.absence() };
  const { generator, breaker } = engine;
  const health = generator.health();
  const passedOver = breaker.passedOverBecause();
  if (passedOver !== null) return { status: 'DOWN', message: `${generator.model ?? generator.kind} is ${passedOver}` };
  const failure = breaker.lastFailure();
  if (failure === null || health.status !== 'OK') return health;
  return { status: 'DEGRADED', message: `${health.message}; its last answer failed: ${failure}` };
}
