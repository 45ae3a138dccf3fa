import { readFileSync } from 'node:fs';
import { generate } from '@graphql-codegen/cli';
import { expect, test } from 'vitest';
import config from '../../codegen.config.ts';

test('generated.ts is what schema.graphql makes; else run: npm run codegen', async () => {
  const [made] = await generate({ ...config, silent: true }, false);
  expect(readFileSync(new URL('generated.ts', import.meta.url), 'utf8')).toBe(made?.content);
});
