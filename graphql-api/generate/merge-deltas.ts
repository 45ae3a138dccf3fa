import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { raceAbort } from '#shared/abort.ts';
import type { GeneratorEvent } from './generator.ts';

/**
 * What a model writes within this time goes on as one delta. A fast model writes 200 pieces a second; guarding, citing,
 * storing and sending each of them by itself took a fifth of a core. People see no difference, and the first word never
 * waits.
 */
const MERGE_MS = 50;
/**
 * From this length on, twice that time: the reader of a fast answer is busy with what came before, about 20 seconds of
 * reading. In UTF-16 code units.
 */
const AHEAD_CHARS = 500;

/** A delta ends beyond this, however fast the model is: in UTF-16 code units. */
const MAX_MERGED_CHARS = 4096;

/** What a model writes, or thinks. */
export type Words = Extract<GeneratorEvent, { readonly type: 'delta' | 'thinking' }>;

/** Passes the events of one answer on, deltas merged. */
export interface DeltaMerger {
  readonly push: (event: GeneratorEvent) => void;
  /** Passes on what waits; call it at the end, however the answer ends. */
  readonly flush: () => void;
}

/**
 * Creates a merger for a model that calls back, for deltas and for thoughts. Those that come within `mergeMs` of the last
 * one that was passed on wait until that time is over, or any other event comes. Order is kept.
 */
export function createDeltaMerger(pass: (event: GeneratorEvent) => void, mergeMs = MERGE_MS): DeltaMerger {
  let passedChars = 0;
  let held = '';
  let heldType: Words['type'] = 'delta';
  let passedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    const text = held;
    held = '';
    passedAt = performance.now();
    passedChars += text.length;
    pass({ type: heldType, text });
  }

  return {
    push(event) {
      if (!isMergeable(event)) {
        flush();
        pass(event);
        return;
      }
      if (event.type !== heldType) {
        flush();
        passedAt = -Infinity; // the first words of the answer do not wait behind its thoughts
      }
      heldType = event.type;
      held += event.text;
      const leftMs = passedAt + timeAfter(passedChars, mergeMs) - performance.now();
      if (leftMs <= 0) flush();
      else timer ??= setTimeout(flush, leftMs);
    },
    flush,
  };
}

/**
 * Yields the events of a model that is read, deltas and thoughts merged with those of their kind. For `mergeMs` after each
 * of these it takes no more than the next one, so that what comes meanwhile is read in one go. Yields what came before an
 * error, and then throws it. When its reader leaves, it closes `events` without waiting for that.
 * @throws what `events` throws, and the signal's reason
 */
export async function* mergeDeltas(
  events: AsyncIterable<GeneratorEvent>,
  signal: AbortSignal,
  mergeMs = MERGE_MS,
): AsyncGenerator<GeneratorEvent> {
  const iterator = events[Symbol.asyncIterator]();
  /** Its failure is thrown when it is awaited, which may be later. */
  const take = (): Promise<IteratorResult<GeneratorEvent, unknown>> => {
    const taken = iterator.next();
    taken.catch(() => {});
    return taken;
  };
  let yieldedAt = -Infinity;
  let yieldedChars = 0;
  let next = take();
  try {
    for (let step = await next; step.done !== true; step = await next) {
      const { value } = step;
      if (!isMergeable(value)) {
        yield value;
        next = take();
        continue;
      }
      const leftMs = yieldedAt + timeAfter(yieldedChars, mergeMs) - performance.now();
      if (leftMs > 0) await raceAbort(sleep(leftMs), signal);
      let { text } = value;
      const turnIsOver = nextTurn(null);
      next = take();
      while (text.length <= MAX_MERGED_CHARS) {
        const following = await Promise.race([next.catch(() => null), turnIsOver]);
        if (following?.done !== false || !isMergeable(following.value) || following.value.type !== value.type) break;
        text += following.value.text;
        next = take();
      }
      yieldedAt = performance.now();
      yieldedChars += text.length;
      yield { type: value.type, text };
    }
  } finally {
    void iterator.return?.().catch(() => {});
  }
}

/** Returns the same words with those of one kind in a row joined. */
export function joinWords(words: readonly Words[]): readonly Words[] {
  const joined: Words[] = [];
  for (const { type, text } of words) {
    const last = joined.at(-1);
    if (last?.type === type) joined[joined.length - 1] = { type, text: last.text + text };
    else joined.push({ type, text });
  }
  return joined;
}

function timeAfter(chars: number, mergeMs: number): number {
  return chars < AHEAD_CHARS ? mergeMs : 2 * mergeMs;
}

/** Quotes are whole sentences, each with its place. */
function isMergeable(event: GeneratorEvent): event is Words {
  return event.type === 'thinking' || (event.type === 'delta' && event.quotes === undefined);
}
