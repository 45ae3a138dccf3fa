import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '#shared/log.ts';
import type { Config } from '#shared/config.ts';
import { openEngines } from '../../graphql-api/generate/engines/engines.ts';
import { openQuestionEmbedder } from '../../graphql-api/models/question-embedder.ts';
import { openApi } from '../../graphql-api/open-api.ts';
import { openPassageScorer } from '../../graphql-api/rerank/passage-scorer.ts';
import type { IndexedInbox } from '../index-inbox.ts';

/** Which models answer. */
export interface AskingOptions {
  /** Whether questions are also searched by meaning; the inbox must have been embedded. */
  readonly isHybrid: boolean;
  /** The settings of what answers. */
  readonly settings: Pick<Config, 'generatorOrder' | 'model' | 'remote' | 'threads' | 'firstTokenMs'>;
}

/** A citation of an answer; its offsets count from the start of the answer and of the document. */
export interface AskedCitation {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  readonly source: {
    readonly path: string;
    readonly chunk: { readonly documents: readonly { readonly id: string; readonly path: string }[] } | null;
  };
}

/** What `ask` and `search` return for one question. */
export interface Asked {
  readonly answer: {
    readonly status: string;
    readonly finishReason: string | null;
    /** What was searched for instead of the question, because of the conversation. */
    readonly searchedFor: string | null;
    readonly text: string;
    readonly error: { readonly message: string } | null;
    readonly answeredBy: { readonly kind: string; readonly fallbackReason: string | null } | null;
    readonly sources: readonly { readonly path: string; readonly excerpt: string }[];
    /** What a refusal shows instead. */
    readonly nearest: readonly { readonly path: string; readonly chunk: { readonly text: string } | null }[];
    readonly citations: readonly AskedCitation[];
    readonly unsupported: readonly { readonly start: number; readonly end: number }[];
    readonly timings: { readonly firstTokenMs: number | null };
  };
  readonly hits: readonly {
    readonly chunk: { readonly text: string; readonly documents: readonly { readonly path: string }[] };
  }[];
}

/** Asks questions through an API that it starts for this purpose. */
export interface Asking extends AsyncDisposable {
  /**
   * Asks a question after those `before` it in a conversation; without any, outside of conversations.
   * @throws Error if the API refuses the question or the answer fails.
   */
  ask(question: string, before?: readonly string[]): Promise<Asked>;
  /** Returns what `explain` finds in the candidates for a question that is addressed to a model, by path. */
  instructions(question: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Returns whether the document has these words at this place now. */
  isVerbatim(citation: AskedCitation): Promise<boolean>;
}

const ASK = `query ($question: String!, $conversationId: ID) {
  ask(input: { question: $question, conversationId: $conversationId }) {
    status finishReason searchedFor text error { message } answeredBy { kind fallbackReason } sources { path excerpt }
    citations { start end quote startChar endChar source { path chunk { documents { id path } } } }
    unsupported { start end } timings { firstTokenMs }
    nearest { path chunk { text } }
  }
  search(query: $question, first: 10) { hits { chunk { text documents { path } } } }
}`;
const EXPLAIN = `query ($question: String!) {
  explain(input: { question: $question }) { candidates { path instructions } }
}`;
const CONVERSE = 'mutation { createConversation { conversation { id } } }';
const READ = `query ($id: ID!, $start: Int!, $end: Int!) { document(id: $id) { text(start: $start, end: $end) } }`;
/** Longest wait for the API to learn from the watcher what is in the inbox. */
const GIVE_UP_MS = 60_000;

/** Opens the API in this process over an indexed inbox. */
export async function openAsking(inbox: IndexedInbox, { isHybrid, settings }: AskingOptions): Promise<Asking> {
  await using opened = new AsyncDisposableStack();
  const { reader } = inbox;
  const embedder = isHybrid ? inbox.config.embedder : 'none';
  const config = { ...inbox.config, embedder, ...settings, port: 0 };
  const engines = opened.use(await openEngines(config, silentLog));
  const questions = opened.use(openQuestionEmbedder(config, reader, silentLog));
  await questions.firstCheck;
  const scorer = opened.use(openPassageScorer(config, silentLog));
  const { signal } = new AbortController();
  const api = opened.use(await openApi({ config, reader, engines, questions, scorer, log: silentLog, signal }));

  const query = async <Data>(
    text: string,
    variables: Readonly<Record<string, string | number | null>>,
  ): Promise<Data> => {
    const response = await fetch(`http://127.0.0.1:${api.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    });
    // `as`: the caller knows the shape of the data that it selects.
    const { data, errors } = (await response.json()) as { readonly data?: Data; readonly errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(`the API refused: ${JSON.stringify(errors)}`);
    return data;
  };

  async function askOne(question: string, conversationId: string | null): Promise<Asked> {
    type Answered = { readonly ask: Asked['answer'] } & { readonly search: Pick<Asked, 'hits'> };
    const { ask, search } = await query<Answered>(ASK, { question, conversationId });
    if (ask.status !== 'COMPLETED') throw new Error(`'${question}' was not answered: ${ask.error?.message}`);
    return { answer: ask, hits: search.hits };
  }

  async function startConversation(): Promise<string> {
    type Created = { readonly createConversation: { readonly conversation: { readonly id: string } } };
    const { createConversation } = await query<Created>(CONVERSE, {});
    return createConversation.conversation.id;
  }

  const documentCount = [...inbox.documents()].length;
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    const { stats } = await query<{ stats: { documents: number } }>('{ stats { documents } }', {});
    if (stats.documents === documentCount) break;
    if (performance.now() > giveUpAt) throw new Error(`the API knows ${stats.documents} of ${documentCount} documents`);
    await sleep(20);
  }
  const closing = opened.move();
  return {
    async ask(question, before = []) {
      const conversationId = before.length === 0 ? null : await startConversation();
      for (const earlier of before) await askOne(earlier, conversationId);
      return askOne(question, conversationId);
    },
    async instructions(question) {
      type Explained = { readonly path: string; readonly instructions: readonly string[] };
      const { explain } = await query<{ explain: { candidates: readonly Explained[] } }>(EXPLAIN, { question });
      return new Map(explain.candidates.map(({ path, instructions }) => [path, instructions]));
    },
    async isVerbatim({ quote, startChar, endChar, source }) {
      const id = source.chunk?.documents.find((document) => document.path === source.path)?.id;
      if (id === undefined) return false;
      const read = await query<{ document: { text: string } | null }>(READ, { id, start: startChar, end: endChar });
      return read.document?.text === quote;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
