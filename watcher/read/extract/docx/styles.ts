import { elementsOf, findElement, type XmlElement } from './xml/xml-tree.ts';
import { numberOf, switchOf, valueOf } from './xml/word-xml.ts';

/** What a style says, together with the styles that it is based on. Undefined where none of them says anything. */
export interface WordStyle {
  /** In lower case; Word keeps the English names of its own styles in every language. */
  readonly name: string;
  /** 0 for the outermost headings; 9 for text. */
  readonly outlineLevel?: number | undefined;
  readonly isBold?: boolean | undefined;
  readonly isHidden?: boolean | undefined;
  readonly alignment?: string | undefined;
  readonly isShaded?: boolean | undefined;
  readonly numId?: string | undefined;
  readonly listLevel?: number | undefined;
}

/** The styles of a document. */
export interface WordStyles {
  /** Returns a style by its id; without one, the default style of paragraphs. */
  paragraph(id: string | undefined): WordStyle;
  /** Returns a style by its id; an empty style without one. */
  character(id: string | undefined): WordStyle;
  /** Returns the list that a numbering style refers to. */
  listOf(id: string | undefined): string | undefined;
  /** The language of the text, such as `pt-BR`. */
  readonly language: string;
}

const NO_STYLE: WordStyle = { name: '' };
/** Styles of styles of styles: more than this is a circle. */
const MAX_ANCESTORS = 20;

/** @param root of styles.xml; undefined in documents without styles. */
export function readStyles(root: XmlElement | undefined): WordStyles {
  const elements = new Map<string, XmlElement>();
  let defaultId: string | undefined;
  for (const style of elementsOf(root, 'w:style')) {
    const { 'w:styleId': id, 'w:type': type, 'w:default': isDefault } = style.attributes;
    if (id === undefined) continue;
    elements.set(id, style);
    if (type === 'paragraph' && isDefault !== undefined && isDefault !== '0') defaultId ??= id;
  }
  const resolved = new Map<string, WordStyle>();
  const resolve = (id: string | undefined, depth = 0): WordStyle => {
    if (id === undefined || depth > MAX_ANCESTORS) return NO_STYLE;
    const known = resolved.get(id);
    if (known !== undefined) return known;
    const element = elements.get(id);
    // A style that is not defined still says what it is for by its id.
    const style = element === undefined ? { name: nameById(id) } : styleOf(element, resolve, depth);
    resolved.set(id, style);
    return style;
  };
  return {
    paragraph: (id) => resolve(id ?? defaultId),
    character: (id) => resolve(id),
    listOf: (id) => resolve(id).numId,
    language: findElement(root, 'w:docDefaults', 'w:rPrDefault', 'w:rPr', 'w:lang')?.attributes['w:val'] ?? '',
  };
}

function styleOf(
  element: XmlElement,
  resolve: (id: string | undefined, depth: number) => WordStyle,
  depth: number,
): WordStyle {
  const basis = resolve(valueOf(element, 'w:basedOn'), depth + 1);
  const paragraph = findElement(element, 'w:pPr');
  const run = findElement(element, 'w:rPr');
  const numbering = findElement(paragraph, 'w:numPr');
  return {
    name: (valueOf(element, 'w:name') ?? '').toLowerCase(),
    outlineLevel: numberOf(paragraph, 'w:outlineLvl') ?? headingLevel(element) ?? basis.outlineLevel,
    isBold: switchOf(run, 'w:b') ?? basis.isBold,
    isHidden: switchOf(run, 'w:vanish') ?? basis.isHidden,
    alignment: valueOf(paragraph, 'w:jc') ?? basis.alignment,
    isShaded: (findElement(paragraph, 'w:shd') ?? findElement(run, 'w:shd')) !== undefined || basis.isShaded,
    numId: valueOf(numbering, 'w:numId') ?? basis.numId,
    listLevel: numberOf(numbering, 'w:ilvl') ?? basis.listLevel,
  };
}

function headingLevel(style: XmlElement): number | undefined {
  const level = /^heading ([1-9])$/i.exec(valueOf(style, 'w:name') ?? '')?.[1];
  return level === undefined ? undefined : Number(level) - 1;
}

/** Programs name the ids of headings in the language of their user, without its accents. */
function nameById(id: string): string {
  const heading = /^(?:heading|t[ií]?tulo|titre|berschrift)[ _]?([1-9])$/i.exec(id)?.[1];
  return heading === undefined ? id.toLowerCase() : `heading ${heading}`;
}
