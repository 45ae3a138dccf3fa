import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Opens the library without a card, and prints how many Node processes that has started. */
const OPEN = `
  import { subscribe } from 'node:diagnostics_channel';
  import { getLlama } from 'node-llama-cpp';
  let started = 0;
  subscribe('child_process', ({ process }) => (started += process.spawnargs?.[0] === globalThis.process.execPath));
  const { gpu } = await getLlama({ build: 'never', skipDownload: true, progressLogs: false, gpu: false });
  console.log(JSON.stringify({ gpu, started }));
  process.exit();`;

test('the library without a card is opened at once, not in another process first', () => {
  const args = ['--import', import.meta.resolve('./skip-trial.ts'), '--input-type=module', '--eval', OPEN];
  const output = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ gpu: false, started: 0 });
});
