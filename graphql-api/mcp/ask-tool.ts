import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { callTool, FILTER_INPUT, filterOf, type McpParts } from './call.ts';
import { LOCATOR_FIELDS, pathAndPlace, placeOf, type SelectedLocator } from '#shared/place-name.ts';
import { CallError } from './port.ts';

const INPUT = z.strictObject({
  question: z.string().min(1).max(4_000).describe('A whole question; askbox does not see the conversation around it'),
  ...FILTER_INPUT,
});

const PASSAGE = { path: z.string(), place: z.string().describe('Such as p. 3; empty if the format has no places') };

const OUTPUT = z.object({
  answerId: z.string(),
  text: z.string().describe('Markers such as [1] refer to citations by their source'),
  finishReason: z.string().describe('STOP, LENGTH or LOOP; ABSTAINED if the documents do not answer the question'),
  citations: z.array(
    z.object({
      source: z.int().describe('The number of the marker'),
      ...PASSAGE,
      title: z.string(),
      quote: z.string().describe('The words of the document that support the sentence, verbatim'),
      start: z.int().describe('Where the marker is in the text'),
      startChar: z.int().describe('Where the quote starts in the text of the document'),
      endChar: z.int().describe('Where it ends, exclusive'),
    }),
  ),
  unsupported: z.array(z.string()).describe('The sentences that no document supports'),
  nearest: z
    .array(z.object({ ...PASSAGE, excerpt: z.string() }))
    .describe('If it is ABSTAINED, the passages that come nearest; they are no answer'),
  answeredBy: z.string().nullable().describe('The model, or QUOTES if the best passages are quoted without any'),
  passagesLeftMachine: z.boolean().describe('Whether passages were sent to a model server'),
});

const ASK = `subscription Ask($input: AskInput!) {
  ask(input: $input) {
    __typename
    ... on AnswerStarted { queuePosition }
    ... on SourcesRetrieved { sources { rank } }
    ... on AnswerDelta { text offset }
    ... on AnswerFailed { error { message } }
    ... on AnswerCompleted {
      answer {
        id text finishReason passagesLeftMachine
        unsupported { start end }
        citations { start startChar endChar quote source { rank path title } locator { ${LOCATOR_FIELDS} } }
        nearest { path excerpt locator { ${LOCATOR_FIELDS} } }
        answeredBy { kind model }
      }
    }
  }
}`;

/** The answer that ASK selects. */
interface Answer {
  readonly id: string;
  readonly text: string;
  readonly finishReason: string | null;
  readonly passagesLeftMachine: boolean;
  readonly unsupported: readonly { readonly start: number; readonly end: number }[];
  readonly citations: readonly {
    readonly start: number;
    readonly startChar: number;
    readonly endChar: number;
    readonly quote: string;
    readonly source: { readonly rank: number; readonly path: string; readonly title: string };
    readonly locator: SelectedLocator;
  }[];
  readonly nearest: readonly { readonly path: string; readonly excerpt: string; readonly locator: SelectedLocator }[];
  readonly answeredBy: { readonly kind: string; readonly model: string | null } | null;
}

type AskEvent =
  | { readonly __typename: 'AnswerStarted'; readonly queuePosition: number }
  | { readonly __typename: 'SourcesRetrieved'; readonly sources: readonly { readonly rank: number }[] }
  | { readonly __typename: 'AnswerDelta'; readonly text: string; readonly offset: number }
  | { readonly __typename: 'AnswerFailed'; readonly error: { readonly message: string } }
  | { readonly __typename: 'AnswerCompleted'; readonly answer: Answer };

/** How much of the end of the text a progress message shows, in characters: about two lines. */
const SHOWN_CHARS = 160;

/** Adds the tool `ask`, which reports its progress to a client that gives a progress token. */
export function addAskTool(server: McpServer, parts: McpParts): void {
  const about = {
    title: 'Ask the documents',
    description:
      "Answers a question from the user's own documents, with verbatim quotes as evidence. May take a minute with a local model.",
    inputSchema: INPUT,
    outputSchema: OUTPUT,
    annotations: { readOnlyHint: true, openWorldHint: false },
  };
  server.registerTool('ask', about, (input, { signal, sendNotification, _meta }) => {
    const progressToken = _meta?.progressToken;
    let progress = 0;
    const show = async (message: string): Promise<void> => {
      if (progressToken === undefined) return;
      progress++;
      await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, message } });
    };
    return callTool(parts, () => ask(input, parts, show, signal));
  });
}

/** Asks, and waits for the end. Showing an event is awaited, so that a slow client gets fewer and larger ones. */
async function ask(
  { question, ...filter }: z.output<typeof INPUT>,
  { port }: McpParts,
  show: (message: string) => Promise<void>,
  signal: AbortSignal,
) {
  const variables = { input: { question, filter: filterOf(filter) } };
  let text = '';
  for await (const { ask: event } of port.results<{ ask: AskEvent }>(ASK, variables, signal)) {
    switch (event.__typename) {
      case 'AnswerStarted':
        await show(event.queuePosition === 0 ? 'searching' : `waiting; questions ahead: ${event.queuePosition}`);
        break;
      case 'SourcesRetrieved':
        await show(`passages found: ${event.sources.length}`);
        break;
      case 'AnswerDelta':
        text = text.slice(0, event.offset) + event.text;
        await show(text.slice(-SHOWN_CHARS).toWellFormed());
        break;
      case 'AnswerFailed':
        throw new CallError(event.error.message);
      case 'AnswerCompleted':
        return { text: readable(event.answer), fields: fieldsOf(event.answer) };
    }
  }
  signal.throwIfAborted();
  throw new CallError('askbox ended the answer without a result; ask again');
}

function fieldsOf({ id, text, finishReason, passagesLeftMachine, answeredBy, ...answer }: Answer) {
  return {
    answerId: id,
    text,
    finishReason: finishReason ?? 'ERROR',
    citations: answer.citations.map(({ source: { rank, path, title }, locator, quote, start, startChar, endChar }) => ({
      source: rank,
      path,
      place: placeOf(locator),
      title,
      quote,
      start,
      startChar,
      endChar,
    })),
    unsupported: answer.unsupported.map(({ start, end }) => text.slice(start, end).trim()),
    nearest: answer.nearest.map(({ path, excerpt, locator }) => ({ path, place: placeOf(locator), excerpt })),
    answeredBy: answeredBy === null ? null : (answeredBy.model ?? answeredBy.kind),
    passagesLeftMachine,
  } satisfies z.input<typeof OUTPUT>;
}

/** Returns the text with its evidence below it, for clients that show only text. */
function readable(answer: Answer): string {
  const { text, citations, unsupported, nearest } = fieldsOf(answer);
  return [
    text,
    ...citations.map(({ source, path, place, quote }) => `[${source}] ${pathAndPlace(path, place)}: “${quote}”`),
    ...nearest.map(({ path, place, excerpt }) => `nearest: ${pathAndPlace(path, place)}: “${excerpt}”`),
    ...unsupported.map((sentence) => `[?] no source supports: ${sentence}`),
  ].join('\n\n');
}
