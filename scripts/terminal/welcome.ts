import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { Language } from '#shared/text/language.ts';
import { apiUrlOf } from './wait-until-ready.ts';

interface Component {
  readonly name: string;
  readonly message: string | null;
}

const WORDS = {
  en: {
    ready: 'ready',
    drop: 'drop files into',
    browser: 'ask in a browser',
    here: 'ask here',
    answers: 'answers',
    unknown: 'unknown',
  },
  pt: {
    ready: 'pronto',
    drop: 'solte arquivos em',
    browser: 'pergunte no navegador',
    here: 'pergunte aqui',
    answers: 'respostas',
    unknown: 'sem informação',
  },
} as const;

/** Returns what `npm start` shows once both services are ready: where to drop files and how to ask. */
export async function welcome(config: Config, language: Language): Promise<string> {
  const words = WORDS[language];
  const url = apiUrlOf(config);
  // Naming the engine is a courtesy: an API that is slow or down again must not end `npm start`.
  const generator = await findGenerator(url, config.apiKey).catch(() => words.unknown);
  const rows = [
    [words.drop, path.relative(process.cwd(), config.inbox) || config.inbox],
    [words.browser, url],
    [words.here, 'npm run ask -- "Como funciona o askbox?"'],
    [words.answers, generator],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', words.ready, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ''].join('\n');
}

/** The message of `health` about what writes the answers, and how to get something better. */
async function findGenerator(url: string, apiKey: string | null): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) },
    body: JSON.stringify({ query: '{ health { components { name message } } }' }),
    signal: AbortSignal.timeout(5000),
  });
  // Proven by the schema of our own API.
  const { data } = (await response.json()) as { data: { health: { components: readonly Component[] } } };
  return data.health.components.find((component) => component.name === 'GENERATOR')?.message ?? 'unknown';
}
