import { expect, test } from 'vitest';
import { recogniseSmallTalk, replyTo } from './small-talk.ts';

const kindOf = (text: string): string | null => {
  const said = recogniseSmallTalk(text, 'pt');
  return said && `${said.language} ${said.kind}`;
};

test.each([
  ['Obrigado!', 'pt THANKS'],
  ['muito obrigada pela ajuda', 'pt THANKS'],
  ['valeu', 'pt THANKS'],
  ['vlw!!', 'pt THANKS'],
  ['Ok, obrigado, tchau', 'pt THANKS'],
  ['oi', 'pt GREETING'],
  ['Oi, bom dia!', 'pt GREETING'],
  ['Olá, tudo bem?', 'pt GREETING'],
  ['ok', 'pt AGREEMENT'],
  ['Entendi, perfeito.', 'pt AGREEMENT'],
  ['Até logo', 'pt FAREWELL'],
  ['Era só isso', 'pt FAREWELL'],
  ['Thanks!', 'en THANKS'],
  ['thank you so much', 'en THANKS'],
  ['Great, thanks a lot for your help', 'en THANKS'],
  ['Hi there', 'en GREETING'],
  ['How are you?', 'en GREETING'],
  ['got it', 'en AGREEMENT'],
  ["That's all, bye", 'en FAREWELL'],
])('%s is a courtesy: %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

test.each([
  'Obrigado, e o prazo?',
  'oi, qual é a multa?',
  'certo?',
  'bom dia é um jornal',
  'Who says thanks in the letter?',
  'Obrigado é o nome do documento',
  'thanks for the invoice 2291',
  'sim, mas quanto custa',
  '?',
  `obrigado ${'obrigado '.repeat(10)}`,
])('%s is none', (text) => {
  expect(kindOf(text)).toBeNull();
});

test('a saying of both languages is taken for one of the conversation', () => {
  expect(recogniseSmallTalk('Ok', 'en')).toEqual({ language: 'en', kind: 'AGREEMENT' });
  expect(recogniseSmallTalk('Ok', 'pt')).toEqual({ language: 'pt', kind: 'AGREEMENT' });
});

test('a text of more than 80 characters is no courtesy, whatever it says', () => {
  const longest = `${'ok '.repeat(26)}ok`;
  expect(longest).toHaveLength(80);
  expect(recogniseSmallTalk(longest, 'en')).not.toBeNull();
  expect(recogniseSmallTalk(`${longest}!`, 'en')).toBeNull();
});

test('the reply is in the language of the courtesy', () => {
  expect(replyTo({ language: 'pt', kind: 'THANKS' })).toMatch(/^De nada!/);
  expect(replyTo({ language: 'en', kind: 'THANKS' })).toMatch(/^You're welcome!/);
});
