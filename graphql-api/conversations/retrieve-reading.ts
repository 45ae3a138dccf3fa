import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, FAMILY_SHARE, shareHeld } from '#shared/text/asked-words.ts';
import type { PassageFilter } from '../filters/passage-filter.ts';
import type { Passage } from '../retrieve/passage.ts';
import type { RetrieveParts } from '../retrieve/rank-passages.ts';
import { RELEVANCE_FLOOR } from '../retrieve/relevance/relevance-floor.ts';
import { retrieve, type Retrieved } from '../retrieve/retrieve.ts';
import type { Readings } from './stand-alone.ts';

/** How a question was meant, and what was found for it. */
export interface RetrievedReading extends Retrieved {
  /** As it was searched for. */
  readonly question: string;
}

/**
 * Relevance below which a question that names nothing finds nothing. It is lower than for a whole question, because
 * verbs and adverbs are all that it has of its own ("can we terminate early?"), and a text has others.
 */
const FOLLOW_UP_FLOOR = 0.35;
/** What the question names must be in one of the first passages. */
const PROVING_PASSAGES = 3;

/**
 * Searches for one reading after the other, until one finds what the question itself names. If none does, the first one
 * that finds anything is taken, and otherwise the first.
 */
export async function retrieveReading(
  { readings }: Readings,
  request: { readonly filter: PassageFilter; readonly maxSources: number },
  parts: RetrieveParts,
  signal: AbortSignal,
): Promise<RetrievedReading> {
  const found: RetrievedReading[] = [];
  for (const reading of readings) {
    const { filter, maxSources } = request;
    const { question, carried, paths, isOfOther, mustHold } = reading;
    const isPreferred = carried !== '' && !isOfOther;
    const context = isPreferred ? { context: { words: carried, paths: new Set(paths) } } : {};
    const floor = carried !== '' && mustHold === '' ? FOLLOW_UP_FLOOR : RELEVANCE_FLOOR;
    const { passages, nearest } = await retrieve({ question, filter, maxSources, ...context }, parts, signal, floor);
    const ordered = isOfOther ? othersFirst(passages, paths) : passages;
    const result = { question, passages: ordered, nearest };
    if (ordered.length > 0 && (mustHold === '' || holdsAll(mustHold, ordered))) return result;
    found.push(result);
  }
  // There is at least one reading.
  return found.find(({ passages }) => passages.length > 0) ?? found[0]!;
}

function othersFirst(passages: readonly Passage[], paths: readonly string[]): readonly Passage[] {
  const isKnown = ({ document }: Passage): boolean => paths.includes(document.path);
  return [...passages.filter((passage) => !isKnown(passage)), ...passages.filter(isKnown)].map((passage, index) => ({
    ...passage,
    rank: index + 1,
  }));
}

/** Whether all words are in one of the first passages, with its title and headings. */
function holdsAll(words: string, passages: readonly Passage[]): boolean {
  const asked = askedWords(words);
  return passages.slice(0, PROVING_PASSAGES).some(({ chunk, document }) => {
    const terms = new Set(wordTerms([document.title, document.path, ...chunk.headings, chunk.text].join('\n')));
    return asked.every((word) => shareHeld(word, terms) >= FAMILY_SHARE);
  });
}
