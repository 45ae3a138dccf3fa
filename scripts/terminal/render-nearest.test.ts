import { expect, test } from 'vitest';
import { renderNearest } from './render-nearest.ts';

const passage = {
  path: 'contratos/sala 3.pdf',
  place: 'p. 2',
  excerpt: 'O aviso de saída\né dado com sessenta dias de antecedência, por escrito.',
};

test('shows each nearest passage with its file, its place and its words, under a heading that says it is no answer', () => {
  expect(renderNearest([passage, { ...passage, path: 'ata.md', place: '' }], 'pt', 40)).toBe(
    [
      'O mais próximo que encontrei (não é uma resposta):',
      '',
      '  contratos/sala 3.pdf, p. 2',
      '    O aviso de saída é dado com sessenta',
      '    dias de antecedência, por escrito.',
      '',
      '  ata.md',
      '    O aviso de saída é dado com sessenta',
      '    dias de antecedência, por escrito.',
      '',
    ].join('\n'),
  );
  expect(renderNearest([passage], 'en', 80)).toMatch(/^The nearest I found \(not an answer\):\n/);
  expect(renderNearest([], 'en', 80)).toBe('');
});

test('what a file says cannot move the cursor, and a terminal of no width shows it all the same', () => {
  const shown = renderNearest([{ path: 'a\u001b[2J.md', place: 'l. 1', excerpt: 'um\u001b]0;x\u0007 dois' }], 'en', 0);
  expect(['\u001b', '\u0007'].filter((character) => shown.includes(character))).toEqual([]);
  expect(shown).toContain('dois');
});
