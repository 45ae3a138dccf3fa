import { describe, expect, test } from 'vitest';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { knownShape, type KNOWN } from '#shared/models/gguf/testing/known-shapes.ts';
import { chooseModel, fitsBeside, type Candidates, type ChosenModel, type ModelChoice } from './choose-model.ts';
import type { ModelFile } from './model-file.ts';
import type { Header } from './read-headers.ts';

const GIB = 1024 ** 3;
const config = { model: 'auto', modelsDir: '/models', contextTokens: 4096, sequences: null };
/** Machines: their memory, and free and total memory of their card, in GiB. */
const PLAIN = (freeGib: number) => ({ ramBytes: freeGib * GIB, card: null });
const CARD = (freeGib: number, totalGib: number, ramGib = 3) => ({
  ramBytes: ramGib * GIB,
  card: { freeBytes: freeGib * GIB, totalBytes: totalGib * GIB, cards: 1, isShared: false },
});

type Known = keyof typeof KNOWN;
type Described = readonly [name: string, known: Known, change?: Partial<ModelShape>];

const fileOf = (name: string, shape: ModelShape): ModelFile => {
  const file = `/models/${name}.gguf`;
  return { file, sizeBytes: shape.weights.total, stamp: `${file}\n${shape.weights.total}`, parts: [] };
};

/** Candidates with a header each; `undefined` for one that was not read yet. */
function candidatesOf(
  described: readonly Described[],
  rest: Partial<Candidates> & Pick<Candidates, 'room'>,
  headers = new Map<string, Header | undefined>(),
): Candidates {
  const files = described.map(([name, known, change]) => {
    const shape = { ...knownShape(known), ...change };
    const file = fileOf(name, shape);
    if (!headers.has(file.file)) headers.set(file.file, { shape });
    return file;
  });
  return {
    files: files.toSorted((a, b) => b.sizeBytes - a.sizeBytes),
    headerOf: ({ file }) => headers.get(file),
    isUnusable: () => false,
    loaded: null,
    ...rest,
  };
}

function bestOf(choice: ModelChoice): ChosenModel {
  if (!('best' in choice) || choice.best === null) throw new Error(`no best: ${JSON.stringify(choice)}`);
  return choice.best;
}

/** The name of the chosen file, or the reason why there is none. */
function chosen(choice: ModelChoice): string {
  if ('unread' in choice) return `unread ${choice.unread.file}`;
  return choice.best === null ? choice.message : /([^/]+)\.gguf$/.exec(choice.best.file)![1]!;
}

const LLAMAS: readonly Described[] = [
  ['1b', 'Llama 3.2 1B'],
  ['3b', 'Llama 3.2 3B'],
  ['8b', 'Llama 3.1 8B'],
  ['14b', 'Qwen3 14B'],
];
const choose = (room: Candidates['room'], described = LLAMAS, rest: Partial<Candidates> = {}): string =>
  chosen(chooseModel(config, candidatesOf(described, { room, ...rest })));

describe('auto', () => {
  test.each([
    // Two answers of 4,096 tokens: 1.7, 3.5, 6.3 and 10.4 GiB.
    [PLAIN(1.7), '1b'],
    [PLAIN(3.4), '1b'],
    [PLAIN(3.5), '3b'],
    [PLAIN(6.2), '3b'],
    [PLAIN(6.3), '8b'],
    [PLAIN(10.5), '14b'],
    // One answer on the card: 1.4, 2.9, 5.4 and 9.2 GiB, besides what the plan leaves free: up to 1 GiB.
    [CARD(11.5, 12), '14b'],
    [CARD(10, 12), '8b'],
    [CARD(7.9, 8), '8b'],
    [CARD(5.9, 8), '3b'],
    [CARD(78, 80), '14b'],
    [CARD(3.9, 4), '3b'],
    [CARD(1.9, 2), '1b'],
    // Nothing fits on the card, so that memory decides.
    [CARD(1, 12, 6.3), '8b'],
    [CARD(1, 12, 3.4), '1b'],
  ])('by the room %j takes %s', (room, expected) => {
    expect(choose(room)).toBe(expected);
  });

  test('knows keys and values by their true size: Phi-3-mini takes more than a Llama of its size', () => {
    const both: readonly Described[] = [
      ['phi', 'Phi-3-mini'],
      ['3b', 'Llama 3.2 3B'],
    ];
    expect(choose(PLAIN(5.7), both)).toBe('phi');
    expect(choose(PLAIN(5.6), both)).toBe('3b');
  });

  test('says what is missing when none fits', () => {
    expect(choose(PLAIN(1.6))).toContain('1b.gguf needs about 1.7 GiB, and 1.6 GiB are free');
    expect(choose(CARD(1, 12, 1.6))).toContain('1.6 GiB and 1.0 GiB on the graphics card are free');
    expect(choose(PLAIN(100), [])).toContain('put a .gguf file into /models');
  });

  test('takes one that could not be loaded, and a base model, only when there is no other', () => {
    const isUnusable = ({ file }: ModelFile): boolean => file === '/models/8b.gguf';
    expect(choose(PLAIN(8), LLAMAS, { isUnusable })).toBe('3b');
    expect(choose(PLAIN(8), [['8b', 'Llama 3.1 8B']], { isUnusable })).toBe('8b');
    for (const name of ['Llama-3.1-8B-base', 'gemma-3-4b-pt.Q4_K_M', 'Qwen3-8B-Base-GGUF']) {
      expect(choose(PLAIN(8), [...LLAMAS.slice(0, 2), [name, 'Llama 3.1 8B']])).toBe('3b');
      expect(choose(PLAIN(8), [[name, 'Llama 3.1 8B']])).toBe(name);
    }
    expect(
      choose(PLAIN(8), [
        ['1b', 'Llama 3.2 1B'],
        ['x', 'Llama 3.1 8B', { name: 'Meta Base' }],
      ]),
    ).toBe('1b');
    expect(
      choose(PLAIN(8), [
        ['1b', 'Llama 3.2 1B'],
        ['database', 'Llama 3.1 8B'],
      ]),
    ).toBe('database');
  });

  test.each([
    ['it is an embedding model', { architecture: 'bert', isCausal: false }],
    ['it is an embedding model', { pooling: 3 }],
    ['it is an embedding model', { architecture: 'gemma-embedding' }],
    ['it is a reranker', { pooling: 4 }],
    ['it reads pictures', { architecture: 'clip', type: 'mmproj' }],
    ['it is an adapter (LoRA)', { type: 'adapter' }],
    ['it is no model but imatrix', { type: 'imatrix' }],
    ['it has no chat template', { hasChatTemplate: false }],
  ])('never takes a file of which it says: %s (%j)', (reason, change) => {
    const described: Described = ['large', 'Llama 3.3 70B', change];
    expect(choose(PLAIN(100), [...LLAMAS, described])).toBe('14b');
    expect(choose(PLAIN(100), [described])).toContain(`not used: large.gguf: ${reason}`);
  });

  test('reads no more headers than it needs, largest first', () => {
    const unread = new Map<string, Header | undefined>(LLAMAS.map(([name]) => [`/models/${name}.gguf`, undefined]));
    const candidates = candidatesOf(LLAMAS, { room: PLAIN(8) }, unread);
    expect(chosen(chooseModel(config, candidates))).toBe('unread /models/14b.gguf');
    unread.set('/models/14b.gguf', { shape: knownShape('Qwen3 14B') });
    expect(chosen(chooseModel(config, candidates))).toBe('unread /models/8b.gguf');
    unread.set('/models/8b.gguf', { shape: knownShape('Llama 3.1 8B') });
    expect(chosen(chooseModel(config, candidates))).toBe('8b');
  });
});

describe('beside a loaded model', () => {
  const loadedOf = (described: Described, room: Candidates['room']): ChosenModel =>
    bestOf(chooseModel(config, candidatesOf([described], { room })));

  test('that one is kept, although its memory is not free', () => {
    const loaded = loadedOf(['8b', 'Llama 3.1 8B'], PLAIN(8));
    expect(choose(PLAIN(0.5), LLAMAS, { loaded })).toBe('8b');
    const onCard = loadedOf(['8b', 'Llama 3.1 8B'], CARD(8, 8));
    expect(choose(CARD(0.5, 8, 1), LLAMAS, { loaded: onCard })).toBe('8b');
    // It was loaded to memory when the card was full: no smaller one takes its place when the card is free.
    expect(choose(CARD(8, 8, 1), LLAMAS, { loaded })).toBe('8b');
  });

  test('counts what it gives back: all but its weights, which count as free memory', () => {
    // 3.5 GiB, of which 1.9 are weights; the 8B needs 6.3.
    const loaded = loadedOf(['3b', 'Llama 3.2 3B'], PLAIN(4));
    expect(choose(PLAIN(4.8), LLAMAS, { loaded })).toBe('8b');
    expect(choose(PLAIN(4.7), LLAMAS, { loaded })).toBe('3b');
    const [best] = [bestOf(chooseModel(config, candidatesOf(LLAMAS, { room: PLAIN(4.8), loaded })))];
    expect(fitsBeside(best, loaded, config, PLAIN(8.2))).toBe(true);
    expect(fitsBeside(best, loaded, config, PLAIN(8.1))).toBe(false);
  });

  test('on a card, the better one is loaded beside only with as many answers at once as it would have alone', () => {
    const loaded = loadedOf(['3b', 'Llama 3.2 3B'], CARD(12, 12));
    const free = 12 - 4.3;
    const best = bestOf(chooseModel(config, candidatesOf(LLAMAS, { room: CARD(free, 12), loaded })));
    expect(best).toMatchObject({ file: '/models/14b.gguf', place: 'card' });
    expect(fitsBeside(best, loaded, config, CARD(free, 12))).toBe(false);
    expect(fitsBeside(best, loaded, config, CARD(12.2, 24))).toBe(true);
    expect(fitsBeside(best, loaded, config, CARD(12.1, 24))).toBe(false);
  });
});

describe('a file that the settings name', () => {
  const named = { ...config, model: '/models/large.gguf' };
  const large = (change: Partial<ModelShape> = {}, header?: Header): ModelChoice => {
    const headers = new Map(header === undefined ? [] : [['/models/large.gguf', header] as const]);
    const described: readonly Described[] = [['large', 'Llama 3.3 70B', change]];
    return chooseModel(named, candidatesOf(described, { room: PLAIN(0) }, headers));
  };

  test('is taken whatever it needs, and without a chat template', () => {
    expect(bestOf(large())).toMatchObject({ file: '/models/large.gguf', refusal: null });
    expect(bestOf(large({ hasChatTemplate: false }))).toMatchObject({ refusal: null });
  });

  test('says why it cannot answer', () => {
    expect(bestOf(large({ architecture: 'bert' })).refusal).toBe(
      'cannot use /models/large.gguf: it is an embedding model, which writes no answers; set ASKBOX_MODEL=auto or to another file',
    );
    const damaged = large({}, { shape: null, message: 'it is an HTML page', isArriving: false });
    expect(bestOf(damaged).refusal).toBe('it is an HTML page');
  });

  test('is waited for while it is incomplete or missing', () => {
    const half = large({}, { shape: null, message: 'it has 3 of 5 bytes', isArriving: true });
    expect(half).toEqual({ best: null, message: 'it has 3 of 5 bytes' });
    const gone = chooseModel(named, candidatesOf([], { room: PLAIN(8) }));
    expect(gone).toMatchObject({ best: null, message: expect.stringContaining('large.gguf does not exist') });
  });

  test('is none when none is wanted', () => {
    expect(chooseModel({ ...config, model: 'none' }, candidatesOf(LLAMAS, { room: PLAIN(8) }))).toMatchObject({
      best: null,
    });
  });
});
