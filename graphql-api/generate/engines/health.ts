import type { Engine, EngineSlot } from './slot.ts';
import type { GeneratorHealth, GeneratorKind } from '../generator.ts';

/** The health of the engine that would answer now, and of those behind it. */
export interface EnginesHealth extends GeneratorHealth {
  /** Null when no engine can answer. */
  readonly kind: GeneratorKind | null;
  /** The model's name; null when no engine can answer, and for quotes. */
  readonly model: string | null;
  /** Of the engines that would be tried after it, taken together. */
  readonly fallback: GeneratorHealth;
}

/** Returns which engine would answer now, which ones before it should and cannot, and which ones come after it. */
export function healthOf(slots: readonly EngineSlot[]): EnginesHealth {
  const states = slots.map((slot) => ({ ...stateOf(slot), slot }));
  const first = states.findIndex(({ status }) => status !== 'DOWN');
  const answering = states[first];
  if (answering === undefined) {
    const message = `no engine can answer: ${states.map((state) => state.message).join('; ')}`;
    return { kind: null, model: null, status: 'DOWN', message, fallback: fallbackOf([]) };
  }
  const isExpected = ({ slot }: { readonly slot: EngineSlot }): boolean => slot.isExpected;
  const before = states.slice(0, first).filter(isExpected);
  // Not null: an empty slot is DOWN.
  const { kind, model } = answering.slot.find()!.generator;
  return {
    kind,
    model,
    status: before.length === 0 ? answering.status : 'DEGRADED',
    message: [answering, ...before].map((state) => state.message).join('; '),
    fallback: fallbackOf(states.slice(first + 1).filter(isExpected)),
  };
}

function fallbackOf(states: readonly GeneratorHealth[]): GeneratorHealth {
  if (states.length === 0) return { status: 'OK', message: 'no engine comes after it in ASKBOX_GENERATOR_ORDER' };
  return {
    status: states.every(({ status }) => status === 'OK') ? 'OK' : 'DEGRADED',
    message: states.map(({ message }) => message).join('; then '),
  };
}

function stateOf(slot: EngineSlot): GeneratorHealth {
  const engine = slot.find();
  if (engine === null) return { status: 'DOWN', message: slot.whyEmpty() };
  const { status, message } = stateOfEngine(engine);
  const note = slot.note();
  return { status, message: note === null ? message : `${message}; ${note}` };
}

function stateOfEngine({ generator, breaker }: Engine): GeneratorHealth {
  const health = generator.health();
  const skipped = breaker.skippedBecause();
  if (skipped !== null) return { status: 'DOWN', message: `${generator.model ?? generator.kind} is ${skipped}` };
  const failure = breaker.lastFailure();
  if (failure === null || health.status !== 'OK') return health;
  return { status: 'DEGRADED', message: `${health.message}; its last answer failed: ${failure}` };
}
