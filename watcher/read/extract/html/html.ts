import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { addHtmlBlocks, elementsIn, type HtmlElement } from './html-blocks.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';

type Page = DefaultTreeAdapterTypes.Document;

// jsdom hangs for minutes on pages beyond any of these; parse5 reads them all within 3 s.
const MAX_DEPTH = 256;
const MAX_ELEMENTS = 50_000;
const MAX_ATTRIBUTES = 1_000;

// A page with less of an article than this is not one: then everything but its navigation is kept.
const MIN_ARTICLE_CHARS = 200;
const MIN_ARTICLE_SHARE = 0.1;

const NAVIGATION = new Set(['nav', 'footer', 'aside']);

/** The article of a page without what surrounds it, as Readability sees it; of a page that is none, all but its navigation. */
export function extractHtml(file: SourceFile): Extraction {
  const { text: source, warnings } = decodeText(file.bytes, declaredEncoding(file.bytes));
  const page = parse(source);
  const body = blocksOf(file.path, page, (element) => NAVIGATION.has(element.tagName));
  const article = isTame(page) ? findArticle(source) : null;
  const articleBlocks = article === null ? body : blocksOf(file.path, parseFragment(article.html));
  const isArticle = articleBlocks.length >= Math.max(MIN_ARTICLE_CHARS, MIN_ARTICLE_SHARE * body.length);
  const candidates = isArticle ? [articleBlocks] : [body, articleBlocks];
  const chosen = candidates.find((blocks) => blocks.length > 0) ?? blocksOf(file.path, page);
  return chosen.build({
    title: article?.title ?? titleOf(page) ?? body.firstHeading,
    mediaType: 'text/html',
    pageCount: null,
    warnings,
  });
}

function blocksOf(
  path: string,
  root: DefaultTreeAdapterTypes.ParentNode,
  isLeftOut?: (element: HtmlElement) => boolean,
): TextBuilder {
  const builder = openTextBuilder(path);
  addHtmlBlocks(builder, root, isLeftOut);
  return builder;
}

/** What the first 4 kB name as the encoding, in `<meta>` or the XML declaration. */
function declaredEncoding(bytes: Buffer): string | undefined {
  const label = /(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w.:-]+)/i.exec(bytes.toString('latin1', 0, 4096))?.[1];
  // That it could be read byte by byte proves that the page is not in UTF-16.
  return label === undefined || /^utf-?16/i.test(label) ? undefined : label;
}

function isTame(page: Page): boolean {
  let elements = 0;
  for (const { element, depth } of elementsIn(page)) {
    elements++;
    if (depth > MAX_DEPTH || elements > MAX_ELEMENTS || element.attrs.length > MAX_ATTRIBUTES) return false;
  }
  return true;
}

/** Runs no script and loads nothing: that is jsdom's default. Null when Readability finds no article or stumbles over the page. */
function findArticle(source: string): { readonly html: string; readonly title: string | null } | null {
  const { window } = new JSDOM(source, { virtualConsole: new VirtualConsole() });
  try {
    const article = new Readability(window.document).parse();
    return article === null ? null : { html: article.content ?? '', title: article.title || null };
  } catch {
    return null;
  } finally {
    window.close();
  }
}

function titleOf(page: Page): string | null {
  for (const { element } of elementsIn(page)) {
    if (element.tagName !== 'title' || element.parentNode?.nodeName !== 'head') continue;
    return element.childNodes.map((node) => ('value' in node ? node.value : '')).join('') || null;
  }
  return null;
}
