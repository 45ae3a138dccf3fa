import { styleText } from 'node:util';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { loadConfig } from '#shared/config.ts';
import { messageOf } from '#shared/errors.ts';
import { languageOfQuestion } from '#shared/text/language.ts';
import { ask, type AskEvent } from './terminal/ask-client.ts';
import { renderNearest } from './terminal/render-nearest.ts';
import { harmless, harmlessProse } from './terminal/text.ts';
import { apiUrlOf } from './terminal/wait-until-ready.ts';

const FIELDS = `
  ... on AnswerStarted { queuePosition }
  ... on AnswerCompleted {
    finishReason
    answer {
      nearest { path excerpt locator { pageNumber pageLabel line } }
      notSearched { meaningOffBecause }
      passagesLeftMachine
      answeredBy { kind model fallbackReason }
      citations { source { rank path } locator { pageNumber pageLabel line } }
    }
  }
  ... on AnswerFailed { error { message } answer { passagesLeftMachine } }
`;

/** Where something is in a file. */
interface Place {
  readonly locator: {
    readonly pageNumber: number | null;
    readonly pageLabel: string | null;
    readonly line: number | null;
  };
}

interface Citation extends Place {
  readonly source: { readonly rank: number; readonly path: string };
}

interface CompletedAnswer {
  readonly nearest: readonly (Place & { readonly path: string; readonly excerpt: string })[];
  readonly notSearched: { readonly meaningOffBecause: string | null } | null;
  readonly passagesLeftMachine: boolean;
  readonly answeredBy: {
    readonly kind: string;
    readonly model: string | null;
    readonly fallbackReason: string | null;
  } | null;
  readonly citations: readonly Citation[];
}

type Event = AskEvent &
  (
    | { readonly __typename: 'AnswerStarted'; readonly queuePosition: number }
    | { readonly __typename: 'SourcesRetrieved' | 'AnswerDelta' }
    | { readonly __typename: 'AnswerCompleted'; readonly finishReason: string; readonly answer: CompletedAnswer }
    | {
        readonly __typename: 'AnswerFailed';
        readonly error: { readonly message: string };
        readonly answer: Pick<CompletedAnswer, 'passagesLeftMachine'>;
      }
  );

/** The exit code when the documents answer nothing, so that scripts need not compare texts. */
const EXIT_NOTHING_FOUND = 3;
/** The exit code that shells give a program ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130;
/** How long unsubscribing may take before the process exits without it. */
const STOP_MS = 2_000;
const LEFT_MACHINE = 'the question and passages were sent to the endpoint at OPENAI_BASE_URL';

const USAGE = `usage: npm run ask -- "your question"
exit codes: 0 answered, ${EXIT_NOTHING_FOUND} nothing found in the documents, 1 error, ${EXIT_INTERRUPTED} interrupted`;
/** What answers without a model, by its kind. */
const WRITERS: Readonly<Record<string, string>> = {
  QUOTES: 'quotes, without a model',
  DOCUMENT_LIST: 'the list of documents',
};
const MAX_COLUMNS = 100;

const question = process.argv.slice(2).join(' ').trim();
if (question === '') fail(USAGE);
if (question === '--help' || question === '-h') {
  console.log(USAGE);
  process.exit(0);
}

const config = loadConfig();
const url = apiUrlOf(config);
let wasConnected = false;
const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: config.apiKey === null ? {} : { authorization: `Bearer ${config.apiKey}` },
  on: { connected: () => (wasConnected = true) },
  retryAttempts: 5,
  // Only a lost connection is retried; a server that is not running is reported immediately.
  shouldRetry: () => wasConnected,
});

// Exiting without unsubscribing would count as a lost connection, and the model would keep writing for ASKBOX_GRACE_MS.
const stop = new AbortController();
process.on('SIGINT', () => stopWith(EXIT_INTERRUPTED));
process.stdout.on('error', () => stopWith(0)); // the reader is gone, as in `npm run ask ... | head`

let shown = 0;
try {
  await ask(client, { question }, FIELDS, show, stop.signal);
} catch (error) {
  fail(explain(error));
}
await client.dispose();

function stopWith(exitCode: number): void {
  process.exitCode = exitCode;
  stop.abort();
  setTimeout(() => process.exit(), STOP_MS).unref();
}

function show(event: Event, text: string): void {
  switch (event.__typename) {
    case 'AnswerStarted':
      if (event.queuePosition > 0) console.error(dim(`waiting; questions ahead of this one: ${event.queuePosition}`));
      return;
    case 'SourcesRetrieved':
      return;
    case 'AnswerDelta':
      process.stdout.write(harmlessProse(text.slice(shown)));
      shown = text.length;
      return;
    case 'AnswerCompleted':
      process.stdout.write(`\n${describeNearest(event.answer)}${describeSources(event.answer)}`);
      if (event.finishReason === 'ABSTAINED') process.exitCode = EXIT_NOTHING_FOUND;
      return;
    case 'AnswerFailed':
      process.stdout.write('\n');
      if (event.answer.passagesLeftMachine) console.error(LEFT_MACHINE);
      fail(event.error.message);
  }
}

/** Shows what came nearest to a question that nothing answers, and why it was not searched by meaning. */
function describeNearest({ nearest, notSearched }: CompletedAnswer): string {
  const columns = Math.min(process.stdout.columns ?? MAX_COLUMNS, MAX_COLUMNS);
  const passages = nearest.map((passage) => ({ ...passage, place: placeOf(passage) }));
  const shown = renderNearest(passages, languageOfQuestion(question), columns);
  const reason = notSearched?.meaningOffBecause ?? null;
  return [...(shown === '' ? [] : [`\n${shown}`]), ...(reason === null ? [] : [`\n${dim(harmless(reason))}\n`])].join(
    '',
  );
}

/** Lists the cited sources, one line per number with all its places, then what wrote the answer. */
function describeSources({ citations, answeredBy, passagesLeftMachine }: CompletedAnswer): string {
  const byRank = Map.groupBy(citations, (citation) => citation.source.rank);
  const lines = [...byRank]
    .toSorted(([a], [b]) => a - b)
    .map(([rank, cited]) => {
      const places = new Set(cited.map(placeOf).filter((place) => place !== ''));
      return [`[${rank}] ${harmless(cited[0]!.source.path)}`, ...places].join(', ');
    });
  const writer = answeredBy === null ? undefined : (answeredBy.model ?? WRITERS[answeredBy.kind] ?? answeredBy.kind);
  if (writer !== undefined) lines.push(dim(`answered by ${harmless(writer)}`));
  if (answeredBy?.fallbackReason) lines.push(dim(`because ${harmless(answeredBy.fallbackReason)}`));
  if (passagesLeftMachine) lines.push(LEFT_MACHINE);
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

function placeOf({ locator }: Place): string {
  if (locator.pageNumber !== null) return `p. ${harmless(locator.pageLabel ?? String(locator.pageNumber))}`;
  return locator.line === null ? '' : `line ${locator.line}`;
}

function dim(text: string): string {
  return process.stdout.isTTY ? styleText('dim', text) : text;
}

function explain(error: unknown): string {
  if (Array.isArray(error)) return error.map(messageOf).join('\n'); // GraphQL errors: the operation was refused
  return `cannot reach askbox at ${url}; start it with: npm start`;
}

function fail(message: string): never {
  console.error(harmlessProse(message));
  process.exit(1);
}
