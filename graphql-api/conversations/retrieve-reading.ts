import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, FAMILY_SHARE, shareHeld } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { PassageFilter } from '../filters/passage-filter.ts';
import type { Passage } from '../retrieve/passage.ts';
import type { RetrieveParts } from '../retrieve/rank-passages.ts';
import { RELEVANCE_FLOOR } from '../retrieve/relevance/relevance-floor.ts';
import { retrieve, type Retrieved } from '../retrieve/retrieve.ts';
import { inTurns, mapInSteps, type Steps } from '../turns/turns.ts';
import { kindOf, wordsOfKind } from './kinds-of-documents.ts';
import type { Reading } from './stand-alone.ts';

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
/** Relevances that are this close say that two passages hold the same. */
const EQUAL_RELEVANCE = 0.02;
/** What the question names must be in one of the first passages. */
const PROVING_PASSAGES = 3;

/**
 * Searches for one reading after the other, until one finds what the question itself names. If none does, the first one
 * that finds anything is taken, and otherwise the first.
 */
export async function retrieveReading(
  readings: readonly Reading[],
  request: { readonly filter: PassageFilter; readonly maxSources: number },
  parts: RetrieveParts,
  signal: AbortSignal,
): Promise<RetrievedReading> {
  const found: RetrievedReading[] = [];
  for (const reading of readings) {
    const { filter, maxSources } = request;
    const { carried, paths, known, mustHold } = reading;
    const kind = await inTurns(kindMeant(reading, parts.documents()), signal);
    const isAboutKind = known.length > 0 || (kind.word !== '' && !paths.some((path) => kind.paths.has(path)));
    const question = isAboutKind ? withWords(reading, kind.otherNames) : reading.question;
    const contexts = [
      { words: carried, paths: new Set(paths) },
      { words: kind.word, paths: kind.paths },
    ];
    const floor = carried !== '' && mustHold === '' ? FOLLOW_UP_FLOOR : RELEVANCE_FLOOR;
    const wanted = { question, filter, maxSources, contexts };
    const { passages, nearest } = await retrieve(wanted, parts, signal, floor);
    const ordered = isAboutKind ? kindFirst(passages, kind.paths, new Set(known)) : talkedAboutFirst(passages, paths);
    if (ordered.length > 0) parts.trace?.chosen(ordered, ordered);
    const result = { question, passages: ordered, nearest };
    if (ordered.length > 0 && (mustHold === '' || holdsAll(mustHold, ordered, kind))) return result;
    found.push(result);
  }
  // There is at least one reading.
  return found.find(({ passages }) => passages.length > 0) ?? found[0]!;
}

/** The documents that a question calls by their kind. */
interface KindMeant {
  /** What the question calls them; empty if it names no kind. */
  readonly word: string;
  readonly paths: ReadonlySet<string>;
  /** What their names call them instead, perhaps in another language. */
  readonly otherNames: readonly string[];
}

/** More would outweigh the question. */
const MAX_OTHER_NAMES = 2;

/** In steps, because all documents are looked at if a kind is named: folding 50,000 names takes a second. */
function* kindMeant({ kind, known }: Reading, documents: Iterable<DocumentState>): Steps<KindMeant> {
  const asked = fold(kind);
  const words = kindOf(asked);
  if (words === null) return { word: '', paths: new Set(), otherNames: [] };
  // Copied, because documents may change between the steps.
  const named = yield* mapInSteps([...documents], (document) => ({
    path: document.path,
    names: wordsOfKind(words, document),
  }));
  const ofKind = named.filter(({ path, names }) => names.length > 0 && !known.includes(path));
  const otherNames = new Set(ofKind.flatMap(({ names }) => (names.includes(asked) ? [] : names)));
  return {
    word: kind,
    paths: new Set(ofKind.map(({ path }) => path)),
    otherNames: [...otherNames].slice(0, MAX_OTHER_NAMES),
  };
}

function withWords({ question, carried }: Reading, words: readonly string[]): string {
  if (words.length === 0) return question;
  return carried === '' ? `${question} (${words.join(', ')})` : `${question.slice(0, -1)}, ${words.join(', ')})`;
}

/** Puts documents of the kind first, and those that were talked about, if another one is meant, last. */
function kindFirst(
  passages: readonly Passage[],
  ofKind: ReadonlySet<string>,
  known: ReadonlySet<string>,
): readonly Passage[] {
  const place = ({ document: { path } }: Passage): number => (known.has(path) ? 2 : ofKind.has(path) ? 0 : 1);
  return numbered(passages.toSorted((a, b) => place(a) - place(b)));
}

/**
 * Puts passages of the documents that were talked about first if they hold as much of the question as the best one: "quem
 * assina pela contratante?" means the contract at hand. Any other passage that holds more stays before them.
 */
function talkedAboutFirst(passages: readonly Passage[], paths: readonly string[]): readonly Passage[] {
  const best = Math.max(0, ...passages.map(({ relevance }) => relevance));
  const isFirst = ({ document, relevance }: Passage): boolean =>
    paths.includes(document.path) && relevance >= best - EQUAL_RELEVANCE;
  return numbered([...passages.filter(isFirst), ...passages.filter((passage) => !isFirst(passage))]);
}

function numbered(passages: readonly Passage[]): readonly Passage[] {
  return passages.map((passage, index) => ({ ...passage, rank: index + 1 }));
}

/** Whether all words are in one of the first passages, with its title and headings. */
function holdsAll(words: string, passages: readonly Passage[], kind: KindMeant): boolean {
  const asked = askedWords(words);
  return passages.slice(0, PROVING_PASSAGES).some(({ chunk, document }) => {
    const called = kind.paths.has(document.path) ? kind.word : '';
    const held = [called, document.title, document.path, ...chunk.headings, chunk.text].join('\n');
    const terms = new Set(wordTerms(held));
    return asked.every((word) => shareHeld(word, terms) >= FAMILY_SHARE);
  });
}
