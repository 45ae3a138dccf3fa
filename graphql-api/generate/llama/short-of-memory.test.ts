import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestLlama } from '../../../tests/fixtures/test-llama.ts';
import { REQUEST } from '../../testing/generator-contract.ts';
import type { Generator } from '../generator.ts';
import type { Memory } from '../plan/plan.ts';
import { openLastWords } from './backend/last-words.ts';
import type { startLlamaChild } from './child.ts';
import type { BetterPlans } from './memory-watch.ts';
import type { FromLlamaProcess, LlamaFacts, LoadMessage, ToLlamaProcess } from './messages.ts';

const GIB = 1024 ** 3;
const NEVER = new AbortController().signal;
const BETTER: BetterPlans = { needs: [{ cardBytes: 6 * GIB, ramBytes: GIB }], ownCardBytes: 0 };
const FACTS: LlamaFacts = {
  device: 'CPU, 2 threads',
  warning: null,
  contextTokens: 4096,
  sequences: 1,
  threads: 2,
  msPerToken: 1,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A process that a test plays itself. */
interface PlayedChild {
  readonly received: ToLlamaProcess[];
  readonly lastWords: ReturnType<typeof openLastWords>;
  isKilled: boolean;
  say(message: FromLlamaProcess): void;
  end(how: string): void;
}

interface Played {
  readonly generator: Generator;
  readonly children: readonly PlayedChild[];
  /** The process that was started last. */
  readonly latest: () => PlayedChild;
  /** What the drivers say is free of the card. */
  freeGib: number;
}

function open(): Played {
  const children: PlayedChild[] = [];
  const startChild: typeof startLlamaChild = (say, end) => {
    const child: PlayedChild = { received: [], lastWords: openLastWords(), isKilled: false, say, end };
    children.push(child);
    return {
      pid: children.length,
      lastWords: child.lastWords,
      send: (message) => void child.received.push(message),
      async kill() {
        child.isKilled = true;
        end('SIGKILL');
      },
    };
  };
  const readMemory = async (): Promise<Memory> => ({
    card: { freeBytes: played.freeGib * GIB, totalBytes: 8 * GIB, cards: 1, isShared: false },
    ramBytes: 16 * GIB,
  });
  const { generator } = openTestLlama({ file: '/models/big.gguf', startChild, readMemory });
  const played: Played = { generator, children, latest: () => children.at(-1)!, freeGib: 0 };
  return played;
}

function spareOf(child: PlayedChild): number {
  // `as`: the first message to a process is always this one.
  return (child.received[0] as LoadMessage).spareCardBytes / GIB;
}

describe('a model that has no room', () => {
  it('is DEGRADED with the reason, and fails what is asked', async () => {
    const { generator, children, latest } = open();
    await using _ = generator;
    const asked = generator.generate(REQUEST, NEVER)[Symbol.asyncIterator]().next();
    latest().say({ type: 'short', message: 'it would need 6.0 GiB', better: BETTER });
    await expect(asked).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', isRetryable: true });
    expect(generator.health()).toMatchObject({
      status: 'DEGRADED',
      message: expect.stringMatching(/^there is no room for big now: it would need 6.0 GiB; close other programs/),
    });
    expect(generator.state().state).toBe('FAILED');
    expect(children[0]?.isKilled).toBe(true);

    await vi.advanceTimersByTimeAsync(600_000);
    expect(children).toHaveLength(1);
  });

  it('is loaded when memory is freed', async () => {
    const played = open();
    await using _ = played.generator;
    played.latest().say({ type: 'short', message: 'full', better: BETTER });
    await vi.advanceTimersByTimeAsync(20_000);
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(played.children).toHaveLength(2);
    played.latest().say({ type: 'ready', better: null, ...FACTS });
    expect(played.generator.health()).toEqual({ status: 'OK', message: 'big on CPU, 2 threads' });
  });

  it('is looked at no more once it is closed', async () => {
    const played = open();
    played.latest().say({ type: 'short', message: 'full', better: BETTER });
    await played.generator[Symbol.asyncDispose]();
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(played.children).toHaveLength(1);
  });
});

describe('a model that runs worse than it could', () => {
  it('is loaded again also when its threads were changed in between', async () => {
    const played = open();
    await using _ = played.generator;
    played.latest().say({ type: 'ready', better: BETTER, ...FACTS });
    played.latest().say({ type: 'changed', because: null, device: 'CPU, 1 thread', sequences: 1, threads: 1 });
    expect(played.generator.health().message).toBe('big on CPU, 1 thread');
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(played.children).toHaveLength(2);
  });

  it('is loaded again when the card is freed and no answer is being written', async () => {
    const played = open();
    await using _ = played.generator;
    const [first] = played.children;
    first!.say({ type: 'ready', better: BETTER, ...FACTS });
    const event = played.generator.generate(REQUEST, NEVER)[Symbol.asyncIterator]().next();
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(played.children).toHaveLength(1); // it writes

    first!.say({ type: 'event', id: 1, event: { type: 'finished', reason: 'STOP', completionTokens: 1 } });
    await event;
    first!.say({ type: 'settled', id: 1, work: null });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(played.children).toHaveLength(2);
    expect(first!.isKilled).toBe(true);
    played.latest().say({ type: 'ready', better: null, ...FACTS, device: 'cuda' });
    expect(played.generator.health()).toEqual({ status: 'OK', message: 'big on cuda' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(played.children).toHaveLength(2);
  });

  it('is loaded again ever more rarely if that brings nothing', async () => {
    const played = open();
    await using _ = played.generator;
    played.freeGib = 7;
    const startedAt: number[] = [];
    const until = Date.now() + 4 * 3_600_000;
    while (Date.now() < until) {
      if (played.children.length > startedAt.length) {
        startedAt.push(Date.now());
        played.latest().say({ type: 'ready', better: BETTER, ...FACTS });
      }
      await vi.advanceTimersByTimeAsync(1000);
    }
    const waits = startedAt.slice(1).map((time, index) => Math.round((time - startedAt[index]!) / 1000));
    expect(waits.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
  });

  it('is left alone if it runs as well as it can', async () => {
    const played = open();
    await using _ = played.generator;
    played.latest().say({ type: 'ready', better: null, ...FACTS });
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(played.children).toHaveLength(1);
  });
});

describe('a process that dies because the card is full', () => {
  it('is followed by one that spares the card, and the backend is not left', async () => {
    const played = open();
    await using _ = played.generator;
    for (const spare of [0, 1, 2, 4]) {
      await vi.advanceTimersByTimeAsync(60_000);
      const child = played.latest();
      expect(spareOf(child)).toBe(spare);
      expect(child.received[0]).toMatchObject({ left: [] });
      child.say({ type: 'trying', backend: 'cuda' });
      child.lastWords.note('ggml-cuda.cu:98: CUDA error: out of memory\n');
      child.end('SIGABRT');
    }
    expect(played.children.length).toBeGreaterThan(3);
  });

  it('spares nothing any more once memory was freed', async () => {
    const played = open();
    await using _ = played.generator;
    played.latest().say({ type: 'trying', backend: 'cuda' });
    played.latest().lastWords.note('ErrorOutOfDeviceMemory: failed\n');
    played.latest().end('SIGABRT');
    expect(spareOf(played.latest())).toBe(1);
    played.latest().say({ type: 'ready', better: BETTER, ...FACTS });
    played.freeGib = 7;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(spareOf(played.latest())).toBe(0);
  });

  it('is left like any other when it says nothing of memory', async () => {
    const played = open();
    await using _ = played.generator;
    played.latest().say({ type: 'trying', backend: 'cuda' });
    played.latest().lastWords.note('CUDA error: no kernel image is available\n');
    played.latest().end('SIGABRT');
    expect(played.latest().received[0]).toMatchObject({ left: [{ backend: 'cuda' }], spareCardBytes: 0 });
  });
});
