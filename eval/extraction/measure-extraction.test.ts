import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureExtraction } from './measure-extraction.ts';
import { figuresOf } from './print-extraction.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-corpus-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

const SENTENCES = Array.from({ length: 12 }, (_, i) => `A regra ${i} trata do uso das áreas comuns e dos horários.`);

test('each file of a manifest goes through the extraction process and is scored by what is known of it', async () => {
  write('notas/a.md', '# Multa\n\nDois por cento ao mês.\n');
  write('notas/a.expected.md', '# Multa\n\nDois por cento ao mês.\n');
  write('notas/b.html', '<html><p>Trinta dias de prazo para pagar.');
  write('notas/b.expected.html', '<p>Quarenta dias de prazo para pagar.</p>');
  write('notas/c.txt', 'O prazo é de\ntrinta dias.');
  write('notas/d.txt', '');
  write('notas/e.bin', Buffer.alloc(100));
  const page = `<html><body><nav>Início</nav><article>${SENTENCES.map((text) => `<p>${text}</p>`).join('')}</article>`;
  write('paginas/p1.html.gz', gzipSync(`${page}<div><h3>Secretaria</h3><p>Telefone: 3222-4455</p></div></body>`));
  write('paginas/ground-truth.json', JSON.stringify({ p1: { articleBody: SENTENCES.join('\n') } }));
  write('paginas/p2.html', `${page}<div><h3>Secretaria</h3><p>Telefone: 3222-4455</p></div></body>`);
  write('paginas/p2.expected.html', SENTENCES.map((text) => `<p>${text}</p>`).join(''));
  const files = [
    { file: 'notas/a.md', src: 'notas', expected: 'notas/a.expected.md', expectedKind: 'markdown:by hand' },
    { file: 'notas/b.html', src: 'notas', expected: 'notas/b.expected.html', expectedKind: 'html:by hand' },
    { file: 'notas/c.txt', src: 'notas', contains: ['de trinta dias', 'quarenta'] },
    { file: 'notas/d.txt', src: 'notas' },
    { file: 'notas/e.bin', src: 'notas' },
    { file: 'notas/gone.txt', src: 'notas' },
    { file: 'paginas/p1.html.gz', src: 'paginas' },
    {
      file: 'paginas/p2.html',
      src: 'artigos',
      expected: 'paginas/p2.expected.html',
      expectedKind: 'html:main-content',
    },
    { file: 'paginas/ground-truth.json', src: 'paginas' },
  ];
  write('manifest.json', JSON.stringify({ files }));

  const seen: string[] = [];
  const results = await measureExtraction(folder, { onFile: (result) => seen.push(result.path) });
  expect(seen).toEqual(results.map((result) => result.path));
  const figures = figuresOf(results);
  expect(Object.keys(figures)).toEqual([
    'artigos html',
    'notas bin',
    'notas html',
    'notas md',
    'notas txt',
    'paginas html',
    'all',
  ]);
  expect(figures['notas md']).toMatchObject({ n: 1, ready: 1, failed: '', tokenF1: 1, shingleF1: 1, contained: '' });
  expect(figures['notas html']).toMatchObject({ ready: 1, tokenF1: 0.833, shingleF1: 0.667 });
  expect(figures['notas txt']).toMatchObject({ n: 2, ready: 1, failed: 'EMPTY 1', tokenF1: null, contained: '1/2' });
  expect(figures['notas bin']).toMatchObject({ n: 1, ready: 0, failed: 'UNSUPPORTED_TYPE 1' });
  // What is beside an article is kept, but is no part of it.
  expect(figures['artigos html']).toMatchObject({ ready: 1, tokenF1: 1, shingleF1: 1 });
  expect(figures['paginas html']).toMatchObject({ ready: 1, tokenF1: null, shingleF1: 1 });
  expect(figures.all).toMatchObject({ n: 7, ready: 5, empty: 0, broken: 0, tokenF1: null });
  expect(results.find(({ path: name }) => name === 'notas/d.txt')?.failure?.reason).toMatch(/^it is empty; /);
});

test('a folder without a manifest is measured file by file, and may be narrowed down', async () => {
  write('a.txt', 'Trinta dias.');
  write('deep/b.txt', 'Quarenta dias.');
  const results = await measureExtraction(folder, { only: 'deep/' });
  expect(results).toMatchObject([{ path: 'deep/b.txt', format: 'txt', source: path.basename(folder), score: null }]);
});

test('an invalid manifest is named', async () => {
  write('manifest.json', '{"files": [{"file": 1}]}');
  await expect(measureExtraction(folder)).rejects.toThrow('manifest.json is not a list of files');
});
