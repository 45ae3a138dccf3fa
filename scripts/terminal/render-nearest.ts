import type { Language } from '#shared/text/language.ts';
import { harmless, wrap } from './text.ts';

/** A passage that comes near to a question, as the terminal shows it. */
export interface NearPassage {
  readonly path: string;
  /** Such as `p. 3`; '' if the format has no places. */
  readonly place: string;
  readonly excerpt: string;
}

const HEADINGS: Readonly<Record<Language, string>> = {
  pt: 'O mais próximo que encontrei (não é uma resposta):',
  en: 'The nearest I found (not an answer):',
};
const INDENT = '    ';
const MIN_COLUMNS = 20;

/**
 * Returns the passages nearest to a question that nothing answers, under a heading in the question's language: each with
 * its file, its place and an excerpt, indented and broken between words. '' without passages.
 * @param columns of the terminal.
 */
export function renderNearest(passages: readonly NearPassage[], language: Language, columns: number): string {
  if (passages.length === 0) return '';
  const width = Math.max(MIN_COLUMNS, columns - INDENT.length);
  const shown = passages.map(({ path, place, excerpt }) => {
    const words = harmless(excerpt.replaceAll(/\s+/g, ' ').trim());
    const lines = wrap(words, width).map((line) => `${INDENT}${line}`);
    return [`  ${harmless(path)}${place === '' ? '' : `, ${place}`}`, ...lines].join('\n');
  });
  return `${[HEADINGS[language], ...shown].join('\n\n')}\n`;
}
