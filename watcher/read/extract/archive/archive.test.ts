import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { zipOf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (path: string, bytes: Buffer): Promise<Extraction> => extract({ path, bytes });

const tarOf = async (files: Readonly<Record<string, string>>): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.entry({ name: 'atalho.txt', type: 'symlink', linkname: '/etc/passwd' });
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer); // tar-stream emits Buffers
  return Buffer.concat(pieces);
};

const files = { 'contratos/a.txt': 'Trinta dias.', 'contratos/b.md': '# Multa\nDois por cento.' };
const expected = {
  text: 'Trinta dias.\n\nMulta\n\nDois por cento.',
  marks: [
    { startChar: 0, line: 1, part: 'contratos/a.txt' },
    { startChar: 14, line: 1, part: 'contratos/b.md' },
    { startChar: 21, line: 2, part: 'contratos/b.md' },
  ],
  warnings: [],
};

test.each<[string, () => Promise<Buffer>]>([
  ['zip', async () => zipOf(files)],
  ['tar', () => tarOf(files)],
  ['tar.gz', async () => gzipSync(await tarOf(files))],
])('the files of a .%s are parts of one document, each under its path', async (extension, make) => {
  expect(await read(`pacote.${extension}`, await make())).toMatchObject(expected);
});

test('a compressed file is its only part', async () => {
  const extraction = await read('pasta/notas.txt.gz', gzipSync('Trinta dias.'));
  expect(extraction).toMatchObject({ text: 'Trinta dias.', marks: [{ startChar: 0, line: 1, part: 'notas.txt' }] });
});

test('what systems put into an archive is no part of it', async () => {
  const extraction = await read(
    'a.zip',
    zipOf({ '__MACOSX/a.txt': 'x', 'p/._a.txt': 'x', 'p/.DS_Store': 'x', 'p/Thumbs.db': 'x', 'p/a.txt': 'sim' }),
  );
  expect(extraction).toMatchObject({ text: 'sim', warnings: [] });
});

test('what cannot be read is named, and the others are read', async () => {
  const extraction = await read('a.zip', zipOf({ 'a.txt': 'sim', 'b.txt': '', 'c.bin': '\0'.repeat(100) }));
  expect(extraction.text).toBe('sim');
  expect(extraction.warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT', count: 2 }]);
  expect(extraction.warnings[0]?.message).toMatch(/b\.txt: it is empty; .*c\.bin: it is neither/);
});

test('archives are read two levels deep', async () => {
  const deep = async (levels: number): Promise<Buffer> =>
    levels === 0 ? await tarOf({ 'x.txt': 'fundo' }) : gzipSync(await deep(levels - 1));
  // The innermost tar archive is a level as well: one more is left out.
  expect((await read('a.gz', await deep(2))).text).toBe('fundo');
  await expect(read('a.gz', await deep(4))).rejects.toMatchObject({ code: 'NO_TEXT' });
});

test.each<[string, () => Promise<Buffer>, string]>([
  ['a compressed bomb', async () => gzipSync(Buffer.alloc(12_000_000)), 'TOO_LARGE'],
  ['a compressed file cut short', async () => gzipSync('Trinta dias.'.repeat(99)).subarray(0, 40), 'DAMAGED'],
  ['an archive cut short', async () => (await tarOf({ 'a.txt': 'x'.repeat(5_000) })).subarray(0, 2_000), 'DAMAGED'],
  ['an archive that leaves its folder', async () => zipOf({ '../../a.txt': 'x' }), 'DAMAGED'],
  ['an archive of empty files', async () => zipOf({ 'a.txt': '' }), 'NO_TEXT'],
  ['an empty archive', async () => zipOf({ '__MACOSX/x': 'x' }), 'NO_TEXT'],
])('%s ends in a named reason', async (_, make, code) => {
  const message: unknown = expect.stringMatching(/^cannot read a\.zip: .+; .+[^.]$/);
  await expect(read('a.zip', await make())).rejects.toMatchObject({ code, message });
});
