import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';

const read = async (path: string, cues: readonly string[]): Promise<Extraction> => {
  const extraction = await extract({ path, bytes: Buffer.from(cues.join('\n').replaceAll('\n', '\r\n')) });
  expectSound(extraction);
  return extraction;
};
const sentencesOf = ({ text, blocks, marks }: Extraction) =>
  blocks.map(({ startChar, endChar }, i) => [marks[i]?.seconds, text.slice(startChar, endChar)]);

test('subtitles are sentences, each at its second', async () => {
  const extraction = await read('legenda.srt', [
    '1\n00:01:14,440 --> 00:01:15,760\nA multa é de dois\n',
    '2\n00:01:15,880 --> 00:01:19,520\n<i>por cento</i> ao mês.\n',
    '3\n00:01:20,000 --> 00:01:21,000\n{\\an8}Sem ponto\n',
    '4\n01:00:00,000 --> 01:00:01,000\ndepois de uma pausa\n- Outra voz',
  ]);
  expect(extraction).toMatchObject({ mediaType: 'application/x-subrip', title: null });
  expect(sentencesOf(extraction)).toEqual([
    [74, 'A multa é de dois por cento ao mês.'],
    [80, 'Sem ponto'],
    [3600, 'depois de uma pausa'],
    [3600, '- Outra voz'],
  ]);
});

test('WebVTT keeps who speaks, and nothing of its comments, styles, names and settings', async () => {
  const extraction = await read('a.txt', [
    'WEBVTT - Aula\nKind: captions\n\nSTYLE\n::cue { color: lime }\n\nNOTE nada\n',
    'introdução\n00:00.500 --> 00:02.000 align:start position:0%\n<v.alto Ana>Bom <b>dia</b> &amp; boa\n',
    '00:02.000 --> 00:03.000\n<v Bia>Olá<00:02.500><c> a todos</c>.',
  ]);
  expect(extraction.mediaType).toBe('text/vtt');
  expect(sentencesOf(extraction)).toEqual([
    [0, 'Ana: Bom dia & boa'],
    [2, 'Bia: Olá a todos.'],
  ]);
});

test('rolling subtitles are read once, and without full stops they do not become one sentence', async () => {
  const cues = Array.from({ length: 60 }, (_, i) => [
    `00:00:${String(i).padStart(2, '0')}.000 --> 00:00:${String(i + 1).padStart(2, '0')}.000`,
    ...(i === 0 ? [] : [`palavras da linha ${i - 1}`]),
    `palavras da linha ${i}`,
    '',
  ]);
  const extraction = await read('a.vtt', ['WEBVTT', '', ...cues.flat()]);
  expect(extraction.text.match(/palavras/g)).toHaveLength(60);
  expect(Math.max(...extraction.blocks.map(({ startChar, endChar }) => endChar - startChar))).toBeLessThan(500);
});

test('a text with times is no subtitles', async () => {
  expect((await read('a.txt', ['Ata', '1', '00:01:14,440 --> 00:01:15,760', 'x'])).mediaType).toBe('text/plain');
});
