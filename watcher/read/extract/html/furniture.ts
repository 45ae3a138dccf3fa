import type { ElementCount } from './element-counts.ts';
import type { HtmlElement } from './html-blocks.ts';
import { isLinkList, isMostlyLinks } from './link-lists.ts';

type Counts = ReadonlyMap<HtmlElement, ElementCount>;

/** What a larger part of an article is called says nothing: a wrapper around it may be named for one of its parts. */
const MAX_NAMED_SHARE = 0.2;
/** Words of class names for what asks readers to go elsewhere or says who wrote when. */
const NAMES = new Set(
  'related recirc newsletter signup subscribe subscription share sharing social breadcrumb breadcrumbs cta promo sponsored paywall advert advertisement popup rollover byline dateline timestamp pubdate published updated'.split(
    ' ',
  ),
);
const NAVIGATION = new Set(['nav', 'footer']);
const INLINE = new Set(['span', 'time', 'a', 'b', 'i', 'em', 'strong', 'small']);
/** What is only a part of its line, such as the place with which a report begins, belongs to its sentence. */
const MIN_LINE_SHARE = 0.2;

const TEASER_BOXES = new Set(['div', 'section', 'ul', 'ol', 'aside']);
const MIN_TEASERS = 3;
const MAX_TEASER_SHARE = 0.5;

const LABELLED = /^(?:p|div|h[1-6])$/;
const MAX_LABELLED_CHARS = 300;
const MIN_LABELLED_LINK_SHARE = 0.5;
const LABEL =
  /^[^\p{L}\p{N}]*(?:related\b|read (?:more|also|next)|see (?:also|more)|(?:also|more|mais)\s*:|le(?:ia|a|e) (?:também|también|mais|más|ainda)|ve(?:ja|a) (?:também|también|mais|más|ainda)|saiba mais|confira também)/iu;

/**
 * Returns the elements of an article that are not its text: menus, lists and boxes of links to other articles, lines such
 * as "Leia também: …", requests to share or subscribe, and who wrote when.
 * @param counts of all elements of the article, parents first.
 */
export function furnitureIn(counts: Counts): ReadonlySet<HtmlElement> {
  const all = [...counts];
  const totalChars = all.reduce((most, [, { chars }]) => Math.max(most, chars), 0);
  const isFurniture = (element: HtmlElement, count: ElementCount): boolean =>
    isLinkList(element, count) ||
    (element.tagName === 'p' && isMostlyLinks(count)) ||
    isTeaserBox(element, count, totalChars) ||
    isLabelledLink(element, count) ||
    (count.chars < MAX_NAMED_SHARE * totalChars && isNamedSo(element) && hasItsLine(element, counts));
  return new Set(all.filter(([element, count]) => isFurniture(element, count)).map(([element]) => element));
}

/** Each heading in it is a link to another page. */
function isTeaserBox({ tagName }: HtmlElement, count: ElementCount, totalChars: number): boolean {
  const { chars, headings, linkHeadings } = count;
  if (!TEASER_BOXES.has(tagName) || chars >= MAX_TEASER_SHARE * totalChars) return false;
  return headings >= MIN_TEASERS && linkHeadings === headings;
}

function isLabelledLink(element: HtmlElement, { links, linkChars, chars }: ElementCount): boolean {
  if (links === 0 || chars > MAX_LABELLED_CHARS || linkChars < MIN_LABELLED_LINK_SHARE * chars) return false;
  return LABELLED.test(element.tagName) && LABEL.test(textOf(element).trim());
}

function isNamedSo({ tagName, attrs }: HtmlElement): boolean {
  if (NAVIGATION.has(tagName)) return true;
  const name = attrs.find((attribute) => attribute.name === 'class')?.value ?? '';
  const words = name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return words.split(/[^a-z]+/).some((word) => NAMES.has(word));
}

/** Whether an element is most of its line. */
function hasItsLine(element: HtmlElement, counts: Counts): boolean {
  let line = element;
  while (INLINE.has(line.tagName) && line.parentNode !== null && 'tagName' in line.parentNode) line = line.parentNode;
  return counts.get(element)!.chars >= MIN_LINE_SHARE * (counts.get(line)?.chars ?? Infinity);
}

function textOf(element: HtmlElement): string {
  return element.childNodes
    .map((node) => ('tagName' in node ? textOf(node) : 'value' in node ? node.value : ''))
    .join('');
}
