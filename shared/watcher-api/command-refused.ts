import { AskboxError } from '../errors.ts';

export type RefusalCode =
  | 'NOT_FOUND'
  | 'BLANK'
  | 'TOO_LONG'
  | 'INVALID'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'TOO_LARGE'
  /** Nobody can put these right in the command: there is no room, or no right to write. */
  | 'DISK_FULL'
  | 'READ_ONLY';

/** As HTTP has it. */
export const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  NOT_FOUND: 404,
  BLANK: 400,
  TOO_LONG: 400,
  INVALID: 400,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  TOO_LARGE: 413,
  DISK_FULL: 507,
  READ_ONLY: 403,
};

/** What of the command is at fault. */
export type RefusedField = 'path' | 'title' | 'tags';

/** A refusal on its way from the watcher to the API. */
export interface Refusal {
  readonly code: RefusalCode;
  /** Names the thing and the next step. */
  readonly message: string;
  /** Null when it is not about one field. */
  readonly field: RefusedField | null;
}

/** The watcher will not do what it was told, and has done nothing. */
export class CommandRefused extends AskboxError {
  override readonly name = 'CommandRefused';
  declare readonly code: RefusalCode;
  readonly field: RefusedField | null;

  constructor(code: RefusalCode, message: string, options: { field?: RefusedField | null; cause?: unknown } = {}) {
    super(code, message, { cause: options.cause });
    this.field = options.field ?? null;
  }
}
