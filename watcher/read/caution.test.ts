import { expect, it } from 'vitest';
import { Caution } from './caution.ts';

it('avoids the extension of a file that took too long, twice as long each time, until such a file was read', () => {
  const caution = new Caution();
  expect(caution.extensions(0)).toEqual([]);
  caution.tookTooLong('a/LACO.PDF', 0);
  expect(caution.extensions(9999)).toEqual(['.pdf']);
  expect(caution.extensions(10_000)).toEqual([]);

  caution.tookTooLong('b.pdf', 10_000);
  caution.tookTooLong('b.html', 10_000);
  expect(caution.extensions(19_999)).toEqual(['.pdf', '.html']);
  expect(caution.extensions(29_999)).toEqual(['.pdf']);
  expect(caution.extensions(30_000)).toEqual([]);

  caution.wasRead('c.pdf');
  caution.tookTooLong('d.pdf', 40_000);
  expect(caution.extensions(49_999)).toEqual(['.pdf']);
  expect(caution.extensions(50_000)).toEqual([]);
});

it('avoids none for longer than 160 s, and nothing without an extension', () => {
  const caution = new Caution();
  for (let time = 0; time < 10; time++) caution.tookTooLong('a.pdf', 0);
  caution.tookTooLong('Makefile', 0);
  expect(caution.extensions(159_999)).toEqual(['.pdf']);
  expect(caution.extensions(160_000)).toEqual([]);
});
