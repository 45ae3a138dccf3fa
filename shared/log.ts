import { pino, type LoggerOptions } from 'pino';
import type { Config } from './config.ts';

/**
 * Writes one line for each event, as fields and not as a sentence: `log.info({ document, chunks, ms }, 'ingested')`. At
 * level info and above it must contain no text of documents and no questions.
 */
export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * Opens a log that writes JSON lines.
 * @param service name of the service, written on every line.
 * @param write takes each line. Default: they go to standard output.
 */
export function openLog(service: string, level: Config['logLevel'], write?: (line: string) => void): Log {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['*.authorization'],
  };
  return write === undefined ? pino(options) : pino(options, { write });
}

/** A log that writes nothing, for tests and for callers that do not log. */
export const silentLog: Log = pino({ level: 'silent' });
