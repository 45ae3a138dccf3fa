import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { converse, type Talk } from './conversation.ts';

/** Converses with keys that are typed; `asked` are the questions, and `printed` what is on the screen. */
function typing(ask: Talk['ask'] = async () => {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked: string[] = [];
  let printed = '';
  let fresh = 0;
  output.on('data', (text: Buffer) => (printed += String(text)));
  const done = converse({
    input,
    output,
    isTerminal: true,
    language: 'pt',
    startAfresh: () => fresh++,
    ask: (question, signal) => {
      asked.push(question);
      return ask(question, signal);
    },
  });
  return { type: (keys: string) => input.write(keys), done, asked, printed: () => printed, fresh: () => fresh };
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

test('questions are asked one after the other, blank lines are not, and Ctrl-D ends it', async () => {
  const talk = typing();
  talk.type('Qual é o prazo?\r\r  e a multa?  \r');
  talk.type(CTRL_D);
  await talk.done;
  expect(talk.asked).toEqual(['Qual é o prazo?', 'e a multa?']);
  expect(talk.printed()).toContain('Ctrl-C interrompe a resposta');
});

test('Ctrl-C stops the answer and nothing else; at the prompt it gives up what was typed', async () => {
  const talk = typing((_, signal) => once(signal, 'abort').then(() => {}));
  talk.type('primeira\r');
  await expect.poll(() => talk.asked).toEqual(['primeira']);
  talk.type(CTRL_C);
  // Typed while nothing is being answered: given up before it is asked.
  talk.type(`meio${CTRL_C}`);
  talk.type('segunda\r');
  await expect.poll(() => talk.asked).toEqual(['primeira', 'segunda']);
  talk.type(CTRL_C);
  talk.type('/sair\r');
  await talk.done;
  expect(talk.asked).toEqual(['primeira', 'segunda']);
});

test('/novo starts another conversation, and /? shows help; neither is asked', async () => {
  const talk = typing();
  talk.type('/novo\r/?\r/bye\r');
  await talk.done;
  expect([talk.asked, talk.fresh()]).toEqual([[], 1]);
  expect(talk.printed()).toContain('perguntas anteriores não contam mais');
});
