import type { HtmlElement } from './html-blocks.ts';
import type { ElementCount } from './element-counts.ts';

/** What has a larger share of its text in links is navigation. */
const MAX_LINK_SHARE = 0.8;
/** With fewer links it may be a sentence that is a link. */
const MIN_LINKS = 3;
const CONTAINERS = new Set(['ul', 'ol', 'menu', 'dl', 'div', 'section', 'aside', 'header', 'form', 'table']);

/** Whether an element is mostly links, whatever it is. */
export function isMostlyLinks({ links, linkChars, chars }: ElementCount): boolean {
  return links >= MIN_LINKS && linkChars > MAX_LINK_SHARE * chars;
}

/** Whether an element is a list or a box that is mostly links, such as a menu. */
export function isLinkList({ tagName }: HtmlElement, count: ElementCount): boolean {
  return CONTAINERS.has(tagName) && isMostlyLinks(count);
}

/** Returns the lists and boxes of a page that are mostly links. */
export function linkListsIn(counts: ReadonlyMap<HtmlElement, ElementCount>): ReadonlySet<HtmlElement> {
  return new Set([...counts].filter(([element, count]) => isLinkList(element, count)).map(([element]) => element));
}
