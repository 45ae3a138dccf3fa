import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { watch } from 'chokidar';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { isIgnoredName } from './ignored-names.ts';
import { IGNORE_FILE } from './inbox-rules.ts';
import { PROBE_FILE, probeInbox } from './probe-inbox.ts';

/** @param entryPath where something may have changed, inside the inbox, with forward slashes; undefined: anywhere. */
type HintListener = (entryPath: string | undefined) => void;

/** Reports that something in the inbox may have changed, but never what: only a scan of the folder finds that. */
export interface InboxWatch extends AsyncDisposable {
  /** Calls the listener for each hint. @returns a function that unsubscribes it. */
  onHint(listener: HintListener): () => void;
  /** POLLING until a first event has arrived, and again once events are known to be incomplete. */
  mode(): IngestionState['watching'];
}

/** What to do when a limit of the system on watched folders is reached, by error code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'raise it with: sysctl fs.inotify.max_user_watches=524288',
  EMFILE: 'raise it with: sysctl fs.inotify.max_user_instances=1024, or ulimit -n 65536',
};

/**
 * Listens for file events where the file system sends them. A lost event costs time, never a file: the folder is
 * scanned anyway. Errors are logged and make the mode POLLING.
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
  // The inbox itself may be a link; links inside it are not followed.
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
    hint(undefined); // there was no event for changes made while it was getting ready
    probing = probeInbox(inbox, () => hasArrived, log, closing.signal);
  });
  watcher.on('error', (error) => {
    // For example too many folders for the system: part of the inbox sends no events from now on.
    if (!isIncomplete) {
      const advice = ADVICE[codeOf(error) ?? ''] ?? 'no file is missed, changes are only found later';
      log.warn({ reason: messageOf(error), advice }, 'file events are incomplete, scanning every few seconds instead');
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

/** Hidden and temporary files change nothing in the index, except the ignore file. The probe needs its events. */
function isSilent(name: string): boolean {
  return isIgnoredName(name) && name !== IGNORE_FILE && name !== PROBE_FILE;
}
