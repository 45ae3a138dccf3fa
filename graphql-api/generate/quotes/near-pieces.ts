import { askedWords, shareHeld, type AskedWord } from '#shared/text/asked-words.ts';
import { likelierLanguage } from '#shared/text/language.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';
import { inTurns, mapInSteps, type Steps } from '../../turns/turns.ts';
import type { GenerateRequest, PromptPassage } from '../generator.ts';
import type { Piece } from './pieces.ts';
import { bodyOf, readPassage, textAt, type WordedPiece } from './read-passage.ts';
import { MAX_CHARS } from './spans-to-quote.ts';

/** Returns how near a piece of a passage is in meaning to the question: 1 for the nearest of all, 0 for an average one. */
export type NearnessOf = (passage: PromptPassage, piece: Piece) => number;

/** When nothing is compared, no piece is nearer than another. */
export const NO_NEARNESS: NearnessOf = () => 0;

/** Passages after these are rarely quoted. */
const MAX_PASSAGES = 3;
/** Each costs some ten to thirty milliseconds on one core. */
export const MAX_COMPARED = 12;
/** With fewer there is no telling what an average one is. */
const MIN_COMPARED = 3;
/** If no piece holds this share of the question's words, they are no help in choosing one. */
const ENOUGH_WORDS = 1 / 3;

type Request = Pick<GenerateRequest, 'question' | 'passages' | 'compareMeaning'>;

/**
 * Compares pieces with the question by meaning where words do not help to choose: in passages in the other language, or
 * whose pieces hold few words of the question. Passages that are quoted whole need no choice. Each piece is compared with
 * the heading and what announces it. Of the golden questions across languages, embedded with multilingual-e5-small, the
 * nearest piece of the right passage holds the evidence for 4 of 7, one of the nearest two for 6; of paraphrases 7 of 9.
 * @throws the signal's reason once it aborts.
 */
export async function measureNearness(request: Request, signal: AbortSignal): Promise<NearnessOf> {
  const { compareMeaning } = request;
  if (compareMeaning === undefined) return NO_NEARNESS;
  const pieces = (await inTurns(piecesToCompare(request), signal)).flat().slice(0, MAX_COMPARED);
  if (pieces.length < MIN_COMPARED) return NO_NEARNESS;
  const texts = pieces.map(({ text }) => text);
  const cosines = await compareMeaning(texts, signal);
  if (cosines === null) return NO_NEARNESS;

  const best = Math.max(...cosines);
  const average = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  if (best === average) return NO_NEARNESS;
  const nearness = new Map(pieces.map(({ key }, index) => [key, (cosines[index]! - average) / (best - average)]));
  return (passage, piece) => Math.max(0, nearness.get(keyOf(passage, piece)) ?? 0);
}

interface ComparedPiece {
  readonly key: string;
  readonly text: string;
}

function piecesToCompare({ question, passages }: Request): Steps<readonly (readonly ComparedPiece[])[]> {
  const asked = askedWords(question).filter(({ written }) => !QUESTION_WORDS.has(written));
  // Of a few names and numbers it is not known.
  const language = likelierLanguage(question);
  return mapInSteps(passages.slice(0, MAX_PASSAGES), (passage) => {
    if (passage.text.length <= MAX_CHARS) return [];
    const body = bodyOf(readPassage(passage));
    const written = likelierLanguage(passage.text);
    const isInOther = language !== null && written !== null && written !== language;
    if (!isInOther && body.some(({ words }) => shareOf(asked, words) >= ENOUGH_WORDS)) return [];
    return body.filter(mayAnswer).map(({ piece }) => ({ key: keyOf(passage, piece), text: inContext(passage, piece) }));
  });
}

function mayAnswer({ piece: { kind } }: WordedPiece): boolean {
  return kind === 'statement' || kind === 'row';
}

/** Returns how much of some words a piece holds, 0 to 1; 0 of none. */
function shareOf(asked: readonly AskedWord[], words: ReadonlySet<string>): number {
  const held = asked.reduce((sum, word) => sum + shareHeld(word, words), 0);
  return asked.length === 0 ? 0 : held / asked.length;
}

/** Returns a piece below the heading of its passage and after what announces it. */
function inContext(passage: PromptPassage, piece: Piece): string {
  const above = piece.announcedBy.toReversed().map((each) => textAt(passage, each));
  const words = [...above, textAt(passage, piece)].join(' ');
  const place = passage.headings.at(-1) ?? passage.title;
  return above.includes(place) ? words : `${place}\n${words}`;
}

function keyOf({ rank }: PromptPassage, { start }: Piece): string {
  return `${rank} ${start}`;
}
