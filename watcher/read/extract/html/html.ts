import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { htmlWithoutDataUris } from './data-uris.ts';
import { countHiddenChars, isHiddenElement } from './hidden-elements.ts';
import { addHtmlBlocks, elementsIn, type HtmlElement } from './html-blocks.ts';
import { chooseBlocks, NAVIGATION } from './page-blocks.ts';
import type { TextBuilder } from '../text-builder.ts';

type Page = DefaultTreeAdapterTypes.Document;

// jsdom hangs for minutes on pages beyond any of these limits; parse5 reads all of them within 3 s.
const MAX_DEPTH = 256;
const MAX_ELEMENTS = 50_000;
const MAX_ATTRIBUTES = 1_000;

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
    const article = new Readability(window.document, { keepClasses: true }).parse();
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
