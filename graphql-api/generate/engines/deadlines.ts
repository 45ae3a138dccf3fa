import { raceDeadline } from '#shared/abort.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent } from '../generator.ts';

/** How long an engine may be silent, in milliseconds. */
export interface Deadlines {
  /** From `started` to the first word or thought. Null: the generator's own estimate, and no limit if it has none. */
  readonly firstTokenMs: number | null;
  /** Between two words or thoughts, and from the last one to the end. */
  readonly idleMs: number;
}

/**
 * Yields a generator's events as they come, within the deadlines. There is none before `started`, because a request
 * waits as long as the queue is. A generator that misses one is aborted and not waited for; its late words are dropped.
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
    // Not awaited: the `return()` of a generator that hangs would never resolve.
    void events.return?.().catch(() => {});
  }
}

interface Deadline {
  /** Null: no limit. */
  readonly limitMs: number | null;
  readonly message: string;
}

function deadlineAfter(event: GeneratorEvent, name: string, { firstTokenMs, idleMs }: Deadlines): Deadline {
  if (event.type === 'started') {
    const limitMs = firstTokenMs ?? event.firstTokenMs;
    return {
      limitMs,
      message: `${name} produced no word within ${limitMs} ms; ask again, or raise ASKBOX_FIRST_TOKEN_MS`,
    };
  }
  return {
    limitMs: idleMs,
    message: `${name} paused for ${idleMs} ms in the middle of its ${event.type === 'thinking' ? 'thoughts' : 'answer'}; ask again, or raise ASKBOX_IDLE_MS`,
  };
}
