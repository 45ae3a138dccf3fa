import { pino } from 'pino';
import type { Config } from './config.ts';

/** One line an event, fields not sentences: `log.info({ document, chunks, ms }, 'ingested')`. No document text, no questions at info level. */
export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>;

/** JSON lines on standard output. @param service its name, on every line. */
export function openLog(service: string, level: Config['logLevel']): Log {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['*.authorization'],
  });
}

/** For tests and for callers that want nothing said. */
export const silentLog: Log = pino({ level: 'silent' });
