import { formatNumber } from './number-format.ts';
import type { WordStyles } from '../styles.ts';
import { symbolFor } from '../symbols.ts';
import { numberOf, switchOf, valueOf } from '../xml/word-xml.ts';
import { elementsOf, findElement, type XmlElement } from '../xml/xml-tree.ts';

/** What Word prints before a paragraph of a list. */
interface ListLabel {
  /** With the space after it: `3.1 `, `CLÁUSULA 1ª – `, `- ` for any bullet. Empty if nothing is printed. */
  readonly text: string;
  /** 0 for the outermost. */
  readonly level: number;
  /**
   * Whether the label names a clause (it has words, or the numbers of several levels): such a paragraph is no item of a
   * list but text that is referred to by its number.
   */
  readonly isClause: boolean;
}

/** The lists of a document and how far each has been counted. */
export interface Numbering {
  /**
   * Counts one paragraph and returns its label; null if the list does not exist or numbers nothing.
   * @param level undefined to find it by the style of the paragraph.
   */
  next(numId: string, level: number | undefined, styleId: string | undefined): ListLabel | null;
}

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2` stands for the numbers of the first two levels. */
  readonly text: string;
  /** The number starts again after a paragraph of this level or above, counted from 1; 0 for never. */
  readonly restartsAfter: number;
  readonly isAllDigits: boolean;
  readonly separator: string;
  readonly styleId: string | undefined;
  readonly isUpperCase: boolean;
  readonly bullet: string;
}

interface List {
  /** Lists that share this are counted together. */
  readonly abstractId: string;
  readonly levels: readonly (Level | undefined)[];
  /** Levels that begin again where this list first uses them. */
  readonly startOverrides: readonly (number | undefined)[];
}

/** The number of the last paragraph of each level; undefined where a level begins again. */
type Counters = (number | undefined)[];

const LEVELS = 9;

/** @param root of numbering.xml; undefined in documents without lists. */
export function openNumbering(root: XmlElement | undefined, styles: WordStyles): Numbering {
  const lists = readLists(root, styles);
  const countersById = new Map<string, Counters>();
  const startedLevels = new Set<string>();
  return {
    next(numId, wantedLevel, styleId) {
      const list = lists.get(numId);
      if (list === undefined) return null;
      const byStyle = list.levels.findIndex((level) => level?.styleId !== undefined && level.styleId === styleId);
      const index = Math.min(Math.max(wantedLevel ?? byStyle, 0), LEVELS - 1);
      const level = list.levels[index];
      if (level === undefined) return null;
      const counters: Counters = countersById.get(list.abstractId) ?? Array.from({ length: LEVELS }, () => undefined);
      countersById.set(list.abstractId, counters);

      const override = list.startOverrides[index];
      const isFirst = !startedLevels.has(`${numId} ${index}`);
      startedLevels.add(`${numId} ${index}`);
      const current = counters[index];
      if (isFirst && override !== undefined) counters[index] = override;
      else counters[index] = current === undefined ? level.start : current + 1;
      for (let below = index + 1; below < LEVELS; below++) {
        const { restartsAfter = below } = list.levels[below] ?? {};
        if (restartsAfter > index) counters[below] = undefined;
      }
      return labelOf(list, level, index, counters, styles.language);
    },
  };
}

function labelOf(
  { levels }: List,
  level: Level,
  index: number,
  counters: Readonly<Counters>,
  language: string,
): ListLabel | null {
  if (level.format === 'bullet') {
    const isBlank = level.text.trim() === '';
    return { text: isBlank ? '' : level.bullet, level: index, isClause: false };
  }
  let numbers = 0;
  const printed = level.text.replaceAll(/%([1-9])/g, (_, digit: string) => {
    const named = Number(digit) - 1;
    const { format = 'decimal', start = 1 } = levels[named] ?? {};
    numbers++;
    const isDigits = level.isAllDigits && format !== 'none';
    return formatNumber(counters[named] ?? start, isDigits ? 'decimal' : format, language);
  });
  const trimmed = printed.trim();
  if (trimmed === '') return null;
  const text = `${level.isUpperCase ? trimmed.toUpperCase() : trimmed}${level.separator}`;
  const isClause = numbers > 1 || /\p{L}{3}|§|Art/iu.test(level.text.replaceAll(/%[1-9]/g, ' '));
  return { text, level: index, isClause };
}

function readLists(root: XmlElement | undefined, styles: WordStyles): ReadonlyMap<string, List> {
  const abstracts = new Map(
    elementsOf(root, 'w:abstractNum').map((element) => [element.attributes['w:abstractNumId'] ?? '', element]),
  );
  const nums = new Map(elementsOf(root, 'w:num').map((element) => [element.attributes['w:numId'] ?? '', element]));
  /** A list may take its levels from a numbering style, which names another list. */
  const abstractOf = (num: XmlElement | undefined, depth = 0): string | undefined => {
    const id = valueOf(num, 'w:abstractNumId');
    if (id === undefined) return undefined;
    const link = valueOf(abstracts.get(id), 'w:numStyleLink');
    const linked = link === undefined || depth > 4 ? undefined : nums.get(styles.listOf(link) ?? '');
    return linked === undefined || linked === num ? id : abstractOf(linked, depth + 1);
  };
  const lists = new Map<string, List>();
  for (const [numId, num] of nums) {
    const abstractId = abstractOf(num);
    const abstract = abstractId === undefined ? undefined : abstracts.get(abstractId);
    if (abstractId === undefined || abstract === undefined || numId === '0') continue;
    const levels = readLevels(abstract);
    const startOverrides: (number | undefined)[] = [];
    for (const override of elementsOf(num, 'w:lvlOverride')) {
      const index = Number(override.attributes['w:ilvl'] ?? 0);
      if (!(index >= 0 && index < LEVELS)) continue;
      startOverrides[index] = numberOf(override, 'w:startOverride');
      const level = findElement(override, 'w:lvl');
      if (level !== undefined) levels[index] = levelOf(level, index);
    }
    lists.set(numId, { abstractId, levels, startOverrides });
  }
  return lists;
}

function readLevels(abstract: XmlElement): (Level | undefined)[] {
  const levels: (Level | undefined)[] = Array.from({ length: LEVELS }, () => undefined);
  for (const element of elementsOf(abstract, 'w:lvl')) {
    const index = Number(element.attributes['w:ilvl'] ?? 0);
    if (index >= 0 && index < LEVELS) levels[index] = levelOf(element, index);
  }
  return levels;
}

function levelOf(element: XmlElement, index: number): Level {
  // Newer formats are in a choice, with an old one for programs that do not know them.
  const choice = findElement(element, 'mc:AlternateContent', 'mc:Fallback') ?? element;
  const run = findElement(element, 'w:rPr');
  const text = valueOf(element, 'w:lvlText') ?? '';
  const suffix = valueOf(element, 'w:suff');
  return {
    start: numberOf(element, 'w:start') ?? 0,
    format: valueOf(element, 'w:numFmt') ?? valueOf(choice, 'w:numFmt') ?? 'decimal',
    text,
    restartsAfter: numberOf(element, 'w:lvlRestart') ?? index,
    isAllDigits: switchOf(element, 'w:isLgl') ?? false,
    separator: suffix === 'nothing' ? '' : ' ',
    styleId: valueOf(element, 'w:pStyle'),
    isUpperCase: switchOf(run, 'w:caps') ?? false,
    bullet: bulletOf(text, findElement(run, 'w:rFonts')?.attributes['w:ascii'] ?? ''),
  };
}

/** A box to tick says something; every other bullet is only a mark. */
function bulletOf(text: string, font: string): string {
  const shown = text.replaceAll(/./gu, (character) => symbolFor(font, character.codePointAt(0)!) ?? character);
  return /^[☐☑☒]$/.test(shown) ? `${shown} ` : '- ';
}
