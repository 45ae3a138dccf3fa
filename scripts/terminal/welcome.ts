import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { Language } from '#shared/text/language.ts';
import { suggestQuestion, type ListedDocument } from './suggest-question.ts';
import { apiUrlOf } from './wait-until-ready.ts';

const WORDS = {
  en: {
    ready: 'ready',
    page: 'the page',
    drop: 'drop files into',
    here: 'ask here',
    answers: 'answers',
    stop: 'stop',
    how: 'Ctrl-C',
    unknown: 'unknown',
  },
  pt: {
    ready: 'pronto',
    page: 'a página',
    drop: 'solte arquivos em',
    here: 'pergunte aqui',
    answers: 'respostas',
    stop: 'para parar',
    how: 'Ctrl-C',
    unknown: 'sem informação',
  },
} as const;

/** What the welcome asks the API. A sample of the documents is enough to find a question. */
const QUERY = `{
  health { components { name message } }
  documents(filter: { status: [READY] }, first: 50) { nodes { path title } }
}`;

interface Found {
  readonly health: { readonly components: readonly { readonly name: string; readonly message: string | null }[] };
  readonly documents: { readonly nodes: readonly ListedDocument[] };
}

/** Returns what `npm start` shows once both services are ready: where the page is, where to drop files, how to ask. */
export async function welcome(config: Config, language: Language): Promise<string> {
  const words = WORDS[language];
  const url = apiUrlOf(config);
  // What comes from the API is a courtesy: one that is slow or down again must not end `npm start`.
  const found = await queryApi<Found>(config, QUERY).catch(() => undefined);
  const generator = found?.health.components.find(({ name }) => name === 'GENERATOR')?.message;
  const question = suggestQuestion(found?.documents.nodes ?? [], language);
  const rows = [
    [words.page, url],
    [words.drop, path.relative(process.cwd(), config.inbox) || config.inbox],
    [words.here, question === null ? 'npm run ask' : `npm run ask -- "${question}"`],
    [words.answers, generator ?? words.unknown],
    [words.stop, words.how],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', words.ready, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ''].join('\n');
}

/** Whether no document waits or is being read; false if the API does not respond. */
export async function isIndexed(config: Config): Promise<boolean> {
  const query = '{ stats { ingestion { queued } } }';
  const found = await queryApi<{ stats: { ingestion: { queued: number } } }>(config, query).catch(() => undefined);
  return found?.stats.ingestion.queued === 0;
}

async function queryApi<Found>(config: Config, query: string): Promise<Found> {
  const key = config.apiKey === null ? {} : { authorization: `Bearer ${config.apiKey}` };
  const response = await fetch(`${apiUrlOf(config)}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(5000),
  });
  // Proven by the schema of our own API.
  const { data } = (await response.json()) as { data: Found };
  return data;
}
