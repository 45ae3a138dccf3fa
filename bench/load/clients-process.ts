/**
 * The clients of bench/load.ts, in a process of their own so that their work delays no measurement: WebSockets that ask
 * one question after another, and WebSockets that follow changes. All connect at the same moment. After the message
 * `finish` the open answers may end; then this process sends a ClientsReport and waits for its end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { factOf, questionOf } from './notes.ts';

/** What the clients experienced. Codes are counted by name; NONE stands for an error without a code. */
export interface ClientsReport {
  readonly asked: number;
  /** Answers that ended with AnswerCompleted. */
  readonly complete: number;
  /** Complete answers that contain the fact that was asked for. */
  readonly correct: number;
  /** Questions that were refused with a GraphQL error. */
  readonly refusedAsks: number;
  /** Subscriptions that followers started. */
  readonly followed: number;
  /** Events that followers received. */
  readonly events: number;
  /** Operations that ended with a GraphQL error, questions included. */
  readonly refused: Readonly<Record<string, number>>;
  /** Answers that ended with AnswerFailed. */
  readonly failed: Readonly<Record<string, number>>;
  /** WebSockets that were closed before the end, by kind of client and close code, such as `follower:1006`. */
  readonly closed: Readonly<Record<string, number>>;
}

type Outcome =
  | { readonly type: 'ended' }
  | { readonly type: 'lost' }
  | { readonly type: 'refused'; readonly code: string };

/** How long the open answers may take after `finish`. */
const FINISH_MS = 60_000;
/** How long a client waits after a refusal or a lost connection, as the messages ask for. */
const RETRY_MS = 1_000;

const ASK = `subscription ($input: AskInput!) {
  ask(input: $input) {
    __typename sequence
    ... on SourcesRetrieved { sources { rank excerpt path } }
    ... on AnswerDelta { offset text }
    ... on AnswerCompleted { finishReason answer { text citations { quote } } }
    ... on AnswerFailed { error { code } }
  }
}`;
const FOLLOW = [
  'subscription { documentChanged { kind path document { status } } }',
  'subscription { ingestion { queued active { path } pausedBecause } }',
] as const;

const [url = '', askers = '0', followers = '0', pause = '0', notes = '1'] = process.argv.slice(2);
const pauseMs = Number(pause);
const counts = { asked: 0, complete: 0, correct: 0, refusedAsks: 0, followed: 0, events: 0 };
const [refused, failed, closed]: Record<string, number>[] = [{}, {}, {}];
let isFinishing = false;
let isEnding = false;

process.once('disconnect', () => process.exit());
process.once('message', () => (isFinishing = true));

const asking = Array.from({ length: Number(askers) }, (_, asker) => askOneAfterAnother(connect('asker'), asker));
for (let i = 0; i < Number(followers); i++) void follow(connect('follower'), FOLLOW[i % FOLLOW.length]!);

while (!isFinishing) await sleep(50);
await Promise.race([Promise.all(asking), sleep(FINISH_MS)]);
isEnding = true;
const report = { ...counts, refused: refused!, failed: failed!, closed: closed! } satisfies ClientsReport;
process.send!(report);

/** Connects immediately, and after a lost connection again with the next operation. */
function connect(kind: 'asker' | 'follower'): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {}, // counted when the socket closes
    on: {
      closed: (event) => {
        // `as`: graphql-ws passes the close event of the WebSocket on.
        if (!isEnding) count(closed!, `${kind}:${(event as { readonly code?: number }).code}`);
      },
    },
  });
}

async function askOneAfterAnother(client: Client, asker: number): Promise<void> {
  for (let round = 0; !isFinishing; round++) {
    const note = (asker * 37 + round * 11) % Number(notes);
    let isComplete = false;
    counts.asked++;
    const outcome = await run(client, ASK, { input: { question: questionOf(note) } }, ({ ask }) => {
      if (ask?.__typename === 'AnswerFailed') count(failed!, ask.error?.code ?? 'NONE');
      if (ask?.__typename !== 'AnswerCompleted') return;
      isComplete = true;
      counts.complete++;
      if (ask.answer?.text.includes(factOf(note))) counts.correct++;
    });
    if (outcome.type === 'refused') counts.refusedAsks++;
    await sleep(isComplete && outcome.type === 'ended' ? pauseMs : RETRY_MS);
  }
}

async function follow(client: Client, query: string): Promise<void> {
  while (!isFinishing) {
    counts.followed++;
    await run(client, query, {}, () => void counts.events++);
    await sleep(RETRY_MS);
  }
}

/** The events that ASK selects. */
interface AskResult {
  readonly ask?: {
    readonly __typename: string;
    readonly answer?: { readonly text: string };
    readonly error?: { readonly code: string };
  };
}

/** A GraphQL error of askbox. */
interface CodedError {
  readonly extensions?: { readonly code?: string };
}

/** Runs an operation to its end, and counts it if it is refused. */
function run(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
  onData: (data: AskResult) => void,
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const refuse = (errors: readonly CodedError[]): void => {
    const code = errors[0]?.extensions?.code ?? 'NONE';
    if (!isEnding) count(refused!, code);
    resolve({ type: 'refused', code });
  };
  client.subscribe<AskResult>(
    { query, variables },
    {
      next: ({ data, errors }) => (errors === undefined ? onData(data ?? {}) : refuse(errors)),
      // What is not a list of GraphQL errors is the end of the connection, counted by its close code.
      error: (error) => (Array.isArray(error) ? refuse(error) : resolve({ type: 'lost' })),
      complete: () => resolve({ type: 'ended' }),
    },
  );
  return promise;
}

function count(counter: Record<string, number>, code: string): void {
  counter[code] = (counter[code] ?? 0) + 1;
}
