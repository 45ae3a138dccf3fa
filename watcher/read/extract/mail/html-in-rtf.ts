import { encodingOfCharset, encodingOfCodePage } from '../rtf/code-pages.ts';
import { codeUnitOf, fallbackLengthOf, rtfTokens } from '../rtf/rtf-tokens.ts';

/** Groups whose content is none of the page. Unknown groups that begin with `\*` are skipped as well. */
const SKIPPED = new Set(['colortbl', 'stylesheet', 'info', 'pict', 'listtable', 'generator', 'mhtmltag']);
/** What control words and symbols stand for in a page (MS-OXRTFEX 2.1.3.1.5). */
const AS_HTML: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  '\r': '\n',
  '\n': '\n',
  tab: '\t',
  lquote: '&lsquo;',
  rquote: '&rsquo;',
  ldblquote: '&ldquo;',
  rdblquote: '&rdquo;',
  bullet: '&bull;',
  endash: '&ndash;',
  emdash: '&mdash;',
  '~': '&nbsp;',
  _: '&shy;',
  '{': '{',
  '}': '}',
  '\\': '\\',
};

interface Group {
  readonly isSkipped: boolean;
  readonly isFontTable: boolean;
  /** What only shows in programs that do not know HTML, between `\htmlrtf` and `\htmlrtf0`. */
  readonly isRtfOnly: boolean;
  readonly font: number;
  /** How many characters follow each `\u` for programs without Unicode. */
  readonly fallbackLength: number;
}

/**
 * Returns the page that Outlook has wrapped into an RTF body (MS-OXRTFEX), with its markup as it was; null if the body
 * was written as RTF or made from plain text.
 */
export function htmlInRtf(rtf: Buffer): string | null {
  const source = rtf.toString('latin1');
  if (!/^\{\\rtf1[^{}]{0,200}\\fromhtml1\b/.test(source)) return null;
  const groups: Group[] = [];
  const fonts = new Map<number, string>();
  const html: string[] = [];
  let group: Group = { isSkipped: false, isFontTable: false, isRtfOnly: false, font: -1, fallbackLength: 1 };
  let codePage = 'windows-1252';
  let bytes = '';
  let toSkip = 0;
  let opensGroup = false;
  let isOptional = false;

  const write = (text: string): void => {
    if (!group.isSkipped && !group.isFontTable && !group.isRtfOnly) html.push(text);
  };
  // Letters of two bytes may come in two tokens.
  const flush = (): void => {
    if (bytes !== '') write(new TextDecoder(fonts.get(group.font) ?? codePage).decode(Buffer.from(bytes, 'latin1')));
    bytes = '';
  };

  for (const token of rtfTokens(source)) {
    if (token.type === 'bytes') {
      bytes += token.text.slice(toSkip);
      toSkip = Math.max(0, toSkip - token.text.length);
      opensGroup = false;
      continue;
    }
    flush();
    if (token.type === 'open') {
      groups.push(group);
      [opensGroup, isOptional, toSkip] = [true, false, 0];
    } else if (token.type === 'close') {
      group = groups.pop() ?? group;
      toSkip = 0;
      if (groups.length === 0) break; // what follows the document is none of it
    } else if (token.word === '*' && opensGroup) {
      isOptional = true;
    } else {
      const { word, value } = token;
      if (opensGroup && word === 'fonttbl') group = { ...group, isFontTable: true };
      else if (opensGroup && (SKIPPED.has(word) || (isOptional && word !== 'htmltag')))
        group = { ...group, isSkipped: true };
      opensGroup = false;
      control(word, value);
    }
  }
  flush();
  return html.join('');

  function control(word: string, value: number | null): void {
    switch (word) {
      case 'htmlrtf':
        group = { ...group, isRtfOnly: value !== 0 };
        break;
      case 'ansicpg':
        codePage = encodingOfCodePage(value ?? 0);
        break;
      case 'f':
        group = { ...group, font: value ?? 0 };
        break;
      case 'plain':
        group = { ...group, font: -1 };
        break;
      case 'fcharset': {
        const encoding = encodingOfCharset(value ?? 0);
        if (group.isFontTable && encoding !== null && value !== 0) fonts.set(group.font, encoding);
        break;
      }
      case 'uc':
        group = { ...group, fallbackLength: fallbackLengthOf(value) };
        break;
      case 'u':
        write(codeUnitOf(value));
        toSkip = group.fallbackLength;
        break;
      default:
        if (AS_HTML[word] !== undefined) write(AS_HTML[word]);
    }
  }
}
