import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { htmlWithoutDataUris } from './data-uris.ts';
import { addBlocksBeside } from './beside.ts';
import { countHiddenChars, isHiddenElement } from './hidden-elements.ts';
import { addHtmlBlocks, elementsIn, type HtmlElement } from './html-blocks.ts';
import { linkListsIn } from './link-lists.ts';
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
/** What is never content beside an article; an `aside` may be. */
const OUTSIDE = new Set(['nav', 'footer', 'head']);
const UNNAMED = { title: null, mediaType: 'text/html', pageCount: null, warnings: [] } as const;

/**
 * Extracts the article that Readability finds in a page, and after it what stands beside it. If the page is not an
 * article, everything but its navigation is kept. A page that needs a script gives what it says without one. Elements
 * that hide themselves are left out and counted.
 */
export function extractHtml(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes, declaredEncoding(file.bytes));
  // A picture of 2 MB would cost jsdom minutes.
  const source = htmlWithoutDataUris(text);
  const page = parse(source);
  const article = isSafeForJsdom(page) ? findArticle(source) : null;
  const isHidden = file.readsHidden === true ? () => false : isHiddenElement;
  const { blocks, articleEnd } = chooseBlocks(file.path, page, article?.html ?? null, isHidden);
  if (blocks.length === 0) addWithoutScript(blocks, source);
  const title = article?.title ?? titleOf(page) ?? blocks.firstHeading;
  const hiddenChars = file.readsHidden === true ? 0 : countHiddenChars(page, ({ tagName }) => NAVIGATION.has(tagName));
  const extraction = blocks.build({
    title,
    mediaType: 'text/html',
    pageCount: null,
    warnings: [...warnings, ...hiddenTextWarning(hiddenChars)],
  });
  return articleEnd === undefined ? extraction : { ...extraction, articleEnd };
}

interface PageBlocks {
  readonly blocks: TextBuilder;
  readonly articleEnd?: number;
}

function chooseBlocks(
  path: string,
  page: Page,
  articleHtml: string | null,
  isHidden: (element: HtmlElement) => boolean,
): PageBlocks {
  const linkLists = linkListsIn(page);
  const body = blocksOf(
    path,
    page,
    (element) => NAVIGATION.has(element.tagName) || linkLists.has(element) || isHidden(element),
  );
  if (articleHtml === null) return { blocks: body.length > 0 ? body : blocksOf(path, page, isHidden) };
  const fragment = parseFragment(articleHtml);
  const linksInArticle = linkListsIn(fragment);
  const article = blocksOf(path, fragment, (element) => linksInArticle.has(element) || isHidden(element));
  if (article.length >= Math.max(MIN_ARTICLE_CHARS, MIN_ARTICLE_SHARE * body.length)) {
    const beside = blocksOf(
      path,
      page,
      (element) => OUTSIDE.has(element.tagName) || linkLists.has(element) || isHidden(element),
    );
    const articleEnd = article.length;
    addBlocksBeside(article, article.build(UNNAMED), beside.build(UNNAMED));
    return { blocks: article, articleEnd };
  }
  return { blocks: [body, article].find(({ length }) => length > 0) ?? blocksOf(path, page, isHidden) };
}

/** Adds what a page tells those who run no script: its description, and what is in `noscript`. */
function addWithoutScript(builder: TextBuilder, source: string): void {
  const page = parse(source, { scriptingEnabled: false });
  const elements = [...elementsIn(page)].map(({ element }) => element);
  const attribute = ({ attrs }: HtmlElement, name: string): string =>
    attrs.find((each) => each.name === name)?.value ?? '';
  const description = elements.find(
    (element) => element.tagName === 'meta' && /^(?:og:)?description$/i.test(attribute(element, 'name')),
  );
  if (description !== undefined) builder.addBlock('paragraph', attribute(description, 'content'));
  const noscripts = elements.filter(({ tagName }) => tagName === 'noscript');
  for (const element of noscripts.toReversed()) addHtmlBlocks(builder, element);
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

/** Returns the encoding that a `<meta>` element or the XML declaration names in the first 4 kB; not another element. */
function declaredEncoding(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 4096).replaceAll(/<!--[^]*?-->/g, '');
  const meta = /<meta\s[^>]{0,500}?charset\s{0,9}=\s{0,9}["']?([\w.:-]+)/i.exec(start);
  const label = (meta ?? /^\s{0,9}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]+)/i.exec(start))?.[1];
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
