import { setTimeout as sleep } from 'node:timers/promises';
import { questionOf } from './notes.ts';

/** What happened to the requests of one kind. */
export interface ProbeResult {
  /** How long each request took, in milliseconds, refused ones excluded. */
  readonly latenciesMs: readonly number[];
  /** The codes of the refused requests, one for each. */
  readonly refusals: readonly string[];
  /** Why requests got no usable response within 60 s, one entry for each. Their time counts as a latency. */
  readonly failures: readonly string[];
}

/** Requests that are sent one after another until they are stopped. */
export interface Probe {
  /** Sends no more requests, and resolves once all are over. */
  stop(): Promise<ProbeResult>;
}

/** Longer than a client waits; such a request has failed. */
const TIMEOUT_MS = 60_000;

const SEARCH = 'query ($query: String!) { search(query: $query) { hits { rank score excerpt } } }';

/**
 * Requests /healthz every `everyMs`, each time over a new connection, as a supervisor does, and whether or not the
 * earlier requests have come back: waiting for them would leave out the requests that a stall delays.
 */
export function probeHealth(url: string, everyMs: number): Probe {
  const results = emptyResults();
  const pending = new Set<Promise<void>>();
  const request = async (signal: AbortSignal): Promise<null> => {
    const response = await fetch(`${url}/healthz`, { signal, headers: { connection: 'close' } });
    await response.text();
    if (!response.ok) throw new Error(`/healthz responded with ${response.status}`);
    return null;
  };
  const timer = setInterval(() => {
    const sent: Promise<void> = timeInto(results, request).finally(() => pending.delete(sent));
    pending.add(sent);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return results;
    },
  };
}

/**
 * Searches for one of the first `notes` notes after the other, as a person does who reads each result: a search begins
 * `pauseMs` after the end of the previous one.
 */
export function probeSearch(url: string, pauseMs: number, notes: number): Probe {
  const results = emptyResults();
  let isStopped = false;
  const search = async (n: number, signal: AbortSignal): Promise<string | null> => {
    const { data, errors } = await postQuery(url, SEARCH, { query: questionOf(n % notes) }, signal);
    if (errors !== undefined) return errors[0]?.extensions?.code ?? 'NONE';
    if (!JSON.stringify(data).includes('garantia')) throw new Error('the search found nothing');
    return null;
  };
  const run = async (): Promise<void> => {
    for (let n = 0; !isStopped; n++) {
      await timeInto(results, (signal) => search(n, signal));
      await sleep(pauseMs);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      await running;
      return results;
    },
  };
}

/** Resolves with the response to a query over HTTP. */
export async function postQuery(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<{
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  return response.json();
}

function emptyResults(): { latenciesMs: number[]; refusals: string[]; failures: string[] } {
  return { latenciesMs: [], refusals: [], failures: [] };
}

/** Adds the outcome of a request. @param request resolves with the code of a refusal, or null. */
async function timeInto(
  results: ReturnType<typeof emptyResults>,
  request: (signal: AbortSignal) => Promise<string | null>,
): Promise<void> {
  const startedMs = performance.now();
  try {
    const refusal = await request(AbortSignal.timeout(TIMEOUT_MS));
    if (refusal !== null) return void results.refusals.push(refusal);
  } catch (error) {
    results.failures.push(reasonOf(error));
  }
  results.latenciesMs.push(performance.now() - startedMs);
}

/** Returns the code of a failed connection, TimeoutError after the time-out, or the message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name === 'TimeoutError' ? error.name : error.message;
}

/** Returns the value that `share` of the values do not exceed; NaN if there are none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? NaN;
}
