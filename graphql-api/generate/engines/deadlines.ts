import { raceDeadline } from '#shared/abort.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent } from '../generator.ts';

export interface Deadlines {
  /** From `started` to the first word; null: as long as the generator itself reckons, and for ever when it does not. */
  readonly firstTokenMs: number | null;
  /** Between two words, and from the last one to the end. */
  readonly idleMs: number;
}

/**
 * A generator's events as they come; before `started` a request may wait as long as the queue is. A generator that misses a
 * deadline is aborted: its late words have no reader, and nobody waits for it.
 * @throws GeneratorError MODEL_TIMEOUT, the signal's reason, and what the generator throws
 */
export async function* generateInTime(
  generator: Generator,
  request: GenerateRequest,
  signal: AbortSignal,
  deadlines: Deadlines,
): AsyncGenerator<GeneratorEvent> {
  const late = new AbortController();
  const events = generator.generate(request, AbortSignal.any([signal, late.signal]))[Symbol.asyncIterator]();
  try {
    for (let step = await events.next(); step.done !== true;) {
      yield step.value;
      const { limitMs, message } = deadlineAfter(step.value, generator.model ?? generator.kind, deadlines);
      step = await raceDeadline(events.next(), limitMs, () => new GeneratorError('MODEL_TIMEOUT', message));
    }
  } finally {
    late.abort();
    // One that hangs would keep its `return` waiting.
    void events.return?.().catch(() => {});
  }
}

interface Deadline {
  readonly limitMs: number | null;
  readonly message: string;
}

function deadlineAfter(event: GeneratorEvent, name: string, { firstTokenMs, idleMs }: Deadlines): Deadline {
  if (event.type === 'started') {
    const limitMs = firstTokenMs ?? event.firstTokenMs;
    return { limitMs, message: `${name} gave no word within ${limitMs} ms; ASKBOX_FIRST_TOKEN_MS gives it longer` };
  }
  return {
    limitMs: idleMs,
    message: `${name} paused for ${idleMs} ms within its answer; ASKBOX_IDLE_MS gives it longer`,
  };
}
