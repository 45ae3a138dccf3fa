import { AskboxError } from '#shared/errors.ts';

/** Returns the error that stops the start rather than lose titles and tags that people wrote. */
export function unreadableDetails(file: string, cause: unknown): AskboxError {
  const message = `cannot read the titles and tags in ${file}; restore the file from a backup, or move it away to start without any`;
  return new AskboxError('DETAILS_UNREADABLE', message, { cause });
}
