import { signal } from '@preact/signals';
import type { SearchFilter } from '../api/types.ts';

/** Which part of the folder a question is about. */
export interface Scope {
  /** As people see it, such as `contratos/` or `#fiscal`. */
  readonly name: string;
  readonly filter: SearchFilter;
}

/** What the next question searches; null for all files. */
export const scope = signal<Scope | null>(null);
