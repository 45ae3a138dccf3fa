import type { ContentId } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';

const NO_WORDS: ReadonlySet<string> = new Set();

/** A document's state is replaced when it changes, so that what was worked out for one never grows old. */
const wordsOfState = new WeakMap<DocumentState, ReadonlySet<string>>();

/** What the paths of documents have of a question. */
export interface PathMatches {
  /** The words of the question in a path that answers with this content. */
  wordsOf(content: ContentId): ReadonlySet<string>;
  /** Their BM25 score, as if each stood once in every chunk; 0 without one. */
  scoreOf(content: ContentId): number;
  /** Contents with such a word, best first. */
  readonly contents: readonly ContentId[];
}

/**
 * Finds the words of a question in paths. Paths are looked at here and never stored in chunks, so that a rename stays one
 * small write. The extension is no word; folders count as the name does.
 * @param asked the word terms of the question.
 */
export function matchPaths(asked: ReadonlySet<string>, documents: readonly DocumentState[]): PathMatches {
  const counts = new Map<string, number>();
  const found = new Map<ContentId, ReadonlySet<string>>();
  for (const document of documents) {
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
    // A name is often made of words with something else than a blank between them.
    const path = document.path.replace(/\.[^./]*$/, '').replaceAll(/[/_.-]+/g, ' ');
    wordsOfState.set(document, (words = new Set(wordTerms(path))));
  }
  return words;
}

/** As in BM25: ln((N - df + .5) / (df + .5) + 1). */
function idf(documentCount: number, all: number): number {
  return Math.log((all - documentCount + 0.5) / (documentCount + 0.5) + 1);
}
