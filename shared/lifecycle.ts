import { untilAborted } from './abort.ts';
import { loadConfig, type Config } from './config.ts';
import { AskboxError, messageOf } from './errors.ts';
import { openLog, type Log } from './log.ts';

/** The exit code of a service that will fail the same way again: its settings or its place are wrong (sysexits EX_CONFIG). */
export const EXIT_CONFIG = 78;

/** Longest wait for an orderly end before the process ends anyway. */
const SHUTDOWN_MS = 10_000;

export interface ServiceParts {
  readonly config: Config;
  readonly log: Log;
  /** Aborts when the service is asked to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs a service as this process: reads the settings, opens it, waits for SIGTERM, SIGINT or the end of the parent that
 * holds its IPC channel, closes it. Exit code 0 after an orderly end, EXIT_CONFIG when a person has to change something,
 * 1 after a fault. May be called once.
 */
export async function runService(name: string, open: (parts: ServiceParts) => Promise<AsyncDisposable>): Promise<void> {
  const stop = new AbortController();
  const askToStop = (): void => stop.abort(new Error(`${name} is stopping`));
  // A signal may come twice, from the terminal and from the parent: the second changes nothing.
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, askToStop);

  let log: Log | undefined;
  try {
    const config = loadConfig();
    log = openLog(name, config.logLevel);
    const service = await open({ config, log, signal: stop.signal });
    log.info({ pid: process.pid }, 'started');
    await untilAborted(stop.signal);
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    log.info({}, 'stopping');
    await service[Symbol.asyncDispose]();
  } catch (error) {
    // Asked to stop while it was still opening, a service gives up with the signal's reason: that is an orderly end.
    if (!stop.signal.aborted || error !== stop.signal.reason) reportAndExit(name, error, log);
  }
  process.exit(0);
}

function reportAndExit(name: string, error: unknown, log: Log | undefined): never {
  if (error instanceof AskboxError && !error.isRetryable) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  if (log === undefined) process.stderr.write(`${name}: ${messageOf(error)}\n`);
  else log.error({ err: error }, 'stopped by a fault');
  process.exit(1);
}
