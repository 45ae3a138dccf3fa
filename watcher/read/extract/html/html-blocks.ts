import type { DefaultTreeAdapterTypes } from 'parse5';
import { openHtmlLines, type HtmlContext } from './html-lines.ts';
import { linearMath } from './math.ts';
import type { TextBuilder } from '../text-builder.ts';

type Node = DefaultTreeAdapterTypes.Node;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;
/** An element of a page as parse5 gives it. */
export type HtmlElement = DefaultTreeAdapterTypes.Element;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const WITHOUT_TEXT = words(
  'head script style noscript template svg canvas iframe object embed audio video select textarea button input annotation annotation-xml',
);
const BLOCKS = words(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul',
);
const LAYOUT_CONTENT = words('h1 h2 h3 h4 h5 h6 table ul ol pre blockquote dl article section');
const ENDS_ROW = words('table caption tr');

const PARAGRAPH: HtmlContext = { kind: 'paragraph', owner: null, indent: '' };

/**
 * Walks an HTML tree and adds its blocks: headings, paragraphs, lists (one item per line), tables (one row per line,
 * cells separated by ` | `) and preformatted text. Iterative, because hostile pages nest a million elements.
 * @param isLeftOut selects elements to skip with everything in them, besides those that never contain text.
 */
export function addHtmlBlocks(
  builder: TextBuilder,
  root: ParentNode,
  isLeftOut: (element: HtmlElement) => boolean = () => false,
): void {
  const lines = openHtmlLines(builder);
  const itemNumbers = new Map<Node, number>();
  const tasks: { readonly node: Node; readonly context: HtmlContext; readonly isEnd: boolean }[] = [];
  const pushChildren = (parent: ParentNode, context: HtmlContext): void => {
    for (let i = parent.childNodes.length - 1; i >= 0; i--) {
      tasks.push({ node: parent.childNodes[i]!, context, isEnd: false });
    }
  };
  const endLine = (tagName: string, context: HtmlContext): void => {
    if (context.kind === 'table' && !ENDS_ROW.has(tagName)) lines.write(' ', context);
    else lines.endLine(context);
  };

  pushChildren(root, PARAGRAPH);
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { node, context, isEnd } = task;
    if (isText(node)) lines.write(node.value, context);
    if (!isElement(node)) continue;
    const { tagName } = node;
    if (isEnd) {
      endLine(tagName, context);
    } else if (WITHOUT_TEXT.has(tagName) || isLeftOut(node)) {
      continue;
    } else if (tagName === 'math') {
      lines.write(` ${linearMath(node)} `, context);
    } else if (tagName === 'br') {
      lines.breakLine(context);
    } else if (!BLOCKS.has(tagName)) {
      pushChildren(node, context);
    } else {
      endLine(tagName, context);
      const inner = contextIn(node, context);
      if (tagName === 'li') lines.beginItem(itemMark(node, itemNumbers));
      if (isCell(node) && inner.kind === 'table') lines.beginCell();
      tasks.push({ node, context: inner, isEnd: true });
      pushChildren(node, inner);
    }
  }
  lines.endLine(PARAGRAPH);
  lines.close();
}

/** Yields every element of a tree with its depth (1 for the root's children), in no particular order. Iterative. */
export function* elementsIn(root: ParentNode): Generator<{ readonly element: HtmlElement; readonly depth: number }> {
  const open: { readonly node: ParentNode; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.depth + 1;
    for (const element of next.node.childNodes.filter(isElement)) {
      yield { element, depth };
      open.push({ node: element, depth });
    }
  }
}

function contextIn(element: HtmlElement, around: HtmlContext): HtmlContext {
  const heading = /^h([1-6])$/.exec(element.tagName);
  if (heading !== null) return { ...PARAGRAPH, kind: 'heading', level: Number(heading[1]) };
  switch (element.tagName) {
    case 'table':
      return isDataTable(element) ? { ...PARAGRAPH, kind: 'table', owner: element } : around;
    case 'pre':
      return { ...PARAGRAPH, kind: 'code', owner: element };
    case 'ul':
    case 'ol':
      return around.kind === 'list'
        ? { ...around, indent: `${around.indent}  `.slice(0, 16) }
        : { ...PARAGRAPH, kind: 'list', owner: element };
    default:
      return around;
  }
}

/** Returns whether a table's cells are values. A layout table contains headings, lists or tables, or one cell a row. */
function isDataTable(table: HtmlElement): boolean {
  let hasRowOfCells = false;
  for (const { element } of elementsIn(table)) {
    if (LAYOUT_CONTENT.has(element.tagName)) return false;
    if (element.tagName === 'tr') hasRowOfCells ||= element.childNodes.filter(isElement).filter(isCell).length > 1;
  }
  return hasRowOfCells;
}

function itemMark(item: HtmlElement, numbers: Map<Node, number>): string {
  const list = item.parentNode;
  if (list?.nodeName !== 'ol') return '- ';
  const number = (numbers.get(list) ?? 0) + 1;
  numbers.set(list, number);
  return `${number}. `;
}

function isCell(element: HtmlElement): boolean {
  return element.tagName === 'td' || element.tagName === 'th';
}

function isElement(node: Node): node is HtmlElement {
  return 'tagName' in node;
}

function isText(node: Node): node is DefaultTreeAdapterTypes.TextNode {
  return node.nodeName === '#text';
}
