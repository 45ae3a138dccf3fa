import { LARGE_PICTURE_AREA } from '../ocr/picture-parts.ts';
import { equationText } from './equations.ts';
import type { WordStyle, WordStyles } from './styles.ts';
import { symbolFor } from './symbols.ts';
import { isOn, numberOf, switchOf, valueOf } from './xml/word-xml.ts';
import { descendantsOf, elementsOf, findElement, textIn, type XmlElement } from './xml/xml-tree.ts';

/** Something that a paragraph only refers to; its text follows the paragraph. */
export type Attachment =
  | { readonly kind: 'text-box'; readonly content: XmlElement }
  | { readonly kind: 'footnote' | 'endnote' | 'comment'; readonly id: string }
  | { readonly kind: 'chart' | 'diagram' | 'file' | 'picture'; readonly relationId: string };

/** The text of one paragraph as it is displayed. */
export interface ParagraphText {
  text: string;
  /** Whether the page is white behind it. */
  isOnPaper: boolean;
  /** Letters in bold, and letters in all. */
  boldLetters: number;
  letters: number;
  readonly attachments: Attachment[];
}

/** Returns a paragraph without text. */
export function emptyParagraph(): ParagraphText {
  return { text: '', isOnPaper: false, boldLetters: 0, letters: 0, attachments: [] };
}

/** Reads the runs of one part of the document, such as its body or a header; fields may go over several paragraphs. */
export interface RunReader {
  /** Appends the text of everything inside an element, usually a paragraph. */
  read(element: XmlElement, style: WordStyle, paragraph: ParagraphText): void;
  /** Ends the paragraph: a field whose code has not ended by then is broken. */
  endParagraph(): void;
  /** Characters that readers of the document do not see. */
  readonly hiddenChars: number;
}

/** Elements with text that the document no longer has, or that is no text of it. */
const WITHOUT_TEXT = new Set([
  'w:pPr',
  'w:rPr',
  'w:del',
  'w:moveFrom',
  'w:sdtPr',
  'w:sdtEndPr',
  'w:fldData',
  'w:subDoc',
]);
/** Fields that differ on every page. */
const PAGE_NUMBER = /^\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION|STYLEREF)\b/i;
/** Fields in fields: deeper ones were never ended. */
const MAX_OPEN_FIELDS = 50;

interface Field {
  code: string;
  isResult: boolean;
}

/**
 * @param options.withPageNumbers whether fields with the number of the page are kept.
 * @param options.readsHidden as in `SourceFile`.
 * @param options.noteMark returns the mark of the next reference to a footnote or endnote.
 */
export function openRunReader(
  styles: WordStyles,
  {
    withPageNumbers,
    readsHidden,
    noteMark,
  }: {
    readonly withPageNumbers: boolean;
    readonly readsHidden: boolean;
    readonly noteMark: (kind: 'footnote' | 'endnote', id: string) => string;
  },
): RunReader {
  const fields: Field[] = [];
  let hiddenChars = 0;
  const isFieldCode = (): boolean => {
    return fields.some(({ isResult, code }) => !isResult || (!withPageNumbers && PAGE_NUMBER.test(code)));
  };

  const read = (element: XmlElement, style: WordStyle, paragraph: ParagraphText): void => {
    for (const child of elementsOf(element)) readInline(child, style, paragraph);
  };

  const readInline = (element: XmlElement, style: WordStyle, paragraph: ParagraphText): void => {
    if (WITHOUT_TEXT.has(element.name)) return;
    switch (element.name) {
      case 'w:r':
        return readRun(element, style, paragraph);
      case 'w:fldSimple':
        if (withPageNumbers || !PAGE_NUMBER.test(element.attributes['w:instr'] ?? '')) read(element, style, paragraph);
        return;
      case 'w:sdt':
        return readControl(element, style, paragraph);
      case 'm:oMath':
      case 'm:oMathPara':
        return write(equationText(element), false, paragraph);
      case 'mc:AlternateContent':
        return read(chosen(element), style, paragraph);
      default:
        return read(element, style, paragraph);
    }
  };

  /** A control that is filled in, such as a box to tick. */
  const readControl = (element: XmlElement, style: WordStyle, paragraph: ParagraphText): void => {
    const checked = findElement(element, 'w:sdtPr', 'w14:checkbox', 'w14:checked');
    const content = findElement(element, 'w:sdtContent');
    const isCheckbox = findElement(element, 'w:sdtPr', 'w14:checkbox') !== undefined;
    if (content === undefined) return;
    if (!isCheckbox || /^\s*[☐☑☒]\s*$/.test(textIn(content))) return read(content, style, paragraph);
    write(checked !== undefined && isOn(checked.attributes['w14:val']) ? '☒' : '☐', false, paragraph);
  };

  const readRun = (run: XmlElement, paragraphStyle: WordStyle, paragraph: ParagraphText): void => {
    const properties = findElement(run, 'w:rPr');
    const style = styles.character(valueOf(properties, 'w:rStyle'));
    const isBold = switchOf(properties, 'w:b') ?? style.isBold ?? paragraphStyle.isBold ?? false;
    const isVanished = switchOf(properties, 'w:vanish') ?? style.isHidden ?? paragraphStyle.isHidden ?? false;
    const isTiny = (numberOf(properties, 'w:sz') ?? Infinity) <= 2;
    const isUnseen = isVanished || isTiny || (paragraph.isOnPaper && isWhite(properties, style));
    const isHidden = isUnseen && !readsHidden;
    const font = findElement(properties, 'w:rFonts')?.attributes['w:ascii'] ?? '';
    const show = (text: string): void => {
      if (isFieldCode()) return;
      if (isHidden) hiddenChars += text.trim().length;
      else write(text, isBold, paragraph);
    };
    const readPieces = (elements: readonly XmlElement[]): void => {
      for (const element of elements) {
        switch (element.name) {
          case 'w:t':
            show(shownAs(textIn(element), font));
            break;
          case 'w:tab':
          case 'w:ptab':
            show('\t');
            break;
          case 'w:br':
            show(element.attributes['w:type'] === 'column' || element.attributes['w:type'] === 'page' ? ' ' : '\n');
            break;
          case 'w:cr':
            show('\n');
            break;
          case 'w:noBreakHyphen':
            show('-');
            break;
          case 'w:sym': {
            const { 'w:font': symbolFont = '', 'w:char': code = '' } = element.attributes;
            show(symbolFor(symbolFont, Number.parseInt(code, 16)) ?? '');
            break;
          }
          case 'w:fldChar':
            readFieldCharacter(element, show);
            break;
          case 'w:instrText': {
            const field = fields.at(-1);
            if (field !== undefined && field.code.length < 1000) field.code += textIn(element);
            break;
          }
          case 'w:footnoteReference':
          case 'w:endnoteReference': {
            const kind = element.name === 'w:footnoteReference' ? 'footnote' : 'endnote';
            const id = element.attributes['w:id'] ?? '';
            if (isFieldCode() || isHidden) break;
            show(noteMark(kind, id));
            paragraph.attachments.push({ kind, id });
            break;
          }
          case 'w:commentReference':
            paragraph.attachments.push({ kind: 'comment', id: element.attributes['w:id'] ?? '' });
            break;
          case 'w:ruby':
            readRuby(element, paragraphStyle, paragraph);
            break;
          case 'w:drawing':
          case 'w:pict':
          case 'w:object':
            if (!isHidden) paragraph.attachments.push(...attachmentsIn(element));
            break;
          case 'mc:AlternateContent':
            readPieces(elementsOf(chosen(element)));
            break;
        }
      }
    };
    readPieces(elementsOf(run));
  };

  /** Small signs that help to read the text below them: they follow it in brackets. */
  const readRuby = (element: XmlElement, style: WordStyle, paragraph: ParagraphText): void => {
    const [base, ruby] = [findElement(element, 'w:rubyBase'), findElement(element, 'w:rt')];
    if (base !== undefined) read(base, style, paragraph);
    if (ruby === undefined) return;
    write('(', false, paragraph);
    read(ruby, style, paragraph);
    write(')', false, paragraph);
  };

  const readFieldCharacter = (element: XmlElement, show: (text: string) => void): void => {
    const field = fields.at(-1);
    const type = element.attributes['w:fldCharType'];
    if (type === 'begin') {
      show(formFieldText(findElement(element, 'w:ffData')));
      fields.push({ code: '', isResult: false });
      if (fields.length > MAX_OPEN_FIELDS) fields.shift();
    } else if (type === 'separate') {
      if (field !== undefined) field.isResult = true;
    } else if (type === 'end') {
      fields.pop();
    }
  };

  return {
    read,
    endParagraph() {
      while (fields.at(-1)?.isResult === false) fields.pop();
    },
    get hiddenChars() {
      return hiddenChars;
    },
  };
}

function write(text: string, isBold: boolean, paragraph: ParagraphText): void {
  if (text === '') return;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  paragraph.text += text;
  paragraph.letters += letters;
  if (isBold) paragraph.boldLetters += letters;
}

function isWhite(properties: XmlElement | undefined, style: WordStyle): boolean {
  if (!/^f{6}$/i.test(valueOf(properties, 'w:color') ?? '')) return false;
  return style.isShaded !== true && elementsOf(properties).every(({ name }) => !/^w:(?:shd|highlight)$/.test(name));
}

/** The state of a box to tick or the choice in a list, in forms of older versions of Word. */
function formFieldText(field: XmlElement | undefined): string {
  const box = findElement(field, 'w:checkBox');
  if (box !== undefined) return (switchOf(box, 'w:checked') ?? switchOf(box, 'w:default') ?? false) ? '☒' : '☐';
  const list = findElement(field, 'w:ddList');
  const chosenEntry = numberOf(list, 'w:result') ?? numberOf(list, 'w:default') ?? 0;
  return elementsOf(list, 'w:listEntry')[chosenEntry]?.attributes['w:val'] ?? '';
}

/** Text in a font of pictures is code: only what it shows is text. */
function shownAs(text: string, font: string): string {
  if (!/^(?:wingdings(?: 2)?|symbol)$/i.test(font)) return text;
  return text.replaceAll(/[^\s]/gu, (character) => symbolFor(font, character.codePointAt(0)!) ?? '');
}

/** Of several forms of the same content, the one for the newest program. */
function chosen(alternatives: XmlElement): XmlElement {
  return findElement(alternatives, 'mc:Choice') ?? findElement(alternatives, 'mc:Fallback') ?? alternatives;
}

function attachmentsIn(drawing: XmlElement): readonly Attachment[] {
  const found: Attachment[] = [];
  const size = findElement(drawing, 'wp:inline', 'wp:extent') ?? findElement(drawing, 'wp:anchor', 'wp:extent');
  const area = Number(size?.attributes['cx'] ?? 0) * Number(size?.attributes['cy'] ?? 0);
  const visit = (element: XmlElement): void => {
    switch (element.name) {
      case 'w:txbxContent':
        found.push({ kind: 'text-box', content: element });
        return;
      case 'mc:AlternateContent':
        return visit(chosen(element));
      case 'c:chart':
        found.push({ kind: 'chart', relationId: element.attributes['r:id'] ?? '' });
        return;
      case 'dgm:relIds':
        found.push({ kind: 'diagram', relationId: element.attributes['r:dm'] ?? '' });
        return;
      case 'o:OLEObject':
        found.push({ kind: 'file', relationId: element.attributes['r:id'] ?? '' });
        return;
      case 'pic:pic':
        if (area < LARGE_PICTURE_AREA) return;
        for (const blip of descendantsOf(element, 'a:blip')) {
          found.push({ kind: 'picture', relationId: blip.attributes['r:embed'] ?? '' });
        }
        return;
    }
    for (const child of elementsOf(element)) visit(child);
  };
  visit(drawing);
  return found;
}
