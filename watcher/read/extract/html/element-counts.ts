import type { DefaultTreeAdapterTypes } from 'parse5';
import { elementsIn, type HtmlElement } from './html-blocks.ts';

/** How much text an element has, and how much of it is in links. */
export interface ElementCount {
  /** Characters of text, without the white space around each piece. */
  readonly chars: number;
  readonly linkChars: number;
  readonly links: number;
  /** Links to other pages. */
  readonly linksAway: number;
  readonly headings: number;
  /** Headings that are nothing but links to other pages. */
  readonly linkHeadings: number;
}

type Counting = { -readonly [name in keyof ElementCount]: ElementCount[name] };

/** With more of its text in links, a heading is a link. */
const LINK_SHARE = 0.9;
const HEADING = /^h[1-6]$/;
const NONE: ElementCount = { chars: 0, linkChars: 0, links: 0, linksAway: 0, headings: 0, linkHeadings: 0 };
// The keys of an object of this type are the names of its fields.
const FIELDS = Object.keys(NONE) as readonly (keyof ElementCount)[];

/** Counts the text and the links of every element below `root`, in linear time. Parents come before their children. */
export function countElements(root: DefaultTreeAdapterTypes.ParentNode): ReadonlyMap<HtmlElement, ElementCount> {
  const counts = new Map<HtmlElement, Counting>();
  for (const { element } of elementsIn(root)) counts.set(element, { ...NONE });
  // From the end, all that is in an element has been counted before it.
  for (const [element, count] of [...counts].toReversed()) {
    for (const node of element.childNodes) {
      if ('value' in node) count.chars += node.value.replaceAll(/\s+/g, ' ').trim().length;
      const inner = 'tagName' in node ? counts.get(node) : undefined;
      if (inner !== undefined) for (const field of FIELDS) count[field] += inner[field];
    }
    countItself(element, count);
  }
  return counts;
}

function countItself({ tagName, attrs }: HtmlElement, count: Counting): void {
  if (tagName === 'script' || tagName === 'style') count.chars = 0;
  if (tagName === 'a') {
    // A link with `#` leads to a place of a page, such as the heading that it is in.
    const href = attrs.find(({ name }) => name === 'href')?.value ?? '#';
    Object.assign(count, { linkChars: count.chars, links: 1, linksAway: href.includes('#') ? 0 : 1 });
  }
  if (HEADING.test(tagName) && count.chars > 0) {
    const isLink = count.linksAway > 0 && count.linkChars >= LINK_SHARE * count.chars;
    Object.assign(count, { headings: 1, linkHeadings: isLink ? 1 : 0 });
  }
}
