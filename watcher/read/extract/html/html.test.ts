import { describe, expect, test } from 'vitest';
import type { Extraction } from '../extraction.ts';
import { extractHtml } from './html.ts';

const read = (page: string | Buffer): Extraction => extractHtml({ path: 'a.html', bytes: Buffer.from(page) });
const article = Array.from(
  { length: 12 },
  (_, i) =>
    `<p>O parágrafo ${i} do regulamento trata das regras de convivência, do uso das áreas comuns e dos horários.</p>`,
).join('');
const menu =
  '<ul><li><a href=/a>Página inicial</a></li><li><a href=/b>Notícias da cidade</a></li><li><a href=/c>Fale conosco aqui</a></li></ul>';

describe('beside the article', () => {
  test.each(['sidebar', 'widget', 'info', 'aviso', 'footer-box', 'contact', 'related', 'comment'])(
    'a box of the class %s is kept, after the article',
    (name) => {
      const box = `<div class="${name}"><h3>Secretaria</h3><p>Telefone: (81) 3222-4455</p></div>`;
      const { text, articleEnd } = read(
        `<!doctype html><title>Regulamento</title><body>${menu}<h1>Regulamento</h1><div class="content">${article}</div>${box}</body>`,
      );
      expect(text.match(/3222-4455/g)).toHaveLength(1);
      expect(text.match(/parágrafo 11/g)).toHaveLength(1);
      expect(text).not.toContain('Notícias');
      expect(articleEnd).toBeGreaterThan(text.indexOf('parágrafo 11'));
    },
  );

  test('an aside is kept, unless it is mostly links', () => {
    const page = (aside: string): string =>
      `<!doctype html><body><article>${article}</article><aside>${aside}</aside></body>`;
    expect(read(page('<p>O horário de visita é das 14h às 16h.</p>')).text).toMatch(/às 16h\.$/);
    expect(read(page(menu)).text).not.toContain('Notícias');
  });
});

test('a menu is left out of a page that is no article, in whatever element it is', () => {
  expect(read(`<html><div class=m>${menu}</div><p>Fechado na segunda.</p>`).text).toBe('Fechado na segunda.');
  expect(read(`<html><body>${menu}`).text).toContain('Notícias da cidade');
});

describe('a formula', () => {
  test.each([
    ['<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>', '(a + b)/2'],
    ['<msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><msqrt><mi>y</mi></msqrt>', 'x^2 = √(y)'],
    ['<semantics><msub><mi>x</mi><mn>1</mn></msub><annotation>x_1</annotation></semantics>', 'x_1'],
  ])('in MathML is one line of text: %s', (math, words) => {
    expect(read(`<html><p>Seja <math>${math}</math>.`).text).toBe(`Seja ${words} .`);
  });

  test('of ten thousand levels is no obstacle', () => {
    expect(read(`<html><p>Seja<math>${'<mrow>'.repeat(10_000)}x</math></p><p>fim`).text).toContain('fim');
  });
});

test.each([
  ['a script', '<script src="a.js" charset="koi8-r"></script><meta charset="windows-1252">'],
  [
    'a comment',
    '<!-- <meta charset="koi8-r"> --><meta http-equiv=Content-Type content="text/html; charset=windows-1252">',
  ],
])('the charset is that of the meta element, not that of %s', (_, head) => {
  const page = Buffer.from(`<html><head>${head}</head><p>A licita\xE7\xE3o ser\xE1 \xE0s tr\xEAs horas.`, 'latin1');
  expect(read(page)).toMatchObject({ text: 'A licitação será às três horas.', warnings: [] });
});

test('a page that is drawn by a script gives its description and what it says without one', () => {
  const page =
    '<!doctype html><html><head><meta name="description" content="Agenda da câmara"></head><body><noscript><p>Ative o JavaScript.</p></noscript><div id=root></div><script>x()</script>';
  expect(read(page).text).toBe('Agenda da câmara\n\nAtive o JavaScript.');
});
