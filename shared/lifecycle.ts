import { untilAborted } from './abort.ts';
import { loadConfig, type Config } from './config.ts';
import { AskboxError, messageOf } from './errors.ts';
import { openLog, type Log } from './log.ts';

/**
 * The exit code of a service that would fail the same way again, because of its settings or environment (sysexits
 * EX_CONFIG).
 */
export const EXIT_CONFIG = 78;

/**
 * The argument of a service that a supervisor would restart whatever its exit code, as Docker's `unless-stopped` does:
 * instead of exiting with EXIT_CONFIG again and again, it then waits to be stopped, and only then exits so.
 */
const STAY = '--stay-when-misconfigured';

/**
 * Arguments of Node for the watcher. A scan makes 4 KB of short-lived objects for each file, and by default V8 lets the space
 * for these grow to 64 MB, and the old space with it, and keeps both. With a small one, a watcher of 20,000 files had 169 MB
 * instead of 292 (122 with an empty inbox), and used 0.9 of the CPU time. No process can set this for itself.
 */
export const WATCHER_NODE_ARGS: readonly string[] = ['--max-semi-space-size=2'];

/** How long a service may take to stop before its process exits anyway. */
const SHUTDOWN_MS = 10_000;

/** What every service is opened with. */
export interface ServiceParts {
  readonly config: Config;
  readonly log: Log;
  /** Aborts when the service is asked to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs a service as this process: reads the settings, opens the service, waits for SIGTERM, SIGINT or the end of the
 * parent that holds the IPC channel, and closes the service. Exits with 0 after an orderly stop, EXIT_CONFIG when a
 * person has to change something, and 1 after any other error. May be called once.
 * @param name of the service, for its log.
 */
export async function runService(name: string, open: (parts: ServiceParts) => Promise<AsyncDisposable>): Promise<void> {
  const stop = new AbortController();
  const askToStop = (): void => stop.abort(new Error(`${name} is stopping`));
  // A signal may arrive twice, from the terminal and from the parent; the second one changes nothing.
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
    // A service that is asked to stop while it is opening throws the signal's reason, which is an orderly stop.
    if (!stop.signal.aborted || error !== stop.signal.reason) await reportAndExit(name, error, log, stop.signal);
  }
  process.exit(0);
}

async function reportAndExit(name: string, error: unknown, log: Log | undefined, stop: AbortSignal): Promise<never> {
  if (error instanceof AskboxError && !error.isRetryable) {
    process.stderr.write(`${error.message}\n`);
    if (process.argv.includes(STAY)) await stay(name, stop);
    process.exit(EXIT_CONFIG);
  }
  if (log === undefined) process.stderr.write(`${name}: ${messageOf(error)}\n`);
  else log.error({ err: error }, 'stopped by a fault');
  process.exit(1);
}

/** Waits to be stopped. Listens on no port meanwhile, so that health checks fail. */
async function stay(name: string, stop: AbortSignal): Promise<void> {
  process.stderr.write(`${name}: waits to be stopped; correct the settings, then start it again\n`);
  const alive = setInterval(() => {}, 2 ** 30); // a signal alone keeps no process running
  await untilAborted(stop);
  clearInterval(alive);
}
