/**
 * The base of all errors that we throw on purpose, with one class for each kind of failure that a caller can act on.
 * `message` is lower case and says what is wrong with the thing and what to do next; `code` never changes; `cause` is
 * kept. Any other error is a bug.
 */
export class AskboxError extends Error {
  override readonly name: string = 'AskboxError';
  /** Never changes; listed in docs/errors.md. */
  readonly code: string;
  /** Whether the same call may succeed later although nothing was changed. Default: false. */
  readonly isRetryable: boolean;

  constructor(code: string, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
  }
}

/** The settings are wrong. */
export class ConfigError extends AskboxError {
  override readonly name = 'ConfigError';
  /** Everything that is wrong, each with the next step. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      'CONFIG_INVALID',
      `askbox cannot start because settings are wrong; change them in the environment or in .env:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Why the store failed; the codes are in docs/errors.md. */
export type StoreErrorCode =
  /** The store cannot be reached or is busy; nothing is wrong with the call. */
  | 'STORE_UNAVAILABLE'
  /** `publish` was called for a content whose chunks are not all stored. */
  | 'CONTENT_INCOMPLETE'
  /** The store was created by another installation, another program or a newer version. */
  | 'STORE_FOREIGN'
  /** The space or the dimensions of a vector are not the declared ones. */
  | 'SPACE_MISMATCH'
  /** A file of the store is damaged. */
  | 'STORE_DAMAGED'
  /** The server refused a call, because of a wrong key or one of its own limits. */
  | 'STORE_REFUSED'
  /** The driver does not support the version of the server. */
  | 'STORE_UNSUPPORTED';

/** The store failed. Retryable if the code is STORE_UNAVAILABLE, unless the options of the constructor say otherwise. */
export class StoreError extends AskboxError {
  override readonly name = 'StoreError';
  declare readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, { isRetryable: code === 'STORE_UNAVAILABLE', ...options });
  }
}

/** Returns the message of any thrown value, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}

/** Returns the `code` of a Node or askbox error; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
