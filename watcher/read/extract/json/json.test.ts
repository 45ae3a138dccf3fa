import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';

const read = async (source: string, path = 'a.json'): Promise<Extraction> => {
  const extraction = await extract({ path, bytes: Buffer.from(source) });
  expectSound(extraction);
  return extraction;
};

test('escaped letters are letters', async () => {
  const { text } = await read(
    String.raw`{"t": "Preg\u00e3o \u00e0s tr\u00EAs", "e": "\ud83d\ude00 \"a\" c:\\d \/ \t."}`,
  );
  expect(text).toBe('{"t": "Pregão às três", "e": "😀 "a" c:\\d / \t."}');
});

test('a line end in a string ends the line, which keeps the number of its line in the file', async () => {
  const { text, marks } = await read('{\n "a": "um\\ndois\\r\\ntr\\u00eas",\n\n "b": 1\n}');
  expect(text).toBe('{\n "a": "um\ndois\ntrês",\n\n "b": 1\n}');
  expect(marks.map(({ line }) => line)).toEqual([1, 2, 2, 2, 4, 5]);
});

test('a long line is broken between values, and no value is changed', async () => {
  const records = Array.from({ length: 40 }, (_, i) => ({
    nome: `Pregão nº ${i}`,
    valores: [i, -1 / 7, 1e21, true, null],
    texto: 'vírgula, "aspas", {chave}: [colchete]',
  }));
  const source = JSON.stringify({ registros: records, total: 40 });
  const { text, marks } = await read(source);
  const lines = text.split('\n');
  expect(lines.length).toBeGreaterThan(40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250);
  expect(lines[1]).toMatch(/^ {4}\{"nome": "Pregão nº 1", "valores": \[1, -0\.142.*\},$/);
  expect(new Set(marks.map(({ line }) => line))).toEqual(new Set([1]));
  const quoted = text.replaceAll('"aspas"', String.raw`\"aspas\"`);
  expect(JSON.parse(quoted)).toEqual({ registros: records, total: 40 });
});

test.for([
  ['a.jsonl', '{"a": "\\u00e7"}\n{"b": 2}', '{"a": "ç"}\n{"b": 2}'],
  ['a.json', '{"a": "não fech', '{"a": "não fech'],
  ['a.json', '{"a": "\\u00", "b": "\\', '{"a": "u00", "b": "\\'],
  ['a.json', '{"a": "\\u0000\\u001b"}', '{"a": "\\u0000\\u001b"}'],
  ['a.json', '{"a": "\\ud83d"}', '{"a": "\uFFFD"}'],
] as const)('%s with %s', async ([path, source, text]) => {
  expect((await read(source, path)).text).toBe(text);
});
