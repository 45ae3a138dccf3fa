import { SaxesParser } from 'saxes';

/** An element of an XML document with everything in it. */
export interface XmlElement {
  /** With the prefix that the reader was told for its namespace, whatever the file uses: `w:p`. */
  readonly name: string;
  /** By name; with a prefix if the file gives them one, as `w:val`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** Prefixes by namespace. Elements of other namespaces keep the file's own prefix, after a `?`. */
export type XmlPrefixes = ReadonlyMap<string, string>;

/** Limits that keep a hostile file from using up the memory or the stack of what walks its elements. */
const MAX_DEPTH = 400;
const MAX_ELEMENTS_AT_ONCE = 1_000_000;
/** A whole document as one string would be in memory twice. */
const SLICE_BYTES = 1_000_000;

/** An XML document is deeper, or one of its elements larger, than any program writes it. */
export class XmlTooLarge extends Error {
  override readonly name = 'XmlTooLarge';
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/**
 * Reads a document and visits each child of the elements called `parent`, once it is complete. Only one
 * such child is in memory at a time. No entity but the five of XML and character references is expanded, so nothing
 * outside the document is ever read.
 * @param parent null to visit the root element as a whole.
 * @throws Error if it is not well-formed; XmlTooLarge if it is over 400 elements deep or a child has over a million.
 */
export function eachXmlChild(
  bytes: Buffer,
  prefixes: XmlPrefixes,
  parent: string | null,
  visit: (child: XmlElement) => void,
): void {
  const parser = new SaxesParser({ xmlns: true, position: false, additionalNamespaces: usualNamespaces(prefixes) });
  const path: string[] = [];
  const open: OpenElement[] = [];
  let elements = 0;
  const nameOf = ({ uri, prefix, local }: { uri: string; prefix: string; local: string }): string => {
    const known = prefixes.get(uri);
    if (known !== undefined) return known === '' ? local : `${known}:${local}`;
    return prefix === '' ? local : `?${prefix}:${local}`;
  };
  parser.on('error', (error) => {
    throw new Error(error.message.replace(/\.$/, ''), { cause: error });
  });
  parser.on('opentag', (tag) => {
    const name = nameOf(tag);
    const isVisited = open.length > 0 || (path.at(-1) ?? null) === parent;
    path.push(name);
    if (path.length > MAX_DEPTH) throw new XmlTooLarge(`its elements are more than ${MAX_DEPTH} deep`);
    if (!isVisited) return;
    if (open.length === 0) elements = 0;
    if (++elements > MAX_ELEMENTS_AT_ONCE) {
      throw new XmlTooLarge(`one paragraph or table holds more than ${MAX_ELEMENTS_AT_ONCE / 1e6} million elements`);
    }
    const attributes: Record<string, string> = {};
    for (const attribute of Object.values(tag.attributes)) attributes[nameOf(attribute)] = attribute.value;
    open.push({ name, attributes, children: [] });
  });
  const addText = (text: string): void => void open.at(-1)?.children.push(text);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    path.pop();
    const element = open.pop();
    if (element === undefined) return;
    const around = open.at(-1);
    if (around === undefined) visit(element);
    else around.children.push(element);
  });

  const decoder = new TextDecoder(encodingOf(bytes));
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    parser.write(decoder.decode(bytes.subarray(at, at + SLICE_BYTES), { stream: true }));
  }
  parser.write(decoder.decode()).close();
}

/** Returns the root element of a document. Like `eachXmlChild`, with a limit of a million elements for all of it. */
export function readXml(bytes: Buffer, prefixes: XmlPrefixes): XmlElement {
  let root: XmlElement | null = null;
  eachXmlChild(bytes, prefixes, null, (element) => (root = element));
  if (root === null) throw new Error('it is empty');
  return root;
}

/** Returns the children that are elements, or those of them with this name. */
export function elementsOf(parent: XmlElement | undefined, name?: string): readonly XmlElement[] {
  if (parent === undefined) return [];
  return parent.children.filter((child): child is XmlElement => {
    return typeof child !== 'string' && (name === undefined || child.name === name);
  });
}

/** Returns the element that is reached by the first child of each name in turn; undefined if one is absent. */
export function findElement(parent: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  let element = parent;
  for (const name of names) element = elementsOf(element, name)[0];
  return element;
}

/** Yields every element below this one with this name, in the order of the document. */
export function* descendantsOf(parent: XmlElement, name: string): Generator<XmlElement> {
  for (const child of elementsOf(parent)) {
    if (child.name === name) yield child;
    yield* descendantsOf(child, name);
  }
}

/** Returns all text in an element. */
export function textIn(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  return element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
}

/** Some programs forget to declare the namespace of a prefix: everybody else reads such files. */
function usualNamespaces(prefixes: XmlPrefixes): Record<string, string> {
  return Object.fromEntries([...prefixes].map(([uri, prefix]) => [prefix, uri]).filter(([prefix]) => prefix !== ''));
}

function encodingOf(beginning: Buffer): string {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  const declared = /^<\?xml[^>]*encoding=["']([\w.-]+)/.exec(beginning.toString('latin1', 0, 200))?.[1];
  return declared ?? 'utf-8';
}
