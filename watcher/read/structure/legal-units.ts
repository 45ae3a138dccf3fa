import type { BlockUnit } from '../extract/extraction.ts';

/** A unit that was recognized at the beginning of a line. */
export interface FoundUnit extends BlockUnit {
  /** Whether the line is nothing but the unit's number and name. */
  readonly isWholeLine: boolean;
  /** Whether the line after it may be its name, as in `CAPÍTULO II` above `DAS PENAS`. */
  readonly mayBeNamedBelow: boolean;
  /** Of an article: its number without separators; null if it is in words. */
  readonly number: number | null;
}

/** Ranks of units, the outermost first. */
export const RANKS = {
  act: 0,
  anexo: 1,
  apendice: 1,
  parte: 2,
  livro: 3,
  titulo: 4,
  capitulo: 5,
  secao: 6,
  subsecao: 7,
  article: 8,
  /** An article of another law that an article quotes in order to change it. */
  quotedArticle: 9,
  paragraph: 10,
} as const;

/** A line that is longer is prose, except for a unit with its text after it. */
const MAX_NAME_CHARS = 200;
/** All that is read of a line, so that long lines cost nothing. */
const MAX_READ_CHARS = 400;

const ORDINAL =
  '(?:primeir|segund|terceir|quart|quint|sext|s[ée]tim|oitav|non|d[ée]cim|vig[ée]sim|trig[ée]sim|quadrag[ée]sim|quinquag[ée]sim)[oa]';
const ORDINALS = `${ORDINAL}(?:[ -]${ORDINAL})?`;
const NUMBER = String.raw`(?:\d{1,2}\.\d{3}|\d{1,4})(?:\s?[ºª°]|o(?![\p{L}\p{N}]))?(?:-[A-Z]{1,2})?(?![\p{L}\p{N}])`;
const DIVISION = new RegExp(
  String.raw`^(anexo|ap[êe]ndice|parte|livro|t[íi]tulo|cap[íi]tulo|se[çc][ãa]o|subse[çc][ãa]o)\s+((?:[IVXLCDM]{1,8}|\d{1,3}[ºª°]?)(?:-[A-Z])?|[A-Z]|[úu]nic[oa]|${ORDINALS})(?![\p{L}\p{N}])`,
  'iu',
);
const ARTICLE = new RegExp(String.raw`^(?:art\.?|artigo)\s*(${NUMBER}|${ORDINALS}(?!\p{L}))`, 'iu');
const CLAUSE = new RegExp(
  String.raw`^cl[áa]usula\s+(\d{1,3}(?:\.\d{1,3}){0,3}\s?[ºª°]?(?![\p{L}\p{N}])|[úu]nica(?!\p{L})|${ORDINALS}(?!\p{L}))`,
  'iu',
);
const PARAGRAPH = new RegExp(
  String.raw`^(?:§\s?${NUMBER}|par[áa]grafo\s+(?:[úu]nico(?!\p{L})|${NUMBER}|${ORDINALS}(?!\p{L})))`,
  'iu',
);
const ACT_KIND =
  'lei|decreto|medida provis[óo]ria|emenda|portaria|resolu[çc][ãa]o|instru[çc][ãa]o|delibera[çc][ãa]o|edital|ordem de servi[çc]o|ato|conv[êe]nio|contrato|termo|extrato|aviso|ata';
const ACT = new RegExp(
  String.raw`^(?:${ACT_KIND})(?!\p{L})[^.;:]{0,60}?(?<!\p{L})n[ºo°.]{1,2}\s?\d[\d./-]{0,20}`,
  'iu',
);
const DATED = /^,?\s+de\s+\d{1,2}[ºo°]?\s+de\s+\p{L}{4,9}\s+de\s+\d{4}\.?$/iu;

/** A number may be followed by punctuation; then comes a sentence, never the rest of one: `Art. 5º da Lei` is prose. */
const BEGINS_TEXT = /^\s*(?:[.:–—-]\s*)*["“'‘([]*(?:\p{Lu}|…|$)/u;
const SEPARATOR = /^\s*(?:[.:–—-]\s*)+/;

/**
 * Returns the unit that a line begins with; null for prose, such as a line that mentions an article. Emphasis of
 * Markdown and an opening quotation mark before the number are no obstacle.
 */
export function findUnit(source: string): FoundUnit | null {
  const line = source
    .slice(0, MAX_READ_CHARS)
    .replaceAll(/\*\*?|__/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^["“]\s?/, '');
  if (!/^[\p{Lu}§]/u.test(line)) return null;
  return findDivision(line) ?? findAct(line) ?? findNumbered(line);
}

/** Returns whether a line is the number and perhaps the date of a law, a decree, a contract and the like. */
export function isAct(line: string): boolean {
  return findAct(line.trim()) !== null;
}

/** Returns whether a line has at least two letters and no small one. */
export function isInCapitals(line: string): boolean {
  return /\p{Lu}.*\p{Lu}/su.test(line) && !/\p{Ll}/u.test(line.replaceAll(/(?<!\p{L})n[ºo°.]/gu, ''));
}

/** Returns whether a line may be the name of the division whose number is above it. */
export function isName(line: string): boolean {
  if (line.length > MAX_NAME_CHARS || /[.;,:]$|…|\.{3}/.test(line) || findUnit(line) !== null) return false;
  return isInCapitals(line) || /^D[aeo]s?\s\p{Lu}/u.test(line);
}

function findDivision(line: string): FoundUnit | null {
  const whole = { isArticle: false, isWholeLine: true, number: null } as const;
  if (/^ANEXOS?$/.test(line)) return { ...whole, rank: RANKS.anexo, name: line, mayBeNamedBelow: true };
  const match = DIVISION.exec(line);
  // `Parte a` is prose: the number is in capitals or in digits.
  if (match === null || line.length > MAX_NAME_CHARS || !/^[\p{Lu}\d]/u.test(match[2]!)) return null;
  const rest = line.slice(match[0].length);
  const name = rest.replace(SEPARATOR, '');
  const isNamed = /^["“]?[\p{Lu}\d]/u.test(name) && (SEPARATOR.test(rest) || isName(name));
  if (/…|\.{3}/.test(rest) || (name !== '' && (!isNamed || /[;,:]$|\.\s/.test(name)))) return null;
  const kind = match[1]!.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
  // Proved by DIVISION: without accents, its first group is one of these.
  const rank = RANKS[kind as 'anexo' | 'parte' | 'livro' | 'titulo' | 'capitulo' | 'secao' | 'subsecao'];
  return { ...whole, rank, name: line, mayBeNamedBelow: name === '' };
}

function findAct(line: string): FoundUnit | null {
  const match = line.length > MAX_NAME_CHARS || !/^\p{Lu}/u.test(line) ? null : ACT.exec(line);
  if (match === null || /[;:]$/.test(line)) return null;
  if (!isInCapitals(line) && !DATED.test(line.slice(match[0].length))) return null;
  const name = line.replace(/[.,]$/, '');
  return { rank: RANKS.act, name, isArticle: false, isWholeLine: true, mayBeNamedBelow: false, number: null };
}

function findNumbered(line: string): FoundUnit | null {
  const article = ARTICLE.exec(line);
  const clause = article === null ? CLAUSE.exec(line) : null;
  const match = article ?? clause ?? PARAGRAPH.exec(line);
  if (match === null) return null;
  const rest = line.slice(match[0].length);
  if (!BEGINS_TEXT.test(rest)) return null;
  const isArticle = article !== null || clause !== null;
  const rubric = isArticle && SEPARATOR.test(rest) ? rubricOf(rest.replace(SEPARATOR, '')) : '';
  const end = rubric === '' ? match[0].length : line.indexOf(rubric, match[0].length) + rubric.length;
  const digits = article === null ? '' : match[1]!.replaceAll('.', '');
  return {
    rank: isArticle ? RANKS.article : RANKS.paragraph,
    name: line.slice(0, end).trim(),
    isArticle,
    isWholeLine: /^[\s.:–—-]*$/.test(line.slice(end)),
    mayBeNamedBelow: clause !== null && rest.trim() === '',
    number: /^\d/.test(digits) ? Number.parseInt(digits, 10) : null,
  };
}

/** Returns the name at the beginning of an article's text: `DO PRAZO` of `DO PRAZO. O prazo…`; empty if it has none. */
function rubricOf(text: string): string {
  const words = /^[^.:;–—]{3,100}/.exec(text)?.[0].trim() ?? '';
  if (isInCapitals(words)) return words;
  return words === text && /^D[aeo]s?\s\p{L}/u.test(text) ? words : '';
}
