import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { pause } from '../waiting/wake.ts';

/** Hidden, so no scan reads it. */
export const PROBE_FILE = '.askbox-probe';
/** An event that takes longer, on a busy machine, is still heard: only the log is wrong then. */
const WAIT_MS = 3000;
const ASK_EVERY_MS = 50;

/**
 * Measures whether file events arrive from the inbox, which no system tells: a hidden file is made there and taken away
 * as soon as its event comes. Where nothing may be written nothing is measured, and scanning goes on instead of listening.
 * @param hasArrived whether an event was heard.
 */
export async function probeInbox(
  inbox: string,
  hasArrived: () => boolean,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const probe = path.join(inbox, PROBE_FILE);
  let reason = 'no event arrived';
  try {
    await rm(probe, { force: true }); // left by a kill, or somebody's link
    await writeFile(probe, '', { flag: 'wx' });
    for (let waitedMs = 0; waitedMs < WAIT_MS && !hasArrived() && !signal.aborted; waitedMs += ASK_EVERY_MS) {
      await pause(ASK_EVERY_MS, signal);
    }
    await rm(probe, { force: true });
  } catch (error) {
    reason = messageOf(error);
  }
  if (!hasArrived() && !signal.aborted)
    log.info({ inbox, reason }, 'scanning every few seconds, file events do not come');
}
