import { expect, test } from 'vitest';
import { sentenceSpans } from './sentence-spans.ts';

test.each([
  ['Uma. Duas! Três?', ['Uma.', 'Duas!', 'Três?']],
  ['O Dr. João leu o Art. 5 da lei. Fim.', ['O Dr. João leu o Art. 5 da lei.', 'Fim.']],
  ['# Título\n\nUma frase\nque continua. Outra.', ['# Título', 'Uma frase\nque continua.', 'Outra.']],
  ['- Item um\n- Item dois', ['- Item um', '- Item dois']],
  ['Itens:\na) o primeiro;\nb) o segundo.', ['Itens:', 'a) o primeiro;', 'b) o segundo.']],
  ['**Quem paga?**\nO dono.', ['**Quem paga?**', 'O dono.']],
  ['Custa R$ 1.500,00 hoje.', ['Custa R$ 1.500,00 hoje.']],
  ['  \n ', []],
  ['Sem ponto', ['Sem ponto']],
])('cuts %j', (text, expected) => {
  expect(sentenceSpans(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
});
