import { expect, test } from 'vitest';
import type { Citation } from '../api/types.ts';
import { blocksOf, piecesOf, withoutHalfMarker, type Marks, type Piece } from './parse-answer.ts';

const NOWHERE = {
  pageNumber: null,
  pageLabel: null,
  line: null,
  seconds: null,
  part: null,
  sheet: null,
  cells: null,
  slide: null,
};

function citation(rank: number, start: number, end: number): Citation {
  return { source: { rank }, start, end, quote: '', startChar: 0, endChar: 0, locator: NOWHERE };
}

function marksOf(given: Partial<Marks>): Marks {
  return { citations: [], unsupported: [], ranks: new Set([1, 2]), ...given };
}

/** Writes pieces as text, with what is special about them in brackets of their own kind. */
function shown(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (piece.type === 'marker') return `<${piece.rank}${piece.citation === null ? '?' : ''}>`;
      if (piece.type === 'code') return `{${piece.text}}`;
      return `${piece.isUnsupported ? '~' : ''}${piece.isStrong ? piece.text.toUpperCase() : piece.text}`;
    })
    .join('|');
}

const whole = (text: string): { start: number; end: number } => ({ start: 0, end: text.length });

test('paragraphs, headings and lists are told apart, and the spans leave out their signs', () => {
  const text = '# Título\nUm texto\nem duas linhas.\n\n- um\n- dois\n  ainda dois\n1. três';
  expect(blocksOf(text).map((block) => [block.type, block.label, text.slice(block.start, block.end)])).toEqual([
    ['heading', '', 'Título'],
    ['paragraph', '', 'Um texto\nem duas linhas.'],
    ['item', '•', 'um'],
    ['item', '•', 'dois\n  ainda dois'],
    ['item', '1.', 'três'],
  ]);
  expect(blocksOf('')).toEqual([]);
  expect(blocksOf('\n \n')).toEqual([]);
});

test('a number in brackets is a citation only if there is such a source', () => {
  const text = 'A multa [1] é de [3] dois.';
  const marks = marksOf({ citations: [citation(1, 8, 11)] });
  expect(shown(piecesOf(text, whole(text), marks))).toBe('A multa |<1>| é de [3] dois.');
  expect(shown(piecesOf(text, whole(text), marksOf({})))).toBe('A multa |<1?>| é de [3] dois.');
});

test('a citation without a marker stands where its sentence ends', () => {
  const text = 'Um fato. Outro.';
  const marks = marksOf({ citations: [citation(2, 8, 8), citation(1, 15, 15)] });
  expect(shown(piecesOf(text, whole(text), marks))).toBe('Um fato.|<2>| Outro.|<1>');
});

test('unsupported sentences are cut out exactly, across markers and strong words', () => {
  const text = 'Certo [1]. **Errado** [2] mesmo. Fim.';
  const marks = marksOf({ unsupported: [{ start: 11, end: 32 }] });
  expect(shown(piecesOf(text, whole(text), marks))).toBe('Certo |<1?>|. |~ERRADO|~ |<2?>|~ mesmo.| Fim.');
});

test('no character is lost, whatever the text', () => {
  for (const text of ['**', '`', '**a', '[', '[1', '[1]', '****', '``', 'a*b*c', '[01]', '💥 [2]', '** a ** `b`']) {
    const pieces = piecesOf(text, whole(text), marksOf({}));
    const joined = pieces.map((piece) => (piece.type === 'marker' ? `[${piece.rank}]` : piece.text)).join('');
    expect(joined.replaceAll(/[*`]/g, '')).toBe(text.replaceAll(/[*`]/g, '').replace('[01]', '[1]'));
  }
});

test('the beginning of a marker waits until the marker is complete', () => {
  expect(withoutHalfMarker('A multa [')).toBe('A multa ');
  expect(withoutHalfMarker('A multa [12')).toBe('A multa ');
  expect(withoutHalfMarker('A multa [1]')).toBe('A multa [1]');
  expect(withoutHalfMarker('a[i]')).toBe('a[i]');
});
