import { expect, test } from 'vitest';
import { createThoughtSplitter } from './thoughts.ts';

/** Splits a text that arrives in pieces of this length. */
function split(text: string, length: number): { readonly answer: string; readonly thought: string } {
  const splitter = createThoughtSplitter();
  const stretches: { readonly isThought: boolean; readonly text: string }[] = [];
  for (let at = 0; at < text.length; at += length) stretches.push(...splitter.push(text.slice(at, at + length)));
  stretches.push(...splitter.end());
  expect(stretches.filter((each) => each.text === '')).toEqual([]);
  const join = (isThought: boolean): string =>
    stretches.flatMap((each) => (each.isThought === isThought ? each.text : [])).join('');
  return { answer: join(false), thought: join(true) };
}

test.each([
  ['<think>hm [1]</think>São 27.', 'São 27.'],
  ['\n<Thinking>\nhm [1]\n</THINKING>\n\nSão 27.', '\n\n\nSão 27.'],
  ['<think>\n\n</think>\n\nSão 27.', '\n\nSão 27.'],
  ['<thought>hm [1]</thinking>São 27.', 'São 27.'],
  ['[THINK]hm [1][/THINK]São 27.', 'São 27.'],
  ['◁think▷hm [1]◁/think▷São 27.', 'São 27.'],
  [
    '<|channel|>analysis<|message|>hm [1]<|end|><|start|>assistant<|channel|>final<|message|>São 27.<|return|>',
    'São 27.',
  ],
  ['<|channel|>final<|message|>São 27.<|return|>', 'São 27.'],
  ['<|channel>thought\nhm [1]<channel|>São 27.', 'São 27.'],
  ['<unused94>thought\nhm [1]<unused95>São 27.', 'São 27.'],
  ['<|START_THINKING|>hm [1]<|END_THINKING|><|START_RESPONSE|>São 27.<|END_RESPONSE|>', 'São 27.'],
  ['</think>\n\nSão 27.', '\n\nSão 27.'],
  ['<think>hm [1]</think><think>hm [1] again</think>São 27.', 'São 27.'],
  ['São\n<think>hm [1]</think> 27.', 'São\n 27.'],
  ['<think>hm [1], and never an end', ''],
])('keeps thoughts apart, however they are marked and cut: %s', (text, answer) => {
  for (const length of [1, 2, 3, 7, text.length]) {
    const parts = split(text, length);
    expect(parts.answer).toBe(answer);
    expect(parts.thought.includes('[1]')).toBe(text.includes('[1]'));
  }
});

test.each([
  'A tag <think> abre o raciocínio, e </think> o fecha.',
  'Se a < b e b <c, então a < c.',
  '[1] diz que são 27; [t',
  '<thi',
  '<table>\n<td>',
])('leaves an answer as it is: %s', (text) => {
  for (const length of [1, 2, 3, 7, text.length]) expect(split(text, length)).toEqual({ answer: text, thought: '' });
});

test('holds back nothing but what may become a tag', () => {
  const splitter = createThoughtSplitter();
  const shown = (delta: string): string =>
    splitter
      .push(delta)
      .map(({ text }) => text)
      .join('');
  expect(shown('São 27 meses ')).toBe('São 27 meses ');
  expect(shown('[1')).toBe('[1');
  expect(shown('\n<t')).toBe('\n');
  expect(shown('able>')).toBe('<table>');
});
