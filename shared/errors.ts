/**
 * The one base of all errors that we throw on purpose. One class per failure that a caller can act on.
 * `message` is lower case, names the thing and the next step; `code` never changes; `cause` is kept.
 * What is not an AskboxError is a fault of ours.
 */
export class AskboxError extends Error {
  override readonly name: string = 'AskboxError';
  /** Stable and listed in docs/errors.md. */
  readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly isRetryable: boolean;

  constructor(code: string, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
  }
}

/** The settings are wrong; `problems` holds all of them, one sentence each. */
export class ConfigError extends AskboxError {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      'CONFIG_INVALID',
      `askbox cannot start, its settings are wrong:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

export type StoreErrorCode =
  /** The store cannot be reached or is busy; nothing is wrong with what was asked. */
  | 'STORE_UNAVAILABLE'
  /** `publish` of a content whose chunks are not all there. */
  | 'CONTENT_INCOMPLETE'
  /** Made by another owner, another program or a newer version. */
  | 'STORE_FOREIGN'
  /** A vector whose space or dimensions differ from what was declared. */
  | 'SPACE_MISMATCH'
  /** A file of the store is damaged. */
  | 'STORE_DAMAGED'
  /** The server of the store refuses a call, by a wrong key or a limit of its own. */
  | 'STORE_REFUSED'
  /** The server of the store is of a version that the driver does not speak with. */
  | 'STORE_UNSUPPORTED';

/** Anything the vector store could not do. */
export class StoreError extends AskboxError {
  override readonly name = 'StoreError';
  declare readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, { isRetryable: code === 'STORE_UNAVAILABLE', ...options });
  }
}

/** What any thrown value says, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}

/** The `code` of a Node or askbox error, when it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
