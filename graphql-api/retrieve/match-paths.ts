import type { ContentId } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, shareHeld, type AskedWord } from '#shared/text/asked-words.ts';
import { idf } from '#shared/text/idf.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { Steps } from '../turns/turns.ts';

const NO_WORDS: ReadonlySet<string> = new Set();

/** A document's state is replaced when it changes, so a cached entry never goes stale. */
const wordsOfState = new WeakMap<DocumentState, ReadonlySet<string>>();

/** What a question takes for granted, because it was said before. */
export interface AskedContext {
  /** The words of the question that come from there. */
  readonly words: string;
  /** Paths of documents that count as having these words in their paths, such as those that were talked about. */
  readonly paths: ReadonlySet<string>;
}

/** Which words of a question occur in the paths of documents. */
export interface PathMatches {
  /** Terms in the paths of this content that count as words of the question. */
  wordsOf(content: ContentId): ReadonlySet<string>;
  /** The BM25 score of these words, as if each occurred once in every chunk; 0 when there are none. */
  scoreOf(content: ContentId): number;
  /** Contents with such words, best first. */
  readonly contents: readonly ContentId[];
}

/**
 * Finds the words of a question in paths. Paths are matched here and never stored in chunks, so that a rename remains
 * one small write. The file extension is ignored; folder names count like file names.
 */
export function* matchPaths(
  asked: readonly AskedWord[],
  documents: readonly DocumentState[],
  contexts: readonly AskedContext[] = [],
): Steps<PathMatches> {
  const inContext = contexts.map(({ words, paths }) => ({
    terms: new Set(askedWords(words).map(({ term }) => term)),
    paths,
  }));
  const forms = new Set(asked.flatMap((word) => [...word.forms.keys()]));
  const counts = new Map<AskedWord, number>();
  const found = new Map<ContentId, ReadonlySet<string>>();
  for (const document of documents) {
    yield;
    if (document.contentId === null) continue;
    const inPath = forms.intersection(pathWords(document));
    const words = inContext
      .filter(({ paths }) => paths.has(document.path))
      .reduce<ReadonlySet<string>>((all, { terms }) => all.union(terms), inPath);
    if (words.size === 0) continue;
    for (const word of asked) if (shareHeld(word, words) > 0) counts.set(word, (counts.get(word) ?? 0) + 1);
    found.set(document.contentId, words.union(found.get(document.contentId) ?? NO_WORDS));
  }

  const wordsOf: PathMatches['wordsOf'] = (content) => found.get(content) ?? NO_WORDS;
  const scores = new Map<ContentId, number>();
  for (const [content, words] of found) {
    const score = asked.reduce((sum, word) => {
      return sum + shareHeld(word, words) * idf(counts.get(word) ?? 0, documents.length);
    }, 0);
    scores.set(content, score);
    yield;
  }
  const scoreOf: PathMatches['scoreOf'] = (content) => scores.get(content) ?? 0;
  return { wordsOf, scoreOf, contents: [...found.keys()].toSorted((a, b) => scoreOf(b) - scoreOf(a)) };
}

function pathWords(document: DocumentState): ReadonlySet<string> {
  let words = wordsOfState.get(document);
  if (words === undefined) {
    // Words in file names are often separated by something other than spaces, and a date in them by hyphens.
    const path = document.path.replace(/\.[^./]*$/, '').replaceAll(/[/_]+/g, ' ');
    words = new Set([...wordTerms(path.replaceAll(/[.-]+/g, ' ')), ...wordTerms(path)]);
    wordsOfState.set(document, words);
  }
  return words;
}
