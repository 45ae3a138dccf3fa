import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { watch } from 'chokidar';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { isIgnoredName } from './ignored-names.ts';
import { IGNORE_FILE } from './inbox-rules.ts';
import { PROBE_FILE, probeInbox } from './probe-inbox.ts';

/** A path inside the inbox under which something may have changed, with forward slashes; undefined: anywhere. */
type HintListener = (entryPath: string | undefined) => void;

/** Tells that something in the inbox may have changed. Never what: only a scan of the folder says that. */
export interface InboxWatch extends AsyncDisposable {
  onHint(listener: HintListener): () => void;
  /** POLLING until an event has been seen to arrive, and again once events are known to be incomplete. */
  mode(): IngestionState['watching'];
}

/** What to do when the system has no more room for watching. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'raise it with: sysctl fs.inotify.max_user_watches=524288',
  EMFILE: 'raise it with: sysctl fs.inotify.max_user_instances=1024, or ulimit -n 65536',
};

/**
 * Listens to the file system where it can. Losing every event costs time, never a file: the folder is scanned anyway.
 * @param mode `polling` listens to nothing.
 */
export function watchInbox(inbox: string, mode: 'auto' | 'polling', log: Log): InboxWatch {
  const listeners = new Set<HintListener>();
  const hint: HintListener = (entryPath) => {
    for (const listener of listeners) listener(entryPath);
  };
  const subscription = {
    onHint(listener: HintListener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  if (mode === 'polling') return { ...subscription, mode: () => 'POLLING', [Symbol.asyncDispose]: async () => {} };

  let hasArrived = false;
  let isIncomplete = false;
  const closing = new AbortController();
  // The inbox itself may be a link; those in it are not followed.
  const root = existsSync(inbox) ? realpathSync(inbox) : inbox;
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    atomic: false,
    ignored: (file) => file !== root && isSilent(path.basename(file)),
  });
  watcher.on('all', (_event, file) => {
    hasArrived = true;
    if (path.basename(file) === PROBE_FILE) return;
    const entryPath = path.relative(root, file).split(path.sep).join('/');
    hint(entryPath === '' ? undefined : entryPath);
  });
  let probing = Promise.resolve();
  watcher.on('ready', () => {
    hint(undefined); // what changed while it was getting ready had no event
    probing = probeInbox(inbox, () => hasArrived, log, closing.signal);
  });
  watcher.on('error', (error) => {
    // Too many folders for the system, say: part of the inbox is silent from now on.
    if (!isIncomplete) {
      const advice = ADVICE[codeOf(error) ?? ''] ?? 'no file is lost by that';
      log.warn(
        { reason: messageOf(error), advice },
        'file events are incomplete, going on by scanning every few seconds',
      );
    }
    isIncomplete = true;
    hint(undefined);
  });
  return {
    ...subscription,
    mode: () => (hasArrived && !isIncomplete ? 'EVENTS' : 'POLLING'),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await probing;
      await watcher.close();
    },
  };
}

/** Hidden and temporary names change nothing in the index, but for the rules themselves. */
function isSilent(name: string): boolean {
  return isIgnoredName(name) && name !== IGNORE_FILE && name !== PROBE_FILE;
}
