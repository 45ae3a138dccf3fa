import { expect, test } from 'vitest';
import { sentenceStarts } from './sentence-starts.ts';

const sentencesOf = (text: string): string[] => {
  const starts = sentenceStarts(text);
  return starts.map((start, i) => text.slice(start, starts[i + 1]));
};

test.each([
  ['Primeira frase. Segunda frase! Terceira?', ['Primeira frase. ', 'Segunda frase! ', 'Terceira?']],
  [
    'Conforme o Sr. Silva, art. 5º, inc. II, da Lei n. 8.666/93. A Dra. Ana discorda.',
    ['Conforme o Sr. Silva, art. 5º, inc. II, da Lei n. 8.666/93. ', 'A Dra. Ana discorda.'],
  ],
  [
    'Mr. J. Smith vs. the State, e.g. in (cf. p. 3). It ended.',
    ['Mr. J. Smith vs. the State, e.g. in (cf. p. 3). ', 'It ended.'],
  ],
  ['**Art. 13** É vedado. *Obs.* Só até as 22h.', ['**Art. 13** É vedado. ', '*Obs.* Só até as 22h.']],
  ['“Quem?” perguntou ele. Ninguém.', ['“Quem?” perguntou ele. ', 'Ninguém.']],
  ['Uma frase em\nduas linhas. Outra.', ['Uma frase em\nduas linhas. ', 'Outra.']],
  // The number of a part belongs to the sentence after it.
  ['Art. 15. O prazo é de dez dias. Fim.', ['Art. 15. O prazo é de dez dias. ', 'Fim.']],
  ['Cláusula 12. O foro é Goiana. Fim.', ['Cláusula 12. O foro é Goiana. ', 'Fim.']],
  ['§ 2º. O recurso é escrito. § 3º. Cabe multa.', ['§ 2º. O recurso é escrito. ', '§ 3º. Cabe multa.']],
  ['Parágrafo único. Não se aplica. Fim.', ['Parágrafo único. Não se aplica. ', 'Fim.']],
  ['Item 3.2. O valor muda. 3.3. O índice não.', ['Item 3.2. O valor muda. ', '3.3. O índice não.']],
  ['Inciso XIV. Guardar sigilo. Fim.', ['Inciso XIV. Guardar sigilo. ', 'Fim.']],
  ['Section 4. Pets are welcome. The end.', ['Section 4. Pets are welcome. ', 'The end.']],
  ['**Art. 7º.** A cota é anual. Fim.', ['**Art. 7º.** A cota é anual. ', 'Fim.']],
  ['Vale o art. 15. O prazo é outro.', ['Vale o art. 15. ', 'O prazo é outro.']],
  ['Mora na R. das Flores, apto. 12, com a Profa. Ana.', ['Mora na R. das Flores, apto. 12, com a Profa. Ana.']],
  [
    'O des. Lima e o adv. Melo, proc. nº. 12, saíram. Fim.',
    ['O des. Lima e o adv. Melo, proc. nº. 12, saíram. ', 'Fim.'],
  ],
])('%s', (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});
