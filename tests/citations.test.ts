import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { makePdf } from './fixtures/make-pdf.ts';
import { until, type Askbox } from './fixtures/run-askbox.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

// Every quote of a citation is in the document, character by character, as the API returns the document's text.

const DOCUMENTS = {
  'locação.md': [
    '# Contrato de locação — São João',
    '## Cláusula 4ª: multa',
    'A multa por atraso é de 10% (dez por cento) do aluguel.',
    'O locatário paga até o dia 5;',
    'depois disso, juros de 1% ao mês. Conforme [4] e “o art. 52 do CDC”, não há outra.',
    '## Cláusula 5ª: garantia',
    'A garantia do imóvel dura 30 meses, contados da entrega das chaves.',
  ].join('\r\n\r\n'),
  'notas.txt': `Notas 😀 da reunião\r\nA garantia 👩‍👩‍👧 cobre quedas 𝒙 até 12 meses?\r\nNão, disse o Sr. Antônio.\r\n`,
  // Accents as separate, combining characters.
  'decomposto.txt': 'A multa da biblioteca é de dois reais por dia. A garantia não se aplica à coleção.'.normalize(
    'NFD',
  ),
  'manual.pdf': makePdf([
    'Manual do liquidificador Zafira.',
    'A garantia do liquidificador dura 27 meses. Quedas encerram a garantia.',
    'A multa por devolver sem caixa vale 9 reais.',
  ]),
};
const QUESTIONS = ['Quanto dura a garantia?', 'De quanto é a multa por atraso?', 'A garantia cobre quedas?'];

// Markers as models write them: single, listed, in a range, invented, before the sentence, after it, in quotes,
// missing.
const SCRIPT = [
  'A garantia',
  ' dura 27 meses',
  ' [1]',
  '. A multa 😀',
  ' é de 10%',
  ' [2, 1]',
  ', “o art. 52 do CDC”',
  ' 【2】',
  '!\n',
  '[1-3]',
  ' Quedas',
  ' [99]',
  ' encerram\n\nNada disso',
  ' [3, 98]',
];

interface Asked {
  readonly text: string;
  readonly answeredBy: { readonly kind: string };
  readonly citations: readonly {
    readonly start: number;
    readonly end: number;
    readonly quote: string;
    readonly startChar: number;
    readonly endChar: number;
    readonly locator: { readonly pageNumber: number | null };
    readonly source: Source;
  }[];
  readonly sources: readonly Source[];
}
interface Source {
  readonly path: string;
  readonly excerpt: string;
  readonly startChar: number;
  readonly endChar: number;
}

const ASK = `query ($question: String!, $model: String!) { ask(input: { question: $question, model: $model }) {
  text answeredBy { kind }
  citations {
    start end quote startChar endChar locator { pageNumber }
    source { path excerpt startChar endChar }
  }
  sources { path excerpt startChar endChar }
} }`;
const TEXT = `query ($path: String!, $start: Int!, $end: Int!) {
  documentByPath(path: $path) { text(start: $start, end: $end) }
}`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-citations-'));
const model = path.join(folder, 'scripted.gguf');

let askbox: Askbox;
beforeAll(async () => {
  writeScriptedModel(model, { script: SCRIPT });
  askbox = await prepareAskboxHere({ ASKBOX_MODEL: model });
  await askbox.start();
  for (const [name, content] of Object.entries(DOCUMENTS)) askbox.drop(name, content);
  await until(
    'all documents are searchable',
    async () => (await askbox.query<{ documents: { totalCount: number } }>(READY)).documents.totalCount === 4,
    askbox.output,
  );
  await until('the model is loaded', () => askbox.output().includes('model ready'), askbox.output);
});
afterAll(async () => {
  await askbox?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

it.each([
  ['LOCAL', 'scripted'],
  ['QUOTES', 'quotes'],
])('every citation and excerpt is verbatim when the engine is %s', async (kind, engine) => {
  for (const question of QUESTIONS) {
    const { ask } = await askbox.query<{ ask: Asked }>(ASK, { question, model: engine });
    expect(ask.answeredBy.kind).toBe(kind);
    // The script cites three times; one quote is enough where no other passage says as much about the question.
    expect(ask.citations.length).toBeGreaterThan(kind === 'LOCAL' ? 1 : 0);
    for (const { start, end, quote, startChar, endChar, source } of ask.citations) {
      expect(ask.text.slice(start, end)).toMatch(/^(?:\[\d(, \d)*\])?$/);
      expect(await textOf(source.path, startChar, endChar)).toBe(quote);
      expect(quote).not.toBe('');
    }
    for (const source of ask.sources) {
      expect(await textOf(source.path, source.startChar, source.endChar)).toBe(source.excerpt);
    }
    const pages = ask.citations.filter(({ source }) => source.path === 'manual.pdf');
    for (const { quote, locator } of pages) {
      expect(locator.pageNumber).toBe(quote.startsWith('Manual') ? 1 : quote.startsWith('A multa') ? 3 : 2);
    }
  }
});

const READY = '{ documents(first: 1, filter: { status: [READY] }) { totalCount } }';

async function textOf(file: string, start: number, end: number): Promise<string> {
  const { documentByPath } = await askbox.query<{ documentByPath: { text: string } }>(TEXT, { path: file, start, end });
  return documentByPath.text;
}
