import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  ExtractError,
  ExtractorDied,
  FileUnreadable,
  openExtractor,
  type Extractor,
} from '../../watcher/read/extractor.ts';
import { extract } from '../../watcher/read/extract/extract.ts';
import { checkChunks } from './check-chunks.ts';
import { measureChildren } from './children-usage.ts';
import { readCorpus, type CorpusFile } from './read-corpus.ts';
import { articleShares, containedCount, scoreText, type ShingleShares, type TextScore } from './score-text.ts';

/** What became of one file. */
export interface FileResult {
  readonly source: string;
  readonly format: string;
  readonly path: string;
  /** Null if it was read. INTERNAL for a bug in askbox. */
  readonly failure: { readonly code: string; readonly reason: string } | null;
  /** It was read, but its text has neither letters nor digits. */
  readonly isEmpty: boolean;
  /** What its chunks break of what they promise. */
  readonly faults: readonly string[];
  /** Null without an expected text; a file that failed has the score of an empty text. */
  readonly score: TextScore | null;
  /** Null if no article is expected. */
  readonly article: ShingleShares | null;
  /** How many of the strings it should contain were found, and of how many; null if there are none. */
  readonly contained: { readonly found: number; readonly of: number } | null;
  /** CPU time of the extraction process, with its start if it started for this file. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** The limit of a file in the product. */
const MAX_BYTES = 100 * 2 ** 20;

/**
 * Reads all files of a folder in the watcher's extraction process, one after another, and scores their texts.
 * @param only if given, only files whose path contains it.
 * @param onFile called after each file.
 */
export async function measureExtraction(
  folder: string,
  { only = '', onFile = () => {} }: { readonly only?: string; readonly onFile?: (result: FileResult) => void } = {},
): Promise<readonly FileResult[]> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'askbox-extraction-'));
  try {
    await using extractor = openExtractor();
    const results: FileResult[] = [];
    for (const file of readCorpus(path.resolve(folder), scratch).filter((each) => each.path.includes(only))) {
      const result = await measureFile(extractor, file);
      results.push(result);
      onFile(result);
    }
    return results;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measureFile(extractor: Extractor, corpusFile: CorpusFile): Promise<FileResult> {
  const { source, format, file, path: name, expected, contains } = corpusFile;
  const endMeasurement = measureChildren();
  const { text, faults, failure } = await read(extractor, file, name);
  const usage = endMeasurement();
  const article = failure === null && isOfArticle(expected) ? text.slice(0, await articleEnd(file, name)) : text;
  return {
    source,
    format,
    path: name,
    failure,
    isEmpty: failure === null && !/[\p{L}\p{N}]/u.test(text),
    faults,
    score:
      expected === null || expected.kind === 'article'
        ? null
        : scoreText(readFileSync(expected.file, 'utf8'), expected.kind, article, format === 'md'),
    article: expected?.kind === 'article' ? articleShares(expected.text, article) : null,
    contained: contains.length === 0 ? null : { found: containedCount(contains, text), of: contains.length },
    ...usage,
  };
}

function isOfArticle(expected: CorpusFile['expected']): boolean {
  return expected !== null && (expected.kind === 'article' || expected.isArticle);
}

/** Returns where the article of a page ends: the extraction process does not say, and what is beside it is no fault. */
async function articleEnd(file: string, name: string): Promise<number> {
  const { articleEnd: end = Infinity } = await extract({ path: name, bytes: readFileSync(file) });
  return end;
}

async function read(
  extractor: Extractor,
  file: string,
  name: string,
): Promise<{ readonly text: string } & Pick<FileResult, 'faults' | 'failure'>> {
  // As the watcher's second attempt: the first one is short and leaves text recognition to it.
  const cpuLimitMs = Math.min(30_000 + (statSync(file).size / 1e6) * 200, 300_000);
  try {
    const { content, chunks } = await extractor.read(
      { file, path: name, maxBytes: MAX_BYTES },
      { signal: new AbortController().signal, cpuLimitMs },
    );
    return { ...checkChunks(chunks, content.textLength), failure: null };
  } catch (error) {
    if (error instanceof ExtractError) {
      return { text: '', faults: [], failure: { code: error.code, reason: error.reason } };
    }
    const code = error instanceof ExtractorDied || error instanceof FileUnreadable ? error.code : 'INTERNAL';
    const reason = error instanceof Error ? error.message : String(error);
    return { text: '', faults: [], failure: { code, reason } };
  }
}
