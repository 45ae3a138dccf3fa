import type { ContentId } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { Steps } from '../turns/turns.ts';

const NO_WORDS: ReadonlySet<string> = new Set();

/** A document's state is replaced when it changes, so a cached entry never goes stale. */
const wordsOfState = new WeakMap<DocumentState, ReadonlySet<string>>();

/** Which words of a question occur in the paths of documents. */
export interface PathMatches {
  /** The words of the question in the paths of this content. */
  wordsOf(content: ContentId): ReadonlySet<string>;
  /** Their BM25 score, as if each occurred once in every chunk; 0 when there are none. */
  scoreOf(content: ContentId): number;
  /** Contents with such words, best first. */
  readonly contents: readonly ContentId[];
}

/**
 * Finds the words of a question in paths. Paths are matched here and never stored in chunks, so that a rename remains
 * one small write. The file extension is ignored; folder names count like file names.
 * @param asked the word terms of the question.
 */
export function* matchPaths(asked: ReadonlySet<string>, documents: readonly DocumentState[]): Steps<PathMatches> {
  const counts = new Map<string, number>();
  const found = new Map<ContentId, ReadonlySet<string>>();
  for (const document of documents) {
    yield;
    if (document.contentId === null) continue;
    const words = asked.intersection(pathWords(document));
    if (words.size === 0) continue;
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    found.set(document.contentId, words.union(found.get(document.contentId) ?? NO_WORDS));
  }

  const wordsOf: PathMatches['wordsOf'] = (content) => found.get(content) ?? NO_WORDS;
  const scoreOf: PathMatches['scoreOf'] = (content) =>
    [...wordsOf(content)].reduce((sum, word) => sum + idf(counts.get(word) ?? 0, documents.length), 0);
  return { wordsOf, scoreOf, contents: [...found.keys()].toSorted((a, b) => scoreOf(b) - scoreOf(a)) };
}

function pathWords(document: DocumentState): ReadonlySet<string> {
  let words = wordsOfState.get(document);
  if (words === undefined) {
    // Words in file names are often separated by something other than spaces.
    const path = document.path.replace(/\.[^./]*$/, '').replaceAll(/[/_.-]+/g, ' ');
    wordsOfState.set(document, (words = new Set(wordTerms(path))));
  }
  return words;
}

/** As in BM25: ln((N - df + .5) / (df + .5) + 1). */
function idf(documentCount: number, all: number): number {
  return Math.log((all - documentCount + 0.5) / (documentCount + 0.5) + 1);
}
