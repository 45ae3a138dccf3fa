import { beforeEach, expect, it } from 'vitest';
import { IS_LINUX } from './fixtures/platform.ts';
import { runTorture } from './torture/run-torture.ts';

// A short run with each store; the long one is `npm run torture -- --seed N --kills 50 --store sqlite|qdrant`.

beforeEach(({ skip }) => skip(!IS_LINUX, 'the folder has names that only Linux tells apart or allows'));

it.each([
  { store: 'sqlite', kills: 2 },
  { store: 'qdrant', kills: 1 },
] as const)(
  'the index equals the folder after random edits, a kill and faults of the store: $store',
  async ({ store, kills }) => {
    const seed = Math.floor(Math.random() * 1e6);
    expect((await runTorture({ seed, kills, store })).problems, `seed ${seed}`).toEqual([]);
  },
);

it('puts every chunk once while only the folder lives', async () => {
  const seed = Math.floor(Math.random() * 1e6);
  expect((await runTorture({ seed, kills: 0, store: 'sqlite' })).problems, `seed ${seed}`).toEqual([]);
});
