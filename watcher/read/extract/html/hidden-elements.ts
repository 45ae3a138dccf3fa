import type { DefaultTreeAdapterTypes } from 'parse5';
import type { HtmlElement } from './html-blocks.ts';

type ParentNode = DefaultTreeAdapterTypes.ParentNode;

/** What an element says itself; style sheets are not read. `opacity: 0.5` and `font-size: 0.9em` show text. */
const HIDING_STYLE =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*0*\.?0+(?:px|pt|em|rem|%)?)\s*(?:!important\s*)?(?:;|$)/i;
/** A page that is hidden as a whole is shown by a script. */
const WHOLE_PAGE = new Set(['html', 'body']);
const NO_TEXT = new Set(['head', 'script', 'style', 'template', 'noscript', 'svg', 'textarea', 'select', 'button']);

/** Whether no reader of a page sees an element, as far as the element itself says so. */
export function isHiddenElement({ tagName, attrs }: HtmlElement): boolean {
  if (WHOLE_PAGE.has(tagName)) return false;
  return attrs.some(
    // A browser shows what is hidden `until-found` to those who search the page for it.
    ({ name, value }) =>
      (name === 'hidden' && value !== 'until-found') || (name === 'style' && HIDING_STYLE.test(value)),
  );
}

/**
 * Counts the characters in the hidden elements of a page, without white space. Iterative, because hostile pages nest a
 * million elements.
 * @param isLeftOut selects elements whose text would be left out anyway.
 */
export function countHiddenChars(root: ParentNode, isLeftOut: (element: HtmlElement) => boolean = () => false): number {
  const open: { readonly node: ParentNode; readonly isHidden: boolean }[] = [{ node: root, isHidden: false }];
  let chars = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of next.node.childNodes) {
      if (child.nodeName === '#text' && 'value' in child && next.isHidden)
        chars += child.value.replaceAll(/\s/g, '').length;
      if (!('tagName' in child) || NO_TEXT.has(child.tagName) || isLeftOut(child)) continue;
      open.push({ node: child, isHidden: next.isHidden || isHiddenElement(child) });
    }
  }
  return chars;
}
