import path from 'node:path';
import { parse } from 'parse5';
import { decodeText } from './charset.ts';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';
import { countHiddenChars, isHiddenElement } from './html/hidden-elements.ts';
import { hiddenTextWarning } from './hidden-text.ts';
import { addHtmlBlocks, type HtmlElement } from './html/html-blocks.ts';
import { openTextBuilder } from './text-builder.ts';
import { walkXml } from './xml.ts';
import { unzip } from './zip.ts';

/**
 * Extracts an e-book (.epub) chapter by chapter, in reading order. Pictures, the table of contents and pages beside the
 * reading order are left out.
 * @throws ExtractError DAMAGED, ENCRYPTED for a book with copy protection, TOO_LARGE
 */
export async function extractEpub(file: SourceFile): Promise<Extraction> {
  const entries = await unzip(file, (name) => /\.(?:opf|x?html?|xml)$/i.test(name) || name.startsWith('META-INF/'));
  rejectProtected(file, entries);
  const packageName = packageNameOf(file, entries);
  const { title, spine } = readPackage(file, packageName, entries);
  const builder = openTextBuilder(file.path);
  const readsHidden = file.readsHidden === true;
  let hiddenChars = 0;
  for (const name of spine) {
    const bytes = entries.get(name);
    if (bytes === undefined) continue;
    const chapter = parse(decodeText(bytes).text);
    addHtmlBlocks(builder, chapter, (element) => isNavigation(element) || (!readsHidden && isHiddenElement(element)));
    if (!readsHidden) hiddenChars += countHiddenChars(chapter, isNavigation);
  }
  return builder.build({
    title: title ?? builder.firstHeading,
    mediaType: 'application/epub+zip',
    pageCount: null,
    warnings: hiddenTextWarning(hiddenChars),
  });
}

type Entries = ReadonlyMap<string, Buffer>;

/** A book may encrypt its fonts alone: only algorithms of copy protection hide its text. */
function rejectProtected(file: SourceFile, entries: Entries): void {
  const encryption = entries.get('META-INF/encryption.xml')?.toString('utf8') ?? '';
  if (!entries.has('META-INF/rights.xml') && !/xmlenc#(?:aes|tripledes)/i.test(encryption)) return;
  throw new ExtractError('ENCRYPTED', file.path, 'it is copy-protected; drop a copy without protection');
}

function packageNameOf(file: SourceFile, entries: Entries): string {
  let name: string | undefined;
  const container = entries.get('META-INF/container.xml');
  if (container !== undefined) {
    walkXml(file, container, {
      open(element, attributes) {
        if (localName(element) === 'rootfile') name ??= attributes['full-path'];
      },
      close() {},
      text() {},
    });
  }
  return name ?? '';
}

interface Package {
  readonly title: string | null;
  /** Names of the chapters, in reading order. */
  readonly spine: readonly string[];
}

function readPackage(file: SourceFile, name: string, entries: Entries): Package {
  const bytes = entries.get(name);
  if (bytes === undefined) {
    throw new ExtractError('DAMAGED', file.path, 'it has no list of chapters; copy it again');
  }
  const folder = path.posix.dirname(name);
  const hrefs = new Map<string, string>();
  const spine: string[] = [];
  let title: string | null = null;
  let isTitle = false;
  walkXml(file, bytes, {
    open(element, { id = '', href = '', idref = '', linear }) {
      const local = localName(element);
      isTitle = local === 'title' && title === null;
      if (local === 'item') hrefs.set(id, path.posix.join(folder, decoded(href)));
      if (local === 'itemref' && linear !== 'no') spine.push(idref);
    },
    close: () => (isTitle = false),
    text: (text) => void (isTitle && (title = (title ?? '') + text)),
  });
  return { title, spine: spine.map((id) => hrefs.get(id)).filter((href) => href !== undefined) };
}

/** A page of the reading order may be the table of contents: it only repeats the headings. */
function isNavigation({ tagName }: HtmlElement): boolean {
  return tagName === 'nav';
}

function localName(element: string): string {
  return element.slice(element.indexOf(':') + 1);
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
