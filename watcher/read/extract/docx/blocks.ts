import type { Numbering } from './numbering/numbering.ts';
import { emptyParagraph, type Attachment, type ParagraphText, type RunReader } from './run-text.ts';
import type { WordStyle, WordStyles } from './styles.ts';
import { rowsOf } from './tables.ts';
import type { Emphasis, TextBlock, WordBlock } from './word-block.ts';
import { numberOf, valueOf } from './xml/word-xml.ts';
import { elementsOf, findElement, type XmlElement } from './xml/xml-tree.ts';

/** What is known while the blocks of a part are read. */
export interface BlockContext {
  readonly styles: WordStyles;
  readonly numbering: Numbering;
  readonly runs: RunReader;
  /** Whether the page is white behind it: white text is hidden there. */
  readonly isOnPaper: boolean;
}

const CODE_STYLE = /(?:^|\s)(?:code|código|code block|preformatted|preformatted text|verbatim)$/;
/** Nobody writes longer headings: a paragraph with such a style is text. */
const MAX_HEADING_CHARS = 300;

/** Collects the blocks of a part of the document. */
export interface BlockReader {
  /** Reads an element of the body: a paragraph, a table, or something around them. */
  read(element: XmlElement): void;
  /** Returns the blocks, in order. */
  end(): readonly WordBlock[];
}

/** Returns the blocks of everything inside an element, such as a cell or a text box. */
export function blocksIn(element: XmlElement, context: BlockContext): readonly WordBlock[] {
  const reader = openBlockReader({ ...context, isOnPaper: false });
  for (const child of elementsOf(element)) reader.read(child);
  return reader.end();
}

/** Opens a reader without blocks. */
export function openBlockReader(context: BlockContext): BlockReader {
  const { styles, runs, isOnPaper } = context;
  const blocks: WordBlock[] = [];
  /** Text whose paragraph mark was deleted by a change that is tracked: it belongs to the next paragraph. */
  let carried: ParagraphText | null = null;

  const add = (block: TextBlock | null, attachments: readonly Attachment[]): void => {
    if (block !== null) blocks.push(block);
    for (const attachment of attachments) blocks.push({ kind: 'attachment', attachment });
  };

  const readParagraph = (element: XmlElement): void => {
    const properties = findElement(element, 'w:pPr');
    const style = styles.paragraph(valueOf(properties, 'w:pStyle'));
    const paragraph = carried ?? emptyParagraph();
    paragraph.isOnPaper = isOnPaper && style.isShaded !== true && findElement(properties, 'w:shd') === undefined;
    runs.read(element, style, paragraph);
    runs.endParagraph();
    const mark = findElement(properties, 'w:rPr');
    const isJoined = findElement(mark, 'w:del') !== undefined || findElement(mark, 'w:moveFrom') !== undefined;
    carried = isJoined ? paragraph : null;
    if (!isJoined) add(blockOf(paragraph, properties, style, context), paragraph.attachments);
  };

  const readTable = (table: XmlElement): void => {
    const { lines, layout, attachments } = rowsOf(table, (element) => blocksIn(element, context));
    if (layout !== null) blocks.push(...layout);
    else add({ kind: 'table', text: lines.join('\n') }, attachments);
  };

  const read = (element: XmlElement): void => {
    switch (element.name) {
      case 'w:p':
        return readParagraph(element);
      case 'w:tbl':
        return readTable(element);
      case 'w:altChunk':
        return add(null, [{ kind: 'file', relationId: element.attributes['r:id'] ?? '' }]);
      case 'w:sdt':
        return elementsOf(findElement(element, 'w:sdtContent')).forEach(read);
      case 'mc:AlternateContent':
        return elementsOf(findElement(element, 'mc:Choice') ?? findElement(element, 'mc:Fallback')).forEach(read);
      case 'w:customXml':
      case 'w:ins':
      case 'w:moveTo':
      case 'w:smartTag':
        return elementsOf(element).forEach(read);
      case 'm:oMathPara':
      case 'm:oMath':
        return readParagraph({ name: 'w:p', attributes: {}, children: [element] });
    }
  };

  return {
    read,
    end() {
      if (carried !== null) add({ kind: 'paragraph', text: tidy(carried.text) }, carried.attachments);
      carried = null;
      return blocks;
    },
  };
}

function blockOf(
  paragraph: ParagraphText,
  properties: XmlElement | undefined,
  style: WordStyle,
  { numbering }: BlockContext,
): TextBlock | null {
  if (CODE_STYLE.test(style.name)) return { kind: 'code', text: paragraph.text };
  const text = tidy(paragraph.text);
  const numbered = findElement(properties, 'w:numPr');
  const numId = valueOf(numbered, 'w:numId') ?? style.numId;
  const isInList = numId !== undefined && numId !== '0';
  // Word numbers empty paragraphs too, except those of styles; they are not printed here.
  const level = numberOf(numbered, 'w:ilvl') ?? (numbered === undefined ? style.listLevel : undefined);
  const label = isInList ? numbering.next(numId, level, valueOf(properties, 'w:pStyle')) : null;
  if (text === '') return null;

  const headingLevel = levelOf(numberOf(properties, 'w:outlineLvl') ?? style.outlineLevel, style);
  if (headingLevel !== null && text.length <= MAX_HEADING_CHARS) {
    const mark = label?.text === '- ' ? '' : (label?.text ?? '');
    return { kind: 'heading', text: `${mark}${text}`.replaceAll('\n', ' '), level: headingLevel };
  }
  if (label !== null && !label.isClause && label.text !== '') {
    const isMarked = label.text !== '- ';
    const emphasis = { ...emphasisOf(paragraph, properties, style), isNumbered: isMarked };
    return { kind: 'list', text: `${label.text}${text}`, level: label.level, ...(isMarked ? { emphasis } : {}) };
  }
  const emphasis = { ...emphasisOf(paragraph, properties, style), isNumbered: label !== null };
  return { kind: 'paragraph', text: `${label?.text ?? ''}${text}`, emphasis };
}

function levelOf(outlineLevel: number | undefined, style: WordStyle): number | null {
  if (style.name === 'title') return 1;
  if (style.name === 'subtitle') return 2;
  const named = /^heading ([1-9])$/.exec(style.name)?.[1];
  const level = outlineLevel ?? (named === undefined ? 9 : Number(named) - 1);
  return level >= 0 && level < 9 ? Math.min(level + 1, 6) : null;
}

function emphasisOf(
  { boldLetters, letters }: ParagraphText,
  properties: XmlElement | undefined,
  style: WordStyle,
): Emphasis {
  return {
    isBold: letters > 0 && boldLetters === letters,
    isCentred: (valueOf(properties, 'w:jc') ?? style.alignment) === 'center',
    isNumbered: false,
    isTitle: style.name === 'title',
  };
}

/** Collapses spaces, which are layout; only line breaks of the document stay. */
function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replaceAll(/[^\S\n]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
