import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTesseractCli } from './tesseract-cli.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-tesseract-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Installs a program that lists these languages and otherwise runs a command. */
function install(languages: string, command: string): void {
  const script = `#!/bin/sh\nif [ "$1" = --list-langs ]; then echo 'List of languages:'; echo '${languages}'; exit; fi\n${command}\n`;
  writeFileSync(path.join(folder, 'tesseract'), script, { mode: 0o755 });
}

test('gets the picture, the languages and one thread, and its output is the result', async () => {
  install('eng\npor\nosd', 'echo "$@ $OMP_THREAD_LIMIT"; cat');
  await using engine = await findTesseractCli([path.join(folder, 'none'), folder]);
  expect(await engine?.recognize(Buffer.from('P5 picture'))).toBe(
    'stdin stdout -l por+eng --dpi 200 tsv 1\nP5 picture',
  );
});

test.each([
  ['is not there', null, null],
  ['does not know Portuguese', 'eng', 'cat'],
])('is not used when it %s', async (_, languages, command) => {
  if (languages !== null) install(languages, command);
  expect(await findTesseractCli([folder])).toBeNull();
});

test('reports that it failed, even before it has read the picture', async () => {
  install('por', 'exit 3');
  await using engine = await findTesseractCli([folder]);
  await expect(engine?.recognize(Buffer.alloc(5_000_000))).rejects.toThrow('exit code 3');
});

test('is killed when it is closed', async () => {
  install('por', 'sleep 600');
  const engine = await findTesseractCli([folder]);
  const recognized = engine?.recognize(Buffer.from('P5'));
  await engine?.[Symbol.asyncDispose]();
  await expect(recognized).rejects.toMatchObject({ name: 'AbortError' });
});
