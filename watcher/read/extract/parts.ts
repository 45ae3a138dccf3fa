import path from 'node:path';
import type { DocumentWarning } from '#shared/document.ts';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';
import type { TextBuilder } from './text-builder.ts';

/** How deep files may lie inside files: an archive attached to a message is read, one inside that archive is not. */
const MAX_DEPTH = 2;
/** Parts that are named in the warning. */
const MAX_NAMES = 3;

/** Extracts a file inside another one. */
export type ExtractPart = (part: SourceFile) => Promise<Extraction>;

/** The files inside a file, read one after another. */
export interface Parts {
  /**
   * Extracts a part and adds its text under its name. A part that cannot be read is left out, which is counted.
   * @param name inside the file, with forward slashes; its extension matters as that of a file does.
   */
  add(name: string, bytes: Buffer): Promise<void>;
  /** Counts a part that is left out without a try. @param why completes "the part …", such as `is a program`. */
  leaveOut(name: string, why: string): void;
  /** Whether hidden text is read, as in `SourceFile`. */
  readonly readsHidden: boolean;
  /** Adds a warning about the file itself. */
  warn(warnings: readonly DocumentWarning[]): void;
  /** Returns the warnings of all parts, at most one for each code, and one that names those that were left out. */
  warnings(): readonly DocumentWarning[];
}

/**
 * Opens the files inside a file.
 * @param extract extracts one; it is called for parts down to the second level.
 * @param depth of `file` itself: 0 for a file of the inbox.
 */
export function openParts(file: SourceFile, builder: TextBuilder, extract: ExtractPart, depth: number): Parts {
  const leftOut: string[] = [];
  const warnings: DocumentWarning[] = [];
  const leaveOut = (name: string, why: string): void => void leftOut.push(`${name}: ${why}`);
  return {
    leaveOut,
    readsHidden: file.readsHidden === true,
    warn: (own) => void warnings.push(...own),
    async add(name, bytes) {
      if (depth >= MAX_DEPTH) return leaveOut(name, `it is more than ${MAX_DEPTH} files deep; unpack it and drop it`);
      try {
        const extraction = await extract({ path: path.posix.join(file.path, name), bytes });
        builder.addPart(name, extraction);
        warnings.push(
          ...extraction.warnings.map((warning) => ({ ...warning, message: `${name}: ${warning.message}` })),
        );
      } catch (error) {
        // Too much for one document is too much for the whole file.
        if (!(error instanceof ExtractError) || error.code === 'TOO_LARGE') throw error;
        leaveOut(name, error.reason);
      }
    },
    warnings() {
      const merged = mergedByCode(warnings);
      if (leftOut.length === 0) return merged;
      const named = leftOut.slice(0, MAX_NAMES).join('; ');
      const rest = leftOut.length > MAX_NAMES ? `; and ${leftOut.length - MAX_NAMES} more` : '';
      const message = `files inside it that could not be read: ${named}${rest}`;
      return [...merged, { code: 'PARTS_LEFT_OUT', count: leftOut.length, message }];
    },
  };
}

/** Adds up the warnings of a code: a mailbox has thousands of parts. The first message stands for all. */
function mergedByCode(warnings: readonly DocumentWarning[]): readonly DocumentWarning[] {
  const byCode = Map.groupBy(warnings, ({ code }) => code);
  return [...byCode.values()].map(([first, ...others]) => {
    const count = others.reduce((sum, warning) => sum + warning.count, first!.count);
    const message = others.length === 0 ? first!.message : `${first!.message}; and ${others.length} more parts like it`;
    return { ...first!, count, message };
  });
}
