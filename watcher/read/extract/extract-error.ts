import { AskboxError } from '#shared/errors.ts';
import type { ExtractErrorCode } from './extraction.ts';

/** A file was read but its text cannot be extracted; another attempt with the same bytes would fail the same way. */
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

/** Returns the error for a file that is larger than the limit. Sizes are in bytes. */
export function tooLarge(path: string, sizeBytes: number, maxBytes: number): ExtractError {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MB`;
  return new ExtractError(
    'TOO_LARGE',
    path,
    `it is ${megabytes(sizeBytes)}, more than the ${megabytes(maxBytes)} allowed; split it or raise ASKBOX_MAX_FILE_MB`,
  );
}

/** The file could not be opened or read, so nothing is known about its content. */
export class FileUnreadable extends AskboxError {
  override readonly name = 'FileUnreadable';
  declare readonly code: 'UNREADABLE';
  /**
   * The system's error code, such as ENOENT or EACCES; ELOOP for a link, EFTYPE if it is not a regular file. Also the
   * cause's code.
   */
  readonly errno: string;

  constructor(path: string, errno: string) {
    super(
      'UNREADABLE',
      `cannot read ${path}: ${NEXT_STEPS[errno] ?? `the system reports ${errno}; check the disk that it is on`}`,
      {
        isRetryable: true,
        cause: Object.assign(new Error(errno), { code: errno }),
      },
    );
    this.errno = errno;
  }
}

const NEXT_STEPS: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone; drop it again if answers should use it',
  EACCES: 'askbox is not allowed to open it; give the user that runs askbox permission to read it',
  EPERM: 'askbox is not allowed to open it; give the user that runs askbox permission to read it',
  ELOOP: 'it is a link; drop the file itself',
  EFTYPE: 'it is not a regular file; drop a file',
};

/** The process reading the file exceeded a limit (time, memory) or died, so nothing is known about the content. */
export class ExtractorDied extends AskboxError {
  override readonly name = 'ExtractorDied';
  declare readonly code: 'TIMEOUT' | 'CRASHED';

  constructor(code: 'TIMEOUT' | 'CRASHED', path: string, reason: string) {
    super(code, `cannot read ${path}: ${reason}; save it again or split it`, { isRetryable: true });
  }
}
