import { AskboxError } from '../errors.ts';

/** Why the watcher refused a command; the codes are in docs/errors.md. */
export type RefusalCode =
  | 'NOT_FOUND'
  | 'BLANK'
  | 'TOO_LONG'
  | 'INVALID'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'TOO_LARGE'
  | 'FETCH_FAILED'
  /** A file exists, and askbox is not allowed to read it. */
  | 'UNREADABLE'
  /** This and the next one cannot be fixed in the command: the disk is full, or the watcher may not write there. */
  | 'DISK_FULL'
  | 'READ_ONLY';

/** The HTTP status that the internal endpoint sends with each code. */
export const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  NOT_FOUND: 404,
  BLANK: 400,
  TOO_LONG: 400,
  INVALID: 400,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  TOO_LARGE: 413,
  FETCH_FAILED: 502,
  UNREADABLE: 403,
  DISK_FULL: 507,
  READ_ONLY: 403,
};

/** The field of the command that is wrong. */
export type RefusedField = 'path' | 'title' | 'tags' | 'url';

/** A refusal as the watcher sends it to the API: the JSON body of the response. */
export interface Refusal {
  readonly code: RefusalCode;
  /** Says what is wrong and what to do next. */
  readonly message: string;
  /** Null when the refusal is not about a single field. */
  readonly field: RefusedField | null;
}

/** The watcher refused the command, and has changed nothing. */
export class CommandRefused extends AskboxError {
  override readonly name = 'CommandRefused';
  declare readonly code: RefusalCode;
  /** The field that is wrong; null when the refusal is not about a single field. */
  readonly field: RefusedField | null;

  constructor(code: RefusalCode, message: string, options: { field?: RefusedField | null; cause?: unknown } = {}) {
    super(code, message, { cause: options.cause });
    this.field = options.field ?? null;
  }
}
