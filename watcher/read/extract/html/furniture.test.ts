import { describe, expect, test } from 'vitest';
import { extractHtml } from './html.ts';

const sentence = (i: number): string =>
  `<p>O parágrafo ${i} do regulamento trata das regras de convivência, do uso das áreas comuns e dos horários.</p>`;
const sentences = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => sentence(from + i)).join('');
const TEASER = 'Obra da ponte atrasa outra vez em Olinda';
const link = (text: string): string => `<a href="https://jornal.example/obra">${text}</a>`;

/** Returns the two parts of a page in which `html` stands between the paragraphs of an article. */
function read(html: string): { readonly article: string; readonly beside: string } {
  const page = `<!doctype html><title>Regulamento</title><body><article>${sentences(0, 6)}${html}${sentences(6, 12)}</article></body>`;
  const { text, articleEnd = Number.NaN } = extractHtml({ path: 'a.html', bytes: Buffer.from(page) });
  expect(articleEnd).toBeGreaterThan(text.indexOf('parágrafo 11'));
  return { article: text.slice(0, articleEnd), beside: text.slice(articleEnd) };
}

describe('moves behind the article', () => {
  const titled = (title: string): string => `<div><h3>${title}</h3><p>O prazo foi adiado para maio de 2027.</p></div>`;
  test.each([
    ['a labelled link', `<p>LEIA TAMBÉM: ${link(TEASER)}</p>`],
    ['a labelled link in brackets', `<p>[Related: ${link(TEASER)}]</p>`],
    ['a box of teasers', `<section>${titled(link(TEASER)).repeat(3)}</section>`],
    [
      'a box that asks readers to subscribe',
      `<div class="c-newsletterBox"><p>${TEASER}.</p><p>Assine a nossa carta de notícias, de graça.</p></div>`,
    ],
    ['a line that says who wrote when', `<p class="article__byline">${TEASER}, <span>3 de maio</span></p>`],
    ['a time on a line of its own', `<div><span class="timestamp">${TEASER}</span></div>`],
  ])('%s', (_, html) => {
    const { article, beside } = read(html);
    expect(article).not.toContain(TEASER);
    expect(beside).toContain(TEASER);
  });

  test('an author, however short the name', () => {
    expect(read('<p class="byline">Por Ana Sá</p>').beside).toContain('Por Ana Sá');
  });
});

describe('leaves out', () => {
  const links = [1, 2, 3].map((n) => link(`${TEASER} ${n}`));
  test('a paragraph of links alone', () => {
    expect(read(`<p>${links.join(' | ')}</p>`).article).not.toContain(TEASER);
    expect(read(`<p>${links.slice(1).join(' | ')}</p>`).article).toContain(TEASER);
    expect(read(`<p>A prefeitura respondeu sobre cada ponto: ${links.join(', ')}, e mais.</p>`).article).toContain(
      TEASER,
    );
  });

  test('a breadcrumb', () => {
    expect(read(`<nav class="breadcrumb">${link('Início')} ${link('Cidades')} ${TEASER}</nav>`).article).not.toContain(
      TEASER,
    );
  });
});

describe('keeps in the article', () => {
  const anchored = '<div><h3><a href="#prazo">Obra</a></h3><p>O prazo é de dez dias.</p></div>';
  test.each([
    ['headings that are links to themselves', `<section>${anchored.repeat(3)}</section>`, 'prazo é de dez'],
    ['two headings that are links', `<section>${`<h3>${link(TEASER)}</h3><p>Adiado.</p>`.repeat(2)}</section>`, TEASER],
    ['a sentence that begins like a label', `<p>Mais: ${TEASER}, disse a prefeita em ${link('nota')}.</p>`, TEASER],
    ['a long text after a label', `<p>${link(`Veja mais: ${'obra '.repeat(70)}${TEASER}`)}</p>`, TEASER],
    [
      'a part of a line, whatever its class',
      `<p><span class="published">RECIFE</span> ${TEASER}, de novo.</p>`,
      'RECIFE',
    ],
    ['a heading whose id says something', `<h2 id="subscription">${TEASER}</h2>`, TEASER],
    ['a caption', `<figure><img src="a.png"><figcaption>${TEASER}</figcaption></figure>`, TEASER],
  ])('%s', (_, html, kept) => {
    expect(read(html).article).toContain(kept);
  });

  test('what is named for one of its parts', () => {
    expect(read(`<div class="updated">${sentences(20, 26)}</div>`).article).toContain('parágrafo 25');
  });
});
