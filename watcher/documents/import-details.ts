import { readFileSync, renameSync } from 'node:fs';
import { codeOf } from '#shared/errors.ts';
import type { DocumentDetail } from './document-details.ts';
import { unreadableDetails } from './unreadable-details.ts';

/** The only version that the file ever had. */
const VERSION = 1;

/**
 * Takes over the titles and tags of the file in which earlier versions kept them, and keeps it as `….imported`. Does
 * nothing if there is none. Killed in between, it takes over the same again.
 * @param store writes the details, durably once it returns.
 * @throws AskboxError DETAILS_UNREADABLE
 */
export function importDetailsJson(file: string, store: (details: ReadonlyMap<string, DocumentDetail>) => void): void {
  const details = read(file);
  if (details === undefined) return;
  store(details);
  renameSync(file, `${file}.imported`);
}

function read(file: string): Map<string, DocumentDetail> | undefined {
  try {
    const { version, documents } = JSON.parse(readFileSync(file, 'utf8'));
    if (version !== VERSION) throw new Error(`it has version ${version}`);
    // Only askbox made this file, and replaced it in one step, so its documents have this type.
    return new Map(
      (documents as (DocumentDetail & { path: string })[]).map(({ path, title, tags }) => [
        path,
        { title, tags, url: null },
      ]),
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadableDetails(file, error);
  }
}
