import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './fixtures/run-askbox.ts';

/** The ways in which our code sets the code of an error. */
const RAISED = [/new \w*(?:Error|Died|Missing)\(\s*'([A-Z_]+)'/g, /super\(\s*'([A-Z_]+)'/g, /\bcode: '([A-Z_]+)'/g];
const ENUM_OF_CODES = /enum (?:Document|Answer|User)ErrorCode \{([^}]*)\}/g;

const sources = globSync('{shared,watcher,graphql-api}/**/*.ts', { cwd: root })
  .filter((file) => !/\.test\.ts$|generated\.ts$|-contract\.ts$|test-api\.ts$|faulty-|sample-/.test(file))
  .map((file) => readFileSync(path.join(root, file), 'utf8'));
const schema = readFileSync(path.join(root, 'graphql-api/schema/schema.graphql'), 'utf8');
const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');

const warnings = /enum DocumentWarningCode \{([^}]*)\}/.exec(schema)?.[1] ?? '';
const codesOfSchema = [...schema.matchAll(ENUM_OF_CODES)].flatMap(([, body]) => body!.match(/^ {2}[A-Z_]+$/gm) ?? []);
const raised = new Set(
  [
    ...codesOfSchema.map((line) => line.trim()),
    ...sources.flatMap((source) => RAISED.flatMap((pattern) => [...source.matchAll(pattern)].map(([, code]) => code!))),
  ].filter((code) => !warnings.includes(code)),
);
const documented = new Set(
  [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code!).filter((code) => !code.startsWith('ASKBOX_')),
);

it('every error code that our code raises is in docs/errors.md', () => {
  expect(raised.size).toBeGreaterThan(20);
  expect([...raised].filter((code) => !documented.has(code))).toEqual([]);
});

it('docs/errors.md lists no code that nothing raises', () => {
  const isInSource = (code: string): boolean => sources.some((source) => source.includes(`'${code}'`));
  expect([...documented].filter((code) => !raised.has(code) && !isInSource(code))).toEqual([]);
});
