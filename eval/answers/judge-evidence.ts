import { fold } from '#shared/text/fold.ts';
import { likelierLanguage } from '#shared/text/language.ts';
import { sentenceSpansOnce } from '../../graphql-api/cite/sentence-spans.ts';
import { abstains } from '../../graphql-api/generate/guard/abstains.ts';
import { isTrue, type Statement } from './engines/statement.ts';
import { holdsRightWords, isRightFile } from './judge-answer.ts';
import type { AskedCitation, Asked } from './open-asking.ts';
import type { AnswerQuestion } from './read-answer-set.ts';

/** What the citations and the unsupported sentences of one answer are worth. */
export interface JudgedEvidence {
  readonly citations: readonly JudgedCitation[];
  /** The sentences of a scripted model, in order; empty for other engines. */
  readonly statements: readonly JudgedStatement[];
  /** Sentences that are neither cited nor unsupported, and do not say that there is no answer. */
  readonly unjudged: readonly string[];
}

/** A citation. */
interface JudgedCitation {
  /** Whether the document has the quote at its place. */
  readonly isVerbatim: boolean;
  /** Whether the quote has the evidence. */
  readonly isRight: boolean;
  /** The language of the sentence and that of the quote, such as `pt-en`. */
  readonly pair: string;
}

/** A sentence of a scripted model, and what came of it. */
interface JudgedStatement {
  readonly statement: Statement;
  /** The language of the sentence and that of the passage. */
  readonly pair: string;
  readonly isTrue: boolean;
  readonly isCited: boolean;
  /** Whether one of its citations has the evidence. */
  readonly isCitedRightly: boolean;
  readonly isUnsupported: boolean;
}

/**
 * Judges the citations of one answer.
 * @param said what a scripted model wrote; null for other engines.
 * @param isVerbatim for each citation, whether the document has the quote at its place.
 */
export function judgeEvidence(
  question: AnswerQuestion,
  answer: Asked['answer'],
  said: readonly Statement[] | null,
  isVerbatim: readonly boolean[],
): JudgedEvidence {
  const places = placesOf(said ?? [], answer.text);
  const statementAt = ({ start }: AskedCitation): Statement | undefined =>
    places.find((place) => place.start < start && start <= place.next)?.statement;
  const judged = answer.citations.map((citation, index): JudgedCitation => {
    const statement = statementAt(citation);
    const fact = said === null ? question : (statement?.fact ?? null);
    const language = statement?.language ?? likelierLanguage(question.question) ?? 'pt';
    return {
      isVerbatim: isVerbatim[index]!,
      isRight: fact !== null && holdsFact(citation, fact),
      pair: `${language}-${statement?.passageLanguage ?? likelierLanguage(citation.quote) ?? language}`,
    };
  });
  const statements = places.map(({ statement, start, end, next }): JudgedStatement => {
    const own = answer.citations.flatMap((citation, index) =>
      start < citation.start && citation.start <= next ? [judged[index]!] : [],
    );
    return {
      statement,
      pair: `${statement.language}-${statement.passageLanguage}`,
      isTrue: isTrue(statement),
      isCited: own.length > 0,
      isCitedRightly: own.some(({ isRight }) => isRight),
      isUnsupported: answer.unsupported.some((span) => span.start < end && span.end > start),
    };
  });
  return { citations: judged, statements, unjudged: unjudgedOf(answer) };
}

interface Place {
  readonly statement: Statement;
  readonly start: number;
  /** Where its words end. */
  readonly end: number;
  /** Where the next statement starts. */
  readonly next: number;
}

/** Finds the statements in the answer, where their markers may be missing. What was cut off has no place. */
function placesOf(said: readonly Statement[], text: string): readonly Place[] {
  const starts = said.map(({ words }) => text.indexOf(words.slice(0, -1)));
  return said.flatMap((statement, index) => {
    const start = starts[index]!;
    if (start < 0) return [];
    const later = starts.filter((other) => other > start);
    const next = later.length === 0 ? text.length : Math.min(...later) - 1;
    return [{ statement, start, end: start + statement.words.length - 1, next }];
  });
}

function holdsFact({ quote, source }: AskedCitation, fact: AnswerQuestion): boolean {
  if (!isRightFile(fact)(source.path)) return false;
  if (holdsRightWords(fact, quote)) return true;
  return fact.evidence ? folded(fact.evidence).includes(folded(quote)) : false;
}

/** Returns the sentences of an engine's own that nothing was found about. */
function unjudgedOf({ text, citations, unsupported, answeredBy, finishReason }: Asked['answer']): readonly string[] {
  if (finishReason === 'ABSTAINED' || !['LOCAL', 'REMOTE'].includes(answeredBy?.kind ?? '')) return [];
  const plain = text.replaceAll(/\[[\d, ]+\]/g, (marker) => ' '.repeat(marker.length));
  const spans = sentenceSpansOnce(plain);
  return spans.flatMap((span, index) => {
    const sentence = plain.slice(span.start, span.end);
    const next = spans[index + 1]?.start ?? text.length;
    const isJudged =
      unsupported.some(({ start, end }) => start < span.end && end > span.start) ||
      citations.some(({ start }) => span.start <= start && start <= next);
    return isJudged || abstains(sentence) || !/[\p{L}\p{N}]/u.test(sentence) ? [] : [sentence];
  });
}

function folded(text: string): string {
  return fold(text).replaceAll(/\s+/g, ' ').trim();
}
