import { effect, signal } from '@preact/signals';
import { isConnected, subscribe, type Listener } from '../api/client.ts';
import { FILE_CHANGES, INGESTION_CHANGES } from '../api/operations.ts';
import type { DocumentChange, Ingestion } from '../api/types.ts';
import { noteFileChanges } from '../document/opened.ts';
import { countFiles } from './counts.ts';
import { applyChanges, loadFirstFiles } from './files.ts';

/** How far the folder has been read; null until that is known. */
export const ingestion = signal<Ingestion | null>(null);

/** Changes are shown together, so that thousands of them cost the page no more than a few. */
const GATHER_MS = 200;
const COUNT_EVERY_MS = 1_000;
/** How long a subscription that the server ended waits before it is made again. */
const RESUBSCRIBE_MS = 2_000;

/** Follows the folder: its files, how many there are, and how far they have been read. @returns what stops it. */
export function followFolder(): () => void {
  let gathered: DocumentChange[] = [];
  let applying: ReturnType<typeof setTimeout> | undefined;
  let counting: ReturnType<typeof setTimeout> | undefined;
  const countSoon = (): void => {
    counting ??= setTimeout(() => {
      counting = undefined;
      void countFiles();
    }, COUNT_EVERY_MS);
  };
  const applyGathered = (): void => {
    applying = undefined;
    applyChanges(gathered);
    noteFileChanges(gathered.map(({ document }) => document?.path ?? null));
    gathered = [];
    countSoon();
  };
  const stops = [
    // What changed while there was no connection is found by loading the list again.
    effect(() => {
      if (!isConnected.value) return;
      void countFiles();
      loadFirstFiles();
    }),
    keepSubscribed<{ documentChanged: DocumentChange }>(FILE_CHANGES, ({ documentChanged }) => {
      gathered.push(documentChanged);
      applying ??= setTimeout(applyGathered, GATHER_MS);
    }),
    keepSubscribed<{ ingestion: Ingestion }>(INGESTION_CHANGES, (data) => {
      ingestion.value = data.ingestion;
      countSoon();
    }),
  ];
  return () => {
    clearTimeout(applying);
    clearTimeout(counting);
    for (const stop of stops) stop();
  };
}

/** Subscribes, and again whenever the server ends the subscription, as for a page that is far behind. */
function keepSubscribed<Data>(query: string, next: Listener<Data>['next']): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => {};
  const start = (): void => {
    const restart = (): void => {
      clearTimeout(again);
      again = setTimeout(() => {
        loadFirstFiles();
        start();
      }, RESUBSCRIBE_MS);
    };
    stop = subscribe<Data>(query, {}, { next, error: restart, complete: restart });
  };
  start();
  return () => {
    stop();
    clearTimeout(again);
  };
}
