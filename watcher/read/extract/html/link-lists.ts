import type { DefaultTreeAdapterTypes } from 'parse5';
import { elementsIn, type HtmlElement } from './html-blocks.ts';

/** A list or a box with a larger share of its text in links is navigation. */
const MAX_LINK_SHARE = 0.8;
/** With fewer links it may be a sentence that is a link. */
const MIN_LINKS = 3;
const CONTAINERS = new Set(['ul', 'ol', 'menu', 'dl', 'div', 'section', 'aside', 'header', 'form', 'table']);

/** Returns the lists and boxes of a page that are mostly links, such as menus, in linear time. */
export function linkListsIn(root: DefaultTreeAdapterTypes.ParentNode): ReadonlySet<HtmlElement> {
  const found = new Set<HtmlElement>();
  const counts = new Map<unknown, { chars: number; linkChars: number; links: number }>();
  // Parents come before their children: from the end, all that is in an element has been counted before it.
  for (const { element } of [...elementsIn(root)].toReversed()) {
    const count = { chars: 0, linkChars: 0, links: 0 };
    for (const node of element.childNodes) {
      const inner = counts.get(node);
      if ('value' in node) count.chars += node.value.replaceAll(/\s+/g, ' ').trim().length;
      count.chars += inner?.chars ?? 0;
      count.linkChars += inner?.linkChars ?? 0;
      count.links += inner?.links ?? 0;
    }
    if (element.tagName === 'script' || element.tagName === 'style') count.chars = 0;
    if (element.tagName === 'a') Object.assign(count, { linkChars: count.chars, links: 1 });
    counts.set(element, count);
    const isMostlyLinks = count.links >= MIN_LINKS && count.linkChars > MAX_LINK_SHARE * count.chars;
    if (isMostlyLinks && CONTAINERS.has(element.tagName)) found.add(element);
  }
  return found;
}
