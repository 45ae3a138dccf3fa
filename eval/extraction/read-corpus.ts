import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { ExpectedKind } from './score-text.ts';

/** A file to extract, and what is known about its text. */
export interface CorpusFile {
  /** What the figures are grouped by, together with the format. */
  readonly source: string;
  /** Absolute path. */
  readonly file: string;
  /** Given to the extractor; its extension may decide the format. */
  readonly path: string;
  /** Extension in lower case without its dot; `-` if there is none. */
  readonly format: string;
  readonly expected: Expected | null;
  /** Strings that its text should contain. */
  readonly contains: readonly string[];
}

/**
 * A text that the file should have. `article` is one that a person marked on a web page; with `isArticle` it is that of
 * the article alone as well.
 */
type Expected =
  | { readonly kind: ExpectedKind; readonly file: string; readonly isArticle: boolean }
  | { readonly kind: 'article'; readonly text: string };

const MANIFEST = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      src: z.string(),
      origin: z.string().optional(),
      expected: z.string().optional(),
      expectedKind: z.string().optional(),
      contains: z.array(z.string()).optional(),
    }),
  ),
});
/** Of a web page without what is beside its article. */
const MAIN_CONTENT = 'html:main-content';
const ARTICLES = z.record(z.string(), z.object({ articleBody: z.string() }));

/**
 * Returns the files of a folder: those that its `manifest.json` lists and that are there, else all files in it, without
 * expected texts.
 *
 * An entry of the manifest has `file`, `src`, and optionally `expected` (a file with the text), `expectedKind` (how that
 * is written: begins with `html` or `markdown`, else plain text; `html:main-content` is the text of an article alone) and
 * `contains`. If the folder of a source has a
 * `ground-truth.json`, as scrapinghub/article-extraction-benchmark has, its files are gzipped web pages by their id.
 * @param scratch a folder in which those pages are unpacked.
 * @throws Error that says what is wrong with the manifest.
 */
export function readCorpus(folder: string, scratch: string): readonly CorpusFile[] {
  const manifest = path.join(folder, 'manifest.json');
  if (!existsSync(manifest)) return filesIn(folder);
  const parsed = MANIFEST.safeParse(JSON.parse(readFileSync(manifest, 'utf8')));
  if (!parsed.success) throw new Error(`${manifest} is not a list of files: ${z.prettifyError(parsed.error)}`);
  const articles = new Map<string, z.infer<typeof ARTICLES> | null>();
  return parsed.data.files.flatMap((entry): readonly CorpusFile[] => {
    const { src: source, contains = [], expected, expectedKind = '' } = entry;
    const file = path.join(folder, entry.file);
    if (!existsSync(file)) return [];
    if (!articles.has(source)) articles.set(source, readArticles(path.join(folder, source)));
    const pages = articles.get(source) ?? null;
    if (pages !== null) return pageOf(file, entry.origin ?? entry.file, { source, pages, scratch });
    const kind = expectedKind.startsWith('html') ? 'html' : expectedKind.startsWith('markdown') ? 'markdown' : 'plain';
    return [
      {
        source,
        file,
        path: entry.file,
        format: formatOf(entry.file),
        expected:
          expected === undefined
            ? null
            : { kind, file: path.join(folder, expected), isArticle: expectedKind === MAIN_CONTENT },
        contains,
      },
    ];
  });
}

function filesIn(folder: string): readonly CorpusFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return paths.toSorted().map((name) => ({
    source: path.basename(path.resolve(folder)),
    file: path.join(folder, name),
    path: name.split(path.sep).join('/'),
    format: formatOf(name),
    expected: null,
    contains: [],
  }));
}

function readArticles(folder: string): z.infer<typeof ARTICLES> | null {
  const file = path.join(folder, 'ground-truth.json');
  return existsSync(file) ? ARTICLES.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

function pageOf(
  file: string,
  origin: string,
  { source, pages, scratch }: { source: string; pages: z.infer<typeof ARTICLES>; scratch: string },
): readonly CorpusFile[] {
  const [id = ''] = path.basename(origin).split('.');
  const article = pages[id];
  if (article === undefined || !file.endsWith('.gz')) return [];
  const name = `${source}/${id}.html`;
  const unpacked = path.join(scratch, name);
  mkdirSync(path.dirname(unpacked), { recursive: true });
  writeFileSync(unpacked, gunzipSync(readFileSync(file)));
  const expected = { kind: 'article', text: article.articleBody } as const;
  return [{ source, file: unpacked, path: name, format: 'html', expected, contains: [] }];
}

function formatOf(name: string): string {
  return path.extname(name).toLowerCase().slice(1) || '-';
}
