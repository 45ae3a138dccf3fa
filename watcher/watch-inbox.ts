import { watch } from 'chokidar';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import path from 'node:path';
import { isIgnoredName } from './ignored-names.ts';

/** Tells that something in the inbox may have changed. Never what: only a look at the folder says that. */
export interface InboxWatch extends AsyncDisposable {
  onHint(listener: () => void): () => void;
  mode(): IngestionState['watching'];
}

/**
 * Listens to the file system where it can. Losing every event costs time, never a file: the folder is looked at anyway.
 * @param mode `polling` listens to nothing.
 */
export function watchInbox(inbox: string, mode: 'auto' | 'polling', log: Log): InboxWatch {
  const listeners = new Set<() => void>();
  let watching: IngestionState['watching'] = mode === 'polling' ? 'POLLING' : 'EVENTS';
  const watcher =
    mode === 'polling'
      ? undefined
      : watch(inbox, {
          ignoreInitial: true,
          followSymlinks: false,
          atomic: false,
          ignored: (file) => file !== inbox && isIgnoredName(path.basename(file)),
        });
  const hint = (): void => {
    for (const listener of listeners) listener();
  };
  watcher?.on('all', hint);
  watcher?.on('ready', hint); // what changed while it was getting ready had no event
  watcher?.on('error', (error) => {
    // ENOSPC: more folders than fs.inotify.max_user_watches; part of the inbox is silent from now on.
    if (watching === 'EVENTS') {
      const advice = 'raise it with: sysctl fs.inotify.max_user_watches=524288';
      log.warn(
        { reason: messageOf(error), advice },
        'file events are incomplete, going on by looking every few seconds',
      );
    }
    watching = 'POLLING';
  });
  return {
    onHint(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    mode: () => watching,
    [Symbol.asyncDispose]: async () => {
      await watcher?.close();
    },
  };
}
