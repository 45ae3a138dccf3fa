import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { htmlWithoutDataUris } from './data-uris.ts';
import { addHtmlBlocks, elementsIn, type HtmlElement } from './html-blocks.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';

type Page = DefaultTreeAdapterTypes.Document;

// jsdom hangs for minutes on pages beyond any of these limits; parse5 reads all of them within 3 s.
const MAX_DEPTH = 256;
const MAX_ELEMENTS = 50_000;
const MAX_ATTRIBUTES = 1_000;

// If the article found is smaller than this, the page is not an article, and everything but its navigation is kept.
const MIN_ARTICLE_CHARS = 200;
const MIN_ARTICLE_SHARE = 0.1; // of the page's text without navigation

const NAVIGATION = new Set(['nav', 'footer', 'aside']);

/**
 * Extracts the article that Readability finds in a page, without what surrounds it. If the page is not an article,
 * everything but its navigation is kept.
 */
export function extractHtml(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes, declaredEncoding(file.bytes));
  // A picture of 2 MB would cost jsdom minutes.
  const source = htmlWithoutDataUris(text);
  const page = parse(source);
  const body = blocksOf(file.path, page, (element) => NAVIGATION.has(element.tagName));
  const article = isSafeForJsdom(page) ? findArticle(source) : null;
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

/** Returns the encoding named in the first 4 kB, by `<meta>` or the XML declaration. */
function declaredEncoding(bytes: Buffer): string | undefined {
  const label = /(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w.:-]+)/i.exec(bytes.toString('latin1', 0, 4096))?.[1];
  // A UTF-16 label is wrong: had the page been UTF-16, this byte-by-byte match would have failed.
  return label === undefined || /^utf-?16/i.test(label) ? undefined : label;
}

function isSafeForJsdom(page: Page): boolean {
  let elements = 0;
  for (const { element, depth } of elementsIn(page)) {
    elements++;
    if (depth > MAX_DEPTH || elements > MAX_ELEMENTS || element.attrs.length > MAX_ATTRIBUTES) return false;
  }
  return true;
}

/** Returns null if Readability finds no article or throws. By jsdom's defaults no script runs and nothing is loaded. */
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
