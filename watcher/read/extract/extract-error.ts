import { AskboxError } from '#shared/errors.ts';
import type { ExtractErrorCode } from './extraction.ts';

/** The verdict on a file whose bytes were read: trying again with the same bytes ends the same way. */
export class ExtractError extends AskboxError {
  override readonly name = 'ExtractError';
  declare readonly code: ExtractErrorCode;
  /** What is wrong and the next step, such as `it is empty; write something into it and save it again`. */
  readonly reason: string;

  constructor(code: ExtractErrorCode, path: string, reason: string, options: { cause?: unknown } = {}) {
    super(code, `cannot read ${path}: ${reason}`, options);
    this.reason = reason;
  }
}

/** The verdict on a file that is above the limit. */
export function tooLarge(path: string, sizeBytes: number, maxBytes: number): ExtractError {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MB`;
  return new ExtractError(
    'TOO_LARGE',
    path,
    `it has ${megabytes(sizeBytes)}, more than the ${megabytes(maxBytes)} allowed; split it or raise ASKBOX_MAX_FILE_MB`,
  );
}

/** The file could not be opened or read; nothing is known of its bytes. */
export class FileUnreadable extends AskboxError {
  override readonly name = 'FileUnreadable';
  declare readonly code: 'UNREADABLE';
  /** As the system names it, such as ENOENT or EACCES; ELOOP for a link, EFTYPE for what is not a regular file. Also the cause's code. */
  readonly errno: string;

  constructor(path: string, errno: string) {
    super(
      'UNREADABLE',
      `cannot read ${path}: ${NEXT_STEPS[errno] ?? `the system says ${errno}; look after its disk`}`,
      {
        isRetryable: true,
        cause: Object.assign(new Error(errno), { code: errno }),
      },
    );
    this.errno = errno;
  }
}

const NEXT_STEPS: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone; drop it again if it should be answered from',
  EACCES: 'askbox may not open it; give the user that runs askbox the right to read it',
  EPERM: 'askbox may not open it; give the user that runs askbox the right to read it',
  ELOOP: 'it is a link; drop the file itself',
  EFTYPE: 'it is not a regular file; drop a file',
};

/** The process that read the file was killed for its time or memory, or died; nothing is known of the bytes. */
export class ExtractorDied extends AskboxError {
  override readonly name = 'ExtractorDied';
  declare readonly code: 'TIMEOUT' | 'CRASHED';

  constructor(code: 'TIMEOUT' | 'CRASHED', path: string, reason: string) {
    super(code, `cannot read ${path}: ${reason}; save it anew or split it`, { isRetryable: true });
  }
}
