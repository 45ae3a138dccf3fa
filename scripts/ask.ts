import { text as readAll } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { createApiClient, RefusedError, runOperation } from './terminal/api-client.ts';
import { ask, type AskEvent } from './terminal/ask-client.ts';
import { type AskOptions, askUsage, readAskOptions } from './terminal/ask-options.ts';
import { EXIT_USAGE, exitWithHelp, loadConfigOrExit, orExit } from './terminal/command-line.ts';
import { converse } from './terminal/conversation.ts';
import { fetchExplanation, renderExplanation } from './terminal/render-explanation.ts';
import { ANSWER_FIELDS, ANSWER_WORDS, renderAnswer, type ShownAnswer } from './terminal/render-answer.ts';
import { showThinking } from './terminal/thinking/show-thinking.ts';
import { harmlessProse, terminalLanguage } from './terminal/text.ts';
import { apiUrlOf } from './terminal/wait-until-ready.ts';

const EVENT_FIELDS = `
  ... on AnswerStarted { queuePosition }
  ... on AnswerThinking { thoughts: text }
  ... on AnswerCompleted { answer { ${ANSWER_FIELDS} } }
  ... on AnswerFailed { error { message } answer { passagesLeftMachine } }
`;

type Event = AskEvent &
  (
    | { readonly __typename: 'AnswerStarted'; readonly queuePosition: number }
    | { readonly __typename: 'SourcesRetrieved' | 'AnswerDelta' }
    | { readonly __typename: 'AnswerThinking'; readonly thoughts: string }
    | { readonly __typename: 'AnswerCompleted'; readonly answer: ShownAnswer }
    | {
        readonly __typename: 'AnswerFailed';
        readonly error: { readonly message: string };
        readonly answer: Pick<ShownAnswer, 'passagesLeftMachine'>;
      }
  );

/** The fields of AskInput that are sent here. */
type AskInput = AskOptions['input'] & { readonly question: string; readonly conversationId?: string };

/** The exit code when the documents answer nothing, so that scripts need not compare texts. */
const EXIT_NOTHING_FOUND = 3;
/** The exit code that shells give a program ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130;
/** How long unsubscribing may take before the process exits without it. */
const STOP_MS = 2_000;
const MAX_COLUMNS = 100;

const options = orExit(() => readAskOptions(process.argv.slice(2)));
if (options.help) exitWithHelp(askUsage());

const config = loadConfigOrExit();
const language = terminalLanguage(process.env);
const url = apiUrlOf(config);
let wasConnected = false;
const client = createApiClient(url, config.apiKey, {
  on: { connected: () => (wasConnected = true) },
  retryAttempts: 5,
  // Only a lost connection is retried; a server that is not running is reported immediately.
  shouldRetry: () => wasConnected,
});

// Exiting without unsubscribing would count as a lost connection, and the model would keep writing for ASKBOX_GRACE_MS.
const stop = new AbortController();
process.on('SIGINT', () => stopWith(EXIT_INTERRUPTED));
process.stdout.on('error', () => stopWith(0)); // the reader is gone, as in `npm run ask ... | head`

if (options.question === '' && process.stdin.isTTY) await talk();
else await askOnce(options.question === '' ? (await readAll(process.stdin)).trim() : options.question);
await client.dispose();

async function askOnce(question: string): Promise<void> {
  if (question === '') failWith(EXIT_USAGE, askUsage());
  if (options.explain) {
    const explanation = await fetchExplanation(client, { ...options.input, question }).catch((error: unknown) =>
      fail(explain(error)),
    );
    return console.log(options.json ? JSON.stringify(explanation) : renderExplanation(explanation, columnsOf()));
  }
  const end = await write({ ...options.input, question }, stop.signal).catch((error: unknown) => fail(explain(error)));
  if (end?.__typename === 'AnswerFailed') fail(end.error.message);
  if (end?.answer.finishReason === 'ABSTAINED') process.exitCode = EXIT_NOTHING_FOUND;
}

/** Asks what is typed, each question in the conversation of those before it. */
async function talk(): Promise<void> {
  let conversationId: string | undefined;
  await converse({
    input: process.stdin,
    output: process.stdout,
    isTerminal: true,
    language,
    startAfresh: () => (conversationId = undefined),
    ask: async (question, signal) => {
      try {
        conversationId ??= await createConversation();
        const end = await write({ ...options.input, question, conversationId }, signal);
        if (end?.__typename === 'AnswerFailed') console.error(harmlessProse(end.error.message));
      } catch (error) {
        console.error(harmlessProse(explain(error)));
        // It may be gone: the next question begins another one.
        conversationId = undefined;
      }
    },
  });
}

async function createConversation(): Promise<string> {
  interface Created {
    readonly conversation: { readonly id: string } | null;
    readonly userErrors: readonly { readonly message: string }[];
  }
  const { createConversation: created } = await runOperation<{ createConversation: Created }>(
    client,
    'mutation { createConversation(input: {}) { conversation { id } userErrors { message } } }',
  );
  if (created.conversation === null) throw new RefusedError(created.userErrors);
  return created.conversation.id;
}

/**
 * Asks, and writes the answer as it arrives, or at its end as JSON.
 * @returns the last event; undefined if `signal` stopped it before.
 */
async function write(input: AskInput, signal: AbortSignal) {
  let shown = 0;
  const thinking = showThinking({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    language,
    isShown: options.thinking,
    dim: (text) => styleText('dim', text, { stream: process.stderr }),
    now: () => performance.now(),
  });
  let last: (Event & { readonly __typename: 'AnswerCompleted' | 'AnswerFailed' }) | undefined;
  const show = (event: Event, text: string): void => {
    if (event.__typename === 'AnswerThinking') {
      if (options.thinking || !options.json) thinking.think(event.thoughts);
      return;
    }
    thinking.end();
    if (event.__typename === 'AnswerStarted' && event.queuePosition > 0) {
      const waiting =
        language === 'pt' ? 'aguardando; perguntas à frente desta' : 'waiting; questions ahead of this one';
      console.error(dim(`${waiting}: ${event.queuePosition}`));
    } else if (event.__typename === 'AnswerDelta' && !options.json) {
      process.stdout.write(harmlessProse(text.slice(shown)));
      shown = text.length;
    } else if (event.__typename === 'AnswerCompleted') {
      last = event;
      if (options.json) return console.log(JSON.stringify(event.answer));
      process.stdout.write(`\n${renderAnswer(event.answer, { columns: columnsOf(), language, dim })}`);
    } else if (event.__typename === 'AnswerFailed') {
      last = event;
      if (!options.json) process.stdout.write('\n');
      if (event.answer.passagesLeftMachine) console.error(ANSWER_WORDS[language].leftMachine);
    }
  };
  await ask(client, input, EVENT_FIELDS, show, signal);
  // What was written stays on the screen.
  if (last === undefined) process.stdout.write('\n');
  return last;
}

function stopWith(exitCode: number): void {
  process.exitCode = exitCode;
  stop.abort();
  setTimeout(() => process.exit(), STOP_MS).unref();
}

function columnsOf(): number {
  return Math.min(process.stdout.columns ?? MAX_COLUMNS, MAX_COLUMNS);
}

function dim(text: string): string {
  return process.stdout.isTTY ? styleText('dim', text) : text;
}

function explain(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  if (Array.isArray(error)) return new RefusedError(error).message; // as a subscription rejects that is refused
  return language === 'pt'
    ? `não há resposta do askbox em ${url}; inicie-o com: npm start`
    : `cannot reach askbox at ${url}; start it with: npm start`;
}

function fail(message: string): never {
  return failWith(1, message);
}

function failWith(exitCode: number, message: string): never {
  console.error(harmlessProse(message));
  process.exit(exitCode);
}
