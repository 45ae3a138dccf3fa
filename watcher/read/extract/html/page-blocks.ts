import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { addBlocksBeside } from './beside.ts';
import { countElements } from './element-counts.ts';
import { furnitureIn } from './furniture.ts';
import { addHtmlBlocks, type HtmlElement } from './html-blocks.ts';
import { linkListsIn } from './link-lists.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';

type ParentNode = DefaultTreeAdapterTypes.ParentNode;

// If the article found is smaller than this, the page is not an article, and everything but its navigation is kept.
const MIN_ARTICLE_CHARS = 200;
const MIN_ARTICLE_SHARE = 0.1; // of the page's text without navigation

/** What of a page that is no article is not read. */
export const NAVIGATION = new Set(['nav', 'footer', 'aside']);
/** What is never content beside an article; an `aside` may be. */
const OUTSIDE = new Set(['nav', 'footer', 'head']);
const UNNAMED = { title: null, mediaType: 'text/html', pageCount: null, warnings: [] } as const;

/** What was chosen of a page. */
export interface PageBlocks {
  readonly blocks: TextBuilder;
  /** Length of the article's text; absent for a page that is no article. */
  readonly articleEnd?: number;
}

/**
 * Chooses what of a page is its text: the article and what stands beside it, or everything but the navigation.
 * @param articleHtml what Readability found, with its class names; null if it found nothing.
 * @param isHidden selects elements that no reader sees.
 */
export function chooseBlocks(
  path: string,
  page: ParentNode,
  articleHtml: string | null,
  isHidden: (element: HtmlElement) => boolean,
): PageBlocks {
  const linkLists = linkListsIn(countElements(page));
  const body = blocksOf(
    path,
    page,
    (element) => NAVIGATION.has(element.tagName) || linkLists.has(element) || isHidden(element),
  );
  if (articleHtml === null) return { blocks: body.length > 0 ? body : blocksOf(path, page, isHidden) };
  const fragment = parseFragment(articleHtml);
  const furniture = furnitureIn(countElements(fragment));
  const article = blocksOf(path, fragment, (element) => furniture.has(element) || isHidden(element));
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

function blocksOf(
  path: string,
  root: DefaultTreeAdapterTypes.ParentNode,
  isLeftOut?: (element: HtmlElement) => boolean,
): TextBuilder {
  const builder = openTextBuilder(path);
  addHtmlBlocks(builder, root, isLeftOut);
  return builder;
}
