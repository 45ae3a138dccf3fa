import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { mapInSteps, type Steps } from '../turns/turns.ts';
import type { Candidates } from './find-candidates.ts';
import { likelyLanguageOf } from './level-languages.ts';
import type { RetrievalTrace } from './passage.ts';
import { answeringByNearness, lacksWhatIsAsked } from './relevance/answers-by-nearness.ts';
import { farPassages } from './relevance/both-arms.ts';
import { contentWords } from './relevance/content-words.ts';
import { hasSameNames } from './relevance/same-names.ts';
import { semanticRelevanceMeasure, withSharedWords } from './relevance/semantic-relevance.ts';
import {
  wordRelevanceMeasure,
  wordsOfPassage,
  type PassageWords,
  type WordRelevance,
} from './relevance/word-relevance.ts';

/** A candidate and how relevant it is to the question. */
export interface ScoredCandidate {
  readonly chunk: Chunk;
  /** The copy that is shown, with its current title. */
  readonly document: PublishedDocument;
  readonly words: PassageWords;
  /** Whether its language is known, and is not that of the question. */
  readonly isInOtherLanguage: boolean;
  /** How much of the question's words it holds, 0 to 1. */
  readonly wordRelevance: number;
  /** How near its meaning is by itself, whatever it lacks; 0 when not found so. */
  readonly nearness: number;
  /** Whether its meaning is known, and no nearer than that of texts about something else. */
  readonly isFar: boolean;
  /** Whether it has the names of the question and what it asks for, so that its nearness means something. */
  readonly holdsAsked: boolean;
  /** How near its meaning is, on the same scale; 0 without a number or code of the question, or when not found so. */
  readonly semanticRelevance: number;
}

/**
 * Step 2 of ranking: gives each chunk that either arm found its document and its two relevances. In no particular
 * order.
 */
export function* scoreCandidates(
  candidates: Candidates,
  question: string,
  trace?: RetrievalTrace,
): Steps<readonly ScoredCandidate[]> {
  const { asked, semantic, semanticScale, questionLanguage } = candidates;
  const worded = yield* withDocuments(candidates);
  const content = contentWords(question, asked);
  trace?.searched(
    asked.map(({ term }) => term),
    content.filter(({ role }) => role === 'NAME').map(({ written }) => written),
  );
  const abroad = new Set(worded.filter((candidate) => isInOtherThan(questionLanguage, candidate)));
  // A word is rare, or unknown to the folder, by the passages of the same language: that an English letter has a "bus" does
  // not mean that the folder knows of an "ônibus".
  const measureAmong = (isInOtherLanguage: boolean): WordRelevance =>
    wordRelevanceMeasure(
      question,
      content,
      worded.filter((each) => abroad.has(each) === isInOtherLanguage).map(({ words }) => words),
    );
  const [wordRelevanceHere, wordRelevanceAbroad] = [measureAmong(false), measureAmong(true)];
  const near = semantic.map((hit) => ({ id: hit.chunk.id, language: likelyLanguageOf(hit), cosine: hit.score }));
  const semanticRelevanceOf = semanticRelevanceMeasure(near, semanticScale, questionLanguage);
  const nearOf = new Map(near.map((each) => [each.id, { ...each, relevance: semanticRelevanceOf(each) }]));
  const isFar = farPassages([...nearOf.values()]);
  const starts = new Map(
    worded.filter(({ chunk }) => chunk.ordinal === 0).map(({ chunk, words }) => [chunk.contentId, words]),
  );
  // Only words for the setting of a question are looked for in the rest of a document.
  const ofContent = content.some(({ isSetting }) => isSetting)
    ? Map.groupBy(worded, ({ chunk }) => chunk.contentId)
    : null;
  const lacking = new Set<number>();
  const scored = yield* mapInSteps([...worded.entries()], ([index, candidate]) => {
    const { words, chunk } = candidate;
    const start = starts.get(chunk.contentId);
    const nearby = (ofContent?.get(chunk.contentId) ?? []).filter((other) => other.chunk !== chunk);
    const isInOtherLanguage = abroad.has(candidate);
    const wordRelevance = (isInOtherLanguage ? wordRelevanceAbroad : wordRelevanceHere)(
      words,
      start,
      nearby.map((other) => other.words.text),
    );
    const nearness = nearOf.get(chunk.id)?.relevance ?? 0;
    const isSame = hasSameNames(content, { words, start, wordRelevance, isInOtherLanguage });
    const lacks = lacksWhatIsAsked(content, { words, start, isInOtherLanguage });
    if (lacks) lacking.add(index);
    const together = isInOtherLanguage ? withSharedWords(nearness, wordRelevance, content) : nearness;
    return {
      ...candidate,
      isInOtherLanguage,
      wordRelevance,
      isFar: isFar({ id: chunk.id, language: likelyLanguageOf({ chunk, documents: [candidate.document] }) }),
      nearness,
      holdsAsked: isSame && !lacks,
      semanticRelevance: isSame ? together : 0,
    };
  });
  const relevances = answeringByNearness(
    scored.map(({ semanticRelevance }) => semanticRelevance),
    (index) => lacking.has(index),
  );
  return scored.map((candidate, index) => ({ ...candidate, semanticRelevance: relevances[index] ?? 0 }));
}

function isInOtherThan(language: string, { chunk, document }: Pick<ScoredCandidate, 'chunk' | 'document'>): boolean {
  const written = likelyLanguageOf({ chunk, documents: [document] });
  return written !== null && written !== language;
}

function* withDocuments({
  keyword,
  semantic,
  documents,
  isFiltered,
  paths,
}: Candidates): Steps<readonly Pick<ScoredCandidate, 'chunk' | 'document' | 'words'>[]> {
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  const hits = new Map([...semantic, ...keyword].map((hit) => [hit.chunk.id, hit]));
  const worded = yield* mapInSteps(hits.values(), ({ chunk, documents: copies }) => {
    // A copy that the filter excludes must not be shown as the source.
    const shown = isFiltered ? copies.filter(({ id }) => titles.has(id)) : copies;
    const copy = shown.toSorted((a, b) => a.path.length - b.path.length)[0];
    if (copy === undefined) return [];
    // The store has the title found in the file; a user may have set another one.
    const document = { ...copy, title: titles.get(copy.id) ?? copy.title };
    return [{ chunk, document, words: wordsOfPassage(chunk, document, paths.wordsOf(chunk.contentId)) }];
  });
  return worded.flat();
}
