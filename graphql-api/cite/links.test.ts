import { describe, expect, test } from 'vitest';
import { createLinkFilter } from './links.ts';

const PASSAGE = 'Veja https://acme.com/a, www.ok.com e [o manual](manual.pdf).';

/** Returns what is shown of an answer that arrives in pieces of this length. */
function shownOf(text: string, length = text.length): string {
  const filter = createLinkFilter([PASSAGE]);
  let shown = '';
  for (let at = 0; at < text.length; at += length) shown += filter.push(text.slice(at, at + length));
  return shown + filter.end();
}

describe.each([1, 2, 3, 7, 10_000])('in pieces of %i', (length) => {
  test.each([
    ['an address', 'Veja https://evil.example/x.', 'Veja evil.example/x.'],
    ['one of a passage with something added', 'https://acme.com/a?q=1', 'acme.com/a?q=1'],
    ['the beginning of one of a passage', 'https://acme.com/', 'acme.com/'],
    ['a Markdown link', '[clique](https://evil.example/x?q=1) já', '[clique] (evil.example/x?q=1) já'],
    ['a picture', '![i](http://evil.example/i.png)', '![i] (evil.example/i.png)'],
    ['a link without a scheme', '[senha](/etc/passwd)', '[senha] (/etc/passwd)'],
    ['a link after a marker', 'Sim [1](http://evil.example).', 'Sim [1] (evil.example).'],
    ['an address in angle brackets', '<https://evil.example/>', '<evil.example/>'],
    ['an HTML element', '<img src="//evil.example/p.gif">', '< img src="evil.example/p.gif">'],
    ['a script', '[a](javascript:alert(1)) javascript:alert(2)', '[a] (alert(1)) alert(2)'],
    ['data', 'data:text/html,x', 'text/html,x'],
    ['a mail address with a scheme', 'mailto:a@evil.example', 'a@evil.example'],
    ['a scheme of a program', 'vscode://x/y e a://b', 'vscode: x/y e a: b'],
    ['a file', 'file:///etc/passwd', '/etc/passwd'],
    ['www.', 'www.evil.example', 'evil.example'],
    ['the definition of a link', '[x]: https://evil.example/q', '[x] : evil.example/q'],
  ])('%s becomes text', (_, text, shown) => {
    expect(shownOf(text, length)).toBe(shown);
  });

  test.each([
    'Veja https://acme.com/a.',
    'Veja (https://acme.com/a), www.ok.com!',
    '[o manual](manual.pdf)',
    'Data: 12/03/2026, proporção 1:2, e/ou [1] (um).',
    'Resposta: sim [1]. [2]: não. // nota',
    'a < b, if (x[1]) {} e <b>negrito</b>',
    'wwf, http, file e data',
    '',
  ])('stays as it is: %s', (text) => {
    expect(shownOf(text, length)).toBe(text);
  });
});

test('ordinary words are shown at once, and no address is held back for ever', () => {
  const filter = createLinkFilter([]);
  expect(filter.push('O prazo é de 27 meses [1].')).toBe('O prazo é de 27 meses [1].');
  expect(filter.push(' https://evil.example/')).toBe(' ');
  expect(filter.push('a'.repeat(3000))).toMatch(/^evil\.example\/a{3000}$/);
});

test('is not held up by brackets, slashes and addresses that never end', () => {
  for (const piece of ['[', '](', '://', 'http://', 'www.', '<', '[a]:', '(((']) {
    const filter = createLinkFilter([]);
    // 20,000 pieces take a tenth of a second; a work that grew with the square would time out.
    let chars = 0;
    for (let count = 0; count < 20_000; count++) chars += filter.push(piece).length;
    expect(chars + filter.end().length).toBeGreaterThan(0);
  }
});
