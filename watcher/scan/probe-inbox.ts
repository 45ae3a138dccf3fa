import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { pause } from '../waiting/wake.ts';

/** The name of the probe file. It is hidden, so no scan reads it. */
export const PROBE_FILE = '.askbox-probe';
/** An event that takes longer, on a busy machine, still counts when it arrives: only the log is wrong then. */
const WAIT_MS = 3000;
const ASK_EVERY_MS = 50;

/**
 * Measures whether file events arrive from the inbox, because no system reports it: creates a hidden file there and
 * deletes it as soon as its event arrives. Where nothing can be written nothing is measured, and the inbox is only
 * scanned.
 * @param hasArrived whether any event has arrived.
 * @param signal ends the wait early, without an error.
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
    await rm(probe, { force: true }); // left by a kill, or a link that a user made
    await writeFile(probe, '', { flag: 'wx' });
    for (let waitedMs = 0; waitedMs < WAIT_MS && !hasArrived() && !signal.aborted; waitedMs += ASK_EVERY_MS) {
      await pause(ASK_EVERY_MS, signal);
    }
    await rm(probe, { force: true });
  } catch (error) {
    reason = messageOf(error);
  }
  if (!hasArrived() && !signal.aborted)
    log.info({ inbox, reason }, 'file events do not arrive, scanning every few seconds instead');
}
