import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#shared/data-dir.ts';
import type { ContentId } from '#shared/document.ts';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { PageText } from './extract/ocr/page-text.ts';

/** Of one content. A page of small print has 10 kB, and at most 200 pages of a file are recognised. */
const MAX_BYTES = 16_000_000;

const PAGE = z.object({ paragraphs: z.array(z.string()), confidence: z.number() }).nullable();

/**
 * The pages that were recognised of contents whose reading has not ended: a kill costs the page in work, not all pages
 * before it. Kept in one file for each content, which other users cannot read. Losing them costs time only, so no error
 * of the disk leaves this object.
 */
export interface RecognizedPages {
  /** Returns the pages that were recognised of a content, in the order in which they were added. */
  find(content: ContentId): readonly (PageText | null)[];
  /** Adds the next page of a content; null if it has no text. */
  add(content: ContentId, text: PageText | null): void;
  /** Forgets the pages of a content. */
  delete(content: ContentId): void;
  /** Forgets the pages of all other contents. */
  keepOnly(contents: ReadonlySet<ContentId>): void;
}

/** Opens the pages in a folder, which is made with the first of them. */
export function openRecognizedPages(folder: string, log: Log): RecognizedPages {
  const fileOf = (content: ContentId): string => path.join(folder, `${content}.jsonl`);
  const tried = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        log.warn(
          { reason: messageOf(error) },
          'recognised pages could not be kept; after a kill they are recognised again',
        );
      return otherwise;
    }
  };

  return {
    find(content) {
      return tried(() => {
        const source = readFileSync(fileOf(content), 'utf8');
        const { pages, sizeChars } = readPages(source);
        // A kill may have cut the last line short: the next one must not be joined to it.
        if (sizeChars < source.length)
          writeFileSync(fileOf(content), source.slice(0, sizeChars), { mode: PRIVATE_FILE });
        return pages;
      }, []);
    },
    add(content, text) {
      tried(() => {
        mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
        const sizeBytes = statSync(fileOf(content), { throwIfNoEntry: false })?.size ?? 0;
        if (sizeBytes > MAX_BYTES) return;
        appendFileSync(fileOf(content), `${JSON.stringify(text)}\n`, { mode: PRIVATE_FILE });
      }, undefined);
    },
    delete(content) {
      tried(() => rmSync(fileOf(content), { force: true }), undefined);
    },
    keepOnly(contents) {
      tried(() => {
        for (const name of readdirSync(folder)) {
          if (!contents.has(path.basename(name, '.jsonl'))) rmSync(path.join(folder, name), { force: true });
        }
      }, undefined);
    },
  };
}

/** Returns the pages up to the first line that is not one, and the length of their lines. */
function readPages(source: string): { readonly pages: readonly (PageText | null)[]; readonly sizeChars: number } {
  const pages: (PageText | null)[] = [];
  let sizeChars = 0;
  for (let end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', sizeChars)) {
    const page = PAGE.safeParse(parsed(source.slice(sizeChars, end)));
    if (!page.success) break;
    pages.push(page.data);
    sizeChars = end + 1;
  }
  return { pages, sizeChars };
}

/** Returns undefined, which is no page, for what is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
