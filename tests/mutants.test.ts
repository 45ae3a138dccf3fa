import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './fixtures/run-askbox.ts';
import { MUTANTS } from './torture/mutants.ts';

// `npm run torture -- --mutants` takes an hour and is run rarely; this checks each time that its list still fits the
// code.
test.each(MUTANTS)('the mutant "$name" can be made: its line is in its file once, its test exists', (mutant) => {
  expect(readFileSync(path.join(root, mutant.file), 'utf8').split(mutant.from)).toHaveLength(2);
  expect(existsSync(path.join(root, typeof mutant.test === 'string' ? mutant.test : 'scripts/torture.ts'))).toBe(true);
});
