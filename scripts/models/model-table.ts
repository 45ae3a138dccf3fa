import type { AboutGenerator, Model } from '#shared/models/catalogue.ts';
import type { Language } from '#shared/text/language.ts';
import { formatSize } from './format-size.ts';

const COLUMNS = ['name', 'size', 'memory', 'licence', 'languages', 'thinks', 'state'] as const;

/** The longest name that shares its line. */
const LONGEST_NAME = 30;

const WORDS = {
  en: { columns: ['model', 'size', 'memory', 'licence', 'languages', 'thinks', 'state'], yes: 'yes', no: 'no' },
  pt: { columns: ['modelo', 'tamanho', 'memória', 'licença', 'idiomas', 'pensa', 'estado'], yes: 'sim', no: 'não' },
} as const;

/** The cells of a model's line; '' where there is nothing to say. */
export interface ModelRow {
  readonly name: string;
  readonly size: string;
  readonly memory: string;
  readonly licence: string;
  readonly languages: string;
  readonly thinks: string;
  readonly state: string;
}

/** A model of which only the name is known. */
export const UNKNOWN_MODEL: ModelRow = {
  name: '',
  size: '?',
  memory: '',
  licence: '?',
  languages: '',
  thinks: '',
  state: '-',
};

/** Returns the line of a model of the catalogue or of the hub, without its state. */
export function rowOfModel(model: Model, language: Language): ModelRow {
  const words = WORDS[language];
  const { name, sizeBytes, licence } = model;
  const row = {
    ...UNKNOWN_MODEL,
    name,
    size: sizeBytes === 0 ? '?' : formatSize(sizeBytes, language),
    licence: shortLicence(licence),
  };
  const about = model.kind === 'GENERATION' ? model.about : null;
  if (about === null) return row;
  return {
    ...row,
    memory: formatSize(about.memoryBytes, language),
    languages: formatLanguages(about),
    thinks: about.thinks ? words.yes : words.no,
  };
}

function formatLanguages({ languages, portuguese }: AboutGenerator): string {
  if (portuguese === 'NO') return 'en';
  return portuguese === 'NAMED' ? `${languages}, pt` : `${languages}+`;
}

/** The full name is shown where the licence is accepted. */
function shortLicence(licence: string): string {
  return licence.replace(/ Community License$| Terms of Use$/, '');
}

/**
 * Returns a table with a heading. A column that is empty in all its rows is left out, and a long name has a line to itself,
 * so that a line stays within 80 columns.
 */
export function formatModels(heading: string, rows: readonly ModelRow[], language: Language): string {
  const cells = rows.map((row) => COLUMNS.map((column) => row[column]));
  const used = COLUMNS.map((_, index) => cells.some((row) => row[index] !== ''));
  const shown = [WORDS[language].columns, ...cells].map((row) => row.filter((_, index) => used[index]));
  const widths = shown[0]!.map((_, index) => Math.max(...shown.map((row) => lengthIn(index, row[index]!))));
  const lines = shown.flatMap((row) => {
    const line = row.map((cell, index) => (lengthIn(index, cell) === 0 ? '' : cell).padEnd(widths[index]!)).join('  ');
    return lengthIn(0, row[0]!) === 0 ? [row[0]!, line] : [line];
  });
  return [`${heading}:`, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

/** Length of a cell in its column; 0 for a name that is too long for it. */
function lengthIn(column: number, cell: string): number {
  return column === 0 && cell.length > LONGEST_NAME ? 0 : cell.length;
}
