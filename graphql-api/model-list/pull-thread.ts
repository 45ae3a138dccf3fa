import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#shared/errors.ts';
import type { Model } from '#shared/models/catalogue.ts';
import { pullPatiently } from '#shared/models/hub/pull-patiently.ts';
import type { HubAccess } from '#shared/models/hub/request.ts';

/** The `workerData` of the thread: what to pull, from where, and where to. */
export interface PullJob {
  readonly model: Model;
  readonly hub: HubAccess;
  /** Whether the proxy of the environment is used. */
  readonly hasProxy: boolean;
  readonly modelsDir: string;
}

/** What the thread reports. It ends after `done` and `failed`. */
export type PullReport =
  | { readonly type: 'progress'; readonly bytes: number; readonly totalBytes: number }
  /** It pauses after a failure that may pass. */
  | { readonly type: 'retry'; readonly message: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string };

/** As often as `npm run models -- pull` tries without a new byte. */
const ATTEMPTS = 5;
/** Progress is reported at most this often, in milliseconds. */
const REPORT_EVERY_MS = 250;

// The thread that model-pulls.ts starts. Digests of gigabytes are no work for the event loop of the API, and a proxy
// that is set here holds for this thread alone: requests to the watcher, to Qdrant and to the endpoint stay direct.
// model-pulls.ts starts this file as a thread and passes a PullJob. In a thread parentPort is never null.
await pull(workerData as PullJob, (report) => parentPort!.postMessage(report));

async function pull(job: PullJob, say: (report: PullReport) => void): Promise<void> {
  if (job.hasProxy) http.setGlobalProxyFromEnv();
  const stop = new AbortController();
  // The only message there is.
  parentPort!.once('message', () => stop.abort(new Error('the pull was cancelled')));
  let news: PullReport | undefined;
  // Not when bytes arrive: the last ones before a pause would be kept back.
  const timer = setInterval(() => {
    if (news !== undefined) say(news);
    news = undefined;
  }, REPORT_EVERY_MS);
  try {
    await pullPatiently(job.model, {
      hub: job.hub,
      modelsDir: job.modelsDir,
      attempts: ATTEMPTS,
      signal: stop.signal,
      onProgress: (bytes, totalBytes) => (news = { type: 'progress', bytes, totalBytes }),
      onRetry: ({ message }) => {
        news = undefined;
        say({ type: 'retry', message });
      },
    });
    say({ type: 'done' });
  } catch (error) {
    say({ type: 'failed', message: messageOf(error) });
  }
  // Otherwise they keep the thread.
  clearInterval(timer);
  parentPort!.close();
}
