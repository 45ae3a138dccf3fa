import { decodeText } from '../charset.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { extractText } from '../text.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';
import { OFX_WORDS, type OfxWords } from './ofx-words.ts';

/** A value with the line of the file that it is in; version 1 does not close the elements that have one. */
const TOKEN = /<(\/?)([A-Za-z0-9.]{1,40})>([^<]*)/g;
/** Elements of which there is one for each account, of a bank or a credit card. */
const STATEMENTS = new Set(['STMTRS', 'CCSTMTRS']);

/** A bank gives a few thousand; each takes about 1 kB of memory. */
export const MAX_TRANSACTIONS = 50_000;

type Values = Map<string, string>;

interface Transaction {
  readonly values: Values;
  readonly line: number;
}

interface Statement {
  /** All values that are in no transaction; the first one counts. */
  readonly values: Values;
  readonly transactions: Transaction[];
}

/**
 * Extracts bank statements in the format OFX: a table of the transactions of each account, with dates and amounts as
 * people write them, and the balance. Without a transaction it is read as text.
 */
export function extractOfx(file: SourceFile): Extraction {
  const declared = /^CHARSET:\s*1252/m.test(file.bytes.toString('latin1', 0, 1000)) ? 'windows-1252' : undefined;
  const { text, warnings } = decodeText(file.bytes, declared);
  const { head, statements } = statementsOf(file, text);
  if (statements.every(({ transactions }) => transactions.length === 0)) return extractText(file);
  const builder = openTextBuilder(file.path);
  for (const statement of statements) addStatement(builder, head, statement);
  return builder.build({ title: builder.firstHeading, mediaType: 'application/x-ofx', pageCount: null, warnings });
}

function statementsOf(
  file: SourceFile,
  text: string,
): { readonly head: Values; readonly statements: readonly Statement[] } {
  const head: Values = new Map();
  const statements: Statement[] = [];
  let transaction: Transaction | null = null;
  let [line, at, count] = [1, 0, 0];
  for (const { 1: slash, 2: tag = '', 3: content = '', index } of text.matchAll(TOKEN)) {
    for (; at < index; at++) if (text.charCodeAt(at) === 10) line++;
    const name = tag.toUpperCase();
    if (slash === '/') {
      if (name === 'STMTTRN') transaction = null;
      continue;
    }
    if (STATEMENTS.has(name)) statements.push({ values: new Map(), transactions: [] });
    if (name === 'STMTTRN') {
      if (++count > MAX_TRANSACTIONS) {
        throw new ExtractError('TOO_LARGE', file.path, `it has more than ${MAX_TRANSACTIONS} transactions; split it`);
      }
      transaction = { values: new Map(), line };
      statements.at(-1)?.transactions.push(transaction);
    }
    const values = transaction?.values ?? statements.at(-1)?.values ?? head;
    const value = unescaped(content).replaceAll(/\s+/g, ' ').trim();
    if (value !== '' && !values.has(name)) values.set(name, value);
  }
  return { head, statements };
}

function addStatement(builder: TextBuilder, head: Values, { values, transactions }: Statement): void {
  const currency = values.get('CURDEF') ?? '';
  const words = currency === 'BRL' || head.get('LANGUAGE') === 'POR' ? OFX_WORDS.pt : OFX_WORDS.en;
  const date = (value: string | undefined): string => (value === undefined ? '' : dateOf(value, words));
  const amount = (value: string | undefined): string => (value === undefined ? '' : amountOf(value, words));
  const about: readonly (readonly [string, string | undefined])[] = [
    [words.bank, head.get('ORG') ?? values.get('BANKID')],
    [words.branch, values.get('BRANCHID')],
    [words.account, values.get('ACCTID')],
    [words.period, [date(values.get('DTSTART')), date(values.get('DTEND'))].filter(Boolean).join(' – ')],
    [words.currency, currency],
    [words.balance, [amount(values.get('BALAMT')), date(values.get('DTASOF'))].filter(Boolean).join(', ')],
  ];
  builder.addBlock('heading', words.title, { level: 1 });
  const lines = about.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}: ${value}`]));
  builder.addBlock('paragraph', lines.join('\n'));
  const rows = transactions.map(({ values: row }) => {
    const what = [...new Set([row.get('NAME'), row.get('MEMO')])].filter((part) => part !== undefined).join(' – ');
    const kind = words.kinds[row.get('TRNTYPE') ?? ''] ?? row.get('TRNTYPE') ?? '';
    return [date(row.get('DTPOSTED')), kind, what, amount(row.get('TRNAMT'))].join(' | ');
  });
  if (rows.length === 0) return;
  const locations = [transactions[0]!, ...transactions].map(({ line }) => ({ line }));
  builder.addBlock('table', [words.columns.join(' | '), ...rows].join('\n'), { locations });
}

/** `20260305120000[-3:BRT]` is the fifth of March: the time is mostly made up by the bank. */
function dateOf(value: string, { dateOrder }: OfxWords): string {
  return value.replace(/^(\d{4})(\d\d)(\d\d)[\d.]*(?:\[[^\]]*\])?$/, dateOrder);
}

/** Some banks write the amount with a comma, against the standard. */
function amountOf(value: string, { numbers }: OfxWords): string {
  const number = /^[+-]?\d{1,13}(?:[.,]\d{1,4})?$/.test(value) ? Number(value.replace(',', '.')) : Number.NaN;
  return Number.isNaN(number) ? value : numbers.format(number);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescaped(value: string): string {
  return value.replaceAll(/&([a-z]{2,4});/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
