import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { extractText } from '../text.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';
import { columnLabelOf, GROUPS, ITEM_COLUMNS, LEFT_OUT, labelOf, shownValue } from './nfe-words.ts';

/** The parts of an address, in the order in which it is written. */
const ADDRESS = ['xLgr', 'nro', 'xCpl', 'xBairro', 'xMun', 'UF', 'CEP'];
/** Digital signatures, and the taxes of each item: their totals are read. */
const UNREAD = ['Signature', 'imposto', 'impostoDevol'];
/** No invoice nests deeper. */
const MAX_DEPTH = 20;
/** The values of a group or an item by the names of their elements; later ones of the same name follow. */
type Values = Map<string, string[]>;

/**
 * Extracts Brazilian electronic invoices as their print-out names things: who sold what to whom, item by item, and the
 * totals. The file itself has codes such as `vNF`, which nobody asks for. One that is no well-formed XML is read as text.
 */
export function extractNfe(file: SourceFile): Extraction {
  const builder = openTextBuilder(file.path);
  try {
    readInvoices(file, builder);
  } catch (error) {
    if (error instanceof ExtractError && error.code === 'DAMAGED') return extractText(file);
    throw error;
  }
  if (builder.length === 0) return extractText(file);
  return builder.build({ title: builder.firstHeading, mediaType: 'application/xml', pageCount: null, warnings: [] });
}

function readInvoices(file: SourceFile, builder: TextBuilder): void {
  const path: string[] = [];
  let leaf = '';
  let invoice = openInvoice('');
  let values: Values = new Map();
  const inside = (name: string): boolean => path.includes(name);
  walkXml(file, file.bytes, {
    open(qualified, attributes) {
      const name = localName(qualified);
      if (name === 'infNFe') invoice = openInvoice(attributes.Id ?? '');
      // Groups do not nest, so that what is in one belongs to it.
      if (name === 'det' || (name in GROUPS && !inside('det'))) values = new Map();
      path.push(name);
      leaf = '';
    },
    text(text) {
      leaf += text;
    },
    close(qualified) {
      const name = localName(qualified);
      const value = leaf.replaceAll(/\s+/g, ' ').trim();
      if (value !== '' && path.length <= MAX_DEPTH && !LEFT_OUT.has(name) && !UNREAD.some(inside)) {
        const all = values.get(name);
        if (all === undefined) values.set(name, [value]);
        else all.push(value);
      }
      leaf = '';
      path.pop();
      if (name === 'det') invoice.items.push(values);
      else if (name === 'infProt') addGroup(builder, name, values);
      else if (name in GROUPS && !inside('det')) invoice.groups.push([name, values]);
      else if (name === 'infNFe') addInvoice(builder, invoice);
      else return;
      values = new Map();
    },
  });
}

interface Invoice {
  readonly key: string;
  readonly groups: (readonly [name: string, values: Values])[];
  readonly items: Values[];
}

function openInvoice(id: string): Invoice {
  return { key: id.replace(/^\D+/, ''), groups: [], items: [] };
}

function addInvoice(builder: TextBuilder, { key, groups, items }: Invoice): void {
  const valuesOf = (group: string): Values =>
    groups.find(([name]) => name === group)?.[1] ?? new Map<string, string[]>();
  const [number = '?'] = valuesOf('ide').get('nNF') ?? [];
  const [seller] = valuesOf('emit').get('xNome') ?? [];
  builder.addBlock('heading', `Nota fiscal nº ${number}${seller === undefined ? '' : ` de ${seller}`}`, { level: 1 });
  if (key !== '') builder.addBlock('paragraph', `Chave de acesso: ${key}`);
  const isBeforeItems = (name: string): boolean => ['ide', 'emit', 'dest', 'retirada', 'entrega'].includes(name);
  for (const [name, values] of groups) if (isBeforeItems(name)) addGroup(builder, name, values);
  addItems(builder, items);
  for (const [name, values] of groups) if (!isBeforeItems(name)) addGroup(builder, name, values);
}

function addGroup(builder: TextBuilder, group: string, values: Values): void {
  const lines: string[] = [];
  const address = ADDRESS.flatMap((name) => values.get(name) ?? []);
  for (const [name, all] of values) {
    if (ADDRESS.includes(name)) {
      if (name === 'xLgr') lines.push(`Endereço: ${address.join(', ')}`);
      continue;
    }
    for (const value of all) {
      // Most of twenty totals are 0.00 in most invoices.
      if (group === 'total' && Number(value) === 0) continue;
      lines.push(`${labelOf(name)}: ${shownValue(name, value)}`);
    }
  }
  if (lines.length > 0) builder.addBlock('paragraph', [GROUPS[group], ...lines].join('\n'));
}

function addItems(builder: TextBuilder, items: readonly Values[]): void {
  if (items.length === 0) return;
  const columns = ITEM_COLUMNS.filter((name) => items.some((item) => item.has(name)));
  const rows = items.map((item, index) => {
    const cells = columns.map(
      (name) =>
        item
          .get(name)
          ?.map((value) => shownValue(name, value))
          .join('; ') ?? '',
    );
    return [index + 1, ...cells].join(' | ');
  });
  builder.addBlock('table', [['Item', ...columns.map(columnLabelOf)].join(' | '), ...rows].join('\n'));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
