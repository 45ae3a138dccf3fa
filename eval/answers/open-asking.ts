import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '#shared/log.ts';
import { openEngines } from '../../graphql-api/generate/engines/engines.ts';
import { openQuestionEmbedder } from '../../graphql-api/models/question-embedder.ts';
import { openApi } from '../../graphql-api/open-api.ts';
import { openPassageScorer } from '../../graphql-api/rerank/passage-scorer.ts';
import type { IndexedInbox } from '../index-inbox.ts';

/** Which models answer. */
export interface AskingOptions {
  /** Whether questions are also searched by meaning; the inbox must have been embedded. */
  readonly isHybrid: boolean;
  /** Path of the Llama's .gguf file; null: quotes answer. */
  readonly model: string | null;
}

/** What `ask` and `search` return for one question. */
export interface Asked {
  readonly answer: {
    readonly status: string;
    readonly finishReason: string | null;
    readonly text: string;
    readonly error: { readonly message: string } | null;
    readonly answeredBy: { readonly kind: string } | null;
    /** What a refusal shows instead. */
    readonly nearest: readonly { readonly path: string; readonly chunk: { readonly text: string } | null }[];
    readonly citations: readonly { readonly quote: string; readonly source: { readonly path: string } }[];
  };
  readonly hits: readonly {
    readonly chunk: { readonly text: string; readonly documents: readonly { readonly path: string }[] };
  }[];
}

/** Asks questions through an API that it starts for this purpose. */
export interface Asking extends AsyncDisposable {
  /** @throws Error if the API refuses the question or the answer fails. */
  ask(question: string): Promise<Asked>;
}

const ASK = `query ($question: String!) {
  ask(input: { question: $question }) {
    status finishReason text error { message } answeredBy { kind } citations { quote source { path } }
    nearest { path chunk { text } }
  }
  search(query: $question, first: 10) { hits { chunk { text documents { path } } } }
}`;
/** Longest wait for the API to learn from the watcher what is in the inbox. */
const GIVE_UP_MS = 60_000;

/** Opens the API in this process over an indexed inbox. */
export async function openAsking(inbox: IndexedInbox, { isHybrid, model }: AskingOptions): Promise<Asking> {
  await using opened = new AsyncDisposableStack();
  const { reader } = inbox;
  const embedder = isHybrid ? inbox.config.embedder : 'none';
  const config = { ...inbox.config, embedder, model: model ?? 'none', port: 0 };
  const engines = opened.use(await openEngines(config, silentLog));
  const questions = opened.use(openQuestionEmbedder(config, reader, silentLog));
  await questions.firstCheck;
  const scorer = opened.use(openPassageScorer(config, silentLog));
  const { signal } = new AbortController();
  const api = opened.use(await openApi({ config, reader, engines, questions, scorer, log: silentLog, signal }));

  const query = async <Data>(text: string, variables: Readonly<Record<string, string>>): Promise<Data> => {
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
    async ask(question) {
      const { ask, search } = await query<{ ask: Asked['answer']; search: Pick<Asked, 'hits'> }>(ASK, { question });
      if (ask.status !== 'COMPLETED') throw new Error(`'${question}' was not answered: ${ask.error?.message}`);
      return { answer: ask, hits: search.hits };
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
