import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { loadConfig } from '#shared/config.ts';
import { messageOf } from '#shared/errors.ts';
import { apiUrlOf } from './wait-until-ready.ts';

const ASK = `subscription Ask($input: AskInput!, $after: Int! = -1) {
  ask(input: $input, after: $after) {
    __typename
    sequence
    ... on AnswerDelta { text offset }
    ... on AnswerCompleted {
      finishReason
      answer { answeredBy { kind model fallbackReason } citations { source { rank path } locator { pageNumber pageLabel line } } }
    }
    ... on AnswerFailed { error { message } }
  }
}`;

interface Citation {
  readonly source: { readonly rank: number; readonly path: string };
  readonly locator: {
    readonly pageNumber: number | null;
    readonly pageLabel: string | null;
    readonly line: number | null;
  };
}

interface CompletedAnswer {
  readonly answeredBy: {
    readonly kind: string;
    readonly model: string | null;
    readonly fallbackReason: string | null;
  } | null;
  readonly citations: readonly Citation[];
}

type AskEvent =
  | { readonly __typename: 'AnswerStarted' | 'SourcesRetrieved'; readonly sequence: number }
  | { readonly __typename: 'AnswerDelta'; readonly sequence: number; readonly text: string; readonly offset: number }
  | { readonly __typename: 'AnswerCompleted'; readonly sequence: number; readonly answer: CompletedAnswer }
  | { readonly __typename: 'AnswerFailed'; readonly sequence: number; readonly error: { readonly message: string } };

const question = process.argv.slice(2).join(' ').trim();
if (question === '') fail('usage: npm run ask -- "your question"');

const config = loadConfig();
const url = apiUrlOf(config);
const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: config.apiKey === null ? {} : { authorization: `Bearer ${config.apiKey}` },
  retryAttempts: 5,
});

// `npm run ask … | head` has seen enough.
process.stdout.on('error', () => process.exit(0));

let lastSequence = -1;
let written = 0;
try {
  const events = client.iterate<{ ask: AskEvent }>({
    query: ASK,
    variables: {
      input: { question, requestId: randomUUID() },
      // Read anew at each silent reconnect of the client: the stream goes on exactly where it broke.
      get after() {
        return lastSequence;
      },
    },
  });
  for await (const { data, errors } of events) {
    if (errors !== undefined) fail(errors.map((error) => error.message).join('\n'));
    if (data) show(data.ask);
  }
} catch (error) {
  fail(explain(error));
}
await client.dispose();

function show(event: AskEvent): void {
  lastSequence = event.sequence;
  switch (event.__typename) {
    case 'AnswerStarted':
    case 'SourcesRetrieved':
      return;
    case 'AnswerDelta':
      // A replayed delta may begin in what is already on the screen.
      process.stdout.write(event.text.slice(Math.max(0, written - event.offset)));
      written = Math.max(written, event.offset + event.text.length);
      return;
    case 'AnswerCompleted':
      process.stdout.write(`\n${describeSources(event.answer)}`);
      return;
    case 'AnswerFailed':
      process.stdout.write('\n');
      fail(event.error.message);
  }
}

/** What the text cites, a line for each number with all its places, and who wrote it. */
function describeSources({ citations, answeredBy }: CompletedAnswer): string {
  const byRank = Map.groupBy(citations, (citation) => citation.source.rank);
  const lines = [...byRank]
    .toSorted(([a], [b]) => a - b)
    .map(([rank, cited]) => {
      const places = new Set(cited.map(placeOf).filter((place) => place !== ''));
      return [`[${rank}] ${cited[0]!.source.path}`, ...places].join(', ');
    });
  const writer = answeredBy?.model ?? (answeredBy?.kind === 'QUOTES' ? 'quotes, no model' : answeredBy?.kind);
  if (writer !== undefined) lines.push(dim(`answered by ${writer}`));
  if (answeredBy?.fallbackReason) lines.push(dim(`because ${answeredBy.fallbackReason}`));
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

function placeOf({ locator }: Citation): string {
  if (locator.pageNumber !== null) return `p. ${locator.pageLabel ?? locator.pageNumber}`;
  return locator.line === null ? '' : `l. ${locator.line}`;
}

function dim(text: string): string {
  return process.stdout.isTTY ? styleText('dim', text) : text;
}

function explain(error: unknown): string {
  if (Array.isArray(error)) return error.map(messageOf).join('\n'); // GraphQL errors: the operation was refused
  return `cannot reach askbox at ${url}; start it with: npm start`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
