import { wordTerms } from '#shared/text/analyser.ts';
import type { Language } from '#shared/text/language.ts';
import { sentenceSpans, type Span } from '../cite/sentence-spans.ts';
import { inTurns, mapInSteps, type Steps } from '../turns/turns.ts';
import type { GenerateRequest, Generator, GeneratorEvent, PromptPassage } from './generator.ts';

const MAX_QUOTES = 3;

interface Notice {
  readonly noModel: string;
  readonly noAnswer: string;
  readonly startNoModel: string;
  readonly startNoAnswer: string;
  readonly nothing: string;
}

const NOTICE: Record<Language, Notice> = {
  pt: {
    noModel: 'Nenhum modelo de linguagem está carregado; estes são os trechos mais relevantes:',
    noAnswer: 'O modelo de linguagem não conseguiu responder; estes são os trechos mais relevantes:',
    startNoModel: 'Nenhum modelo de linguagem está carregado para resumir o documento; ele começa assim:',
    startNoAnswer: 'O modelo de linguagem não conseguiu resumir o documento; ele começa assim:',
    nothing: 'Nenhum trecho dos documentos foi encontrado para esta pergunta.',
  },
  en: {
    noModel: 'No language model is loaded; these are the most relevant passages:',
    noAnswer: 'The language model could not answer; these are the most relevant passages:',
    startNoModel: 'No language model is loaded to summarise the document; this is how it begins:',
    startNoAnswer: 'The language model could not summarise the document; this is how it begins:',
    nothing: 'No passage of the documents was found for this question.',
  },
};

/** Quotation marks. A pair that the quoted text does not use makes clear where the quote ends. */
const MARKS = [
  ['“', '”'],
  ['«', '»'],
] as const;

/**
 * Opens a generator without a model. It generates nothing, and quotes the best sentences of the best passages verbatim.
 * @param options.isFallback whether a model was tried and failed, which the first line then says. Default: false.
 */
export function openQuotes({ isFallback = false }: { readonly isFallback?: boolean } = {}): Generator {
  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    const notice = NOTICE[request.language];
    const { question, passages, isFromStart = false } = request;
    const quotes = isFromStart ? firstQuotes(passages) : await inTurns(chooseQuotes(question, passages), signal);
    yield {
      type: 'started',
      usedRanks: quotes.map(({ passage }) => passage.rank),
      promptTokens: 0,
      firstTokenMs: null,
    };
    yield { type: 'delta', text: firstLine() };
    for (const { passage, start, end } of quotes) {
      const words = passage.text.slice(start, end);
      yield { type: 'delta', text: `\n\n${quoted(words)} [${passage.rank}] (${sourceOf(passage, start)})` };
    }
    yield { type: 'finished', reason: 'STOP', completionTokens: 0 };

    function firstLine(): string {
      if (quotes.length === 0) return notice.nothing;
      if (isFromStart) return isFallback ? notice.startNoAnswer : notice.startNoModel;
      return isFallback ? notice.noAnswer : notice.noModel;
    }
  }

  return {
    kind: 'QUOTES',
    model: null,
    health: () => ({ status: 'OK', message: 'the best passages are quoted' }),
    generate,
    async [Symbol.asyncDispose]() {},
  };
}

/** A span of a passage's text, to be quoted verbatim. */
interface Quote extends Span {
  readonly passage: PromptPassage;
}

/** Returns the first sentences of the first passages, in their order. */
function firstQuotes(passages: readonly PromptPassage[]): readonly Quote[] {
  return passages.slice(0, MAX_QUOTES).map((passage) => ({ passage, ...firstSentences(passage) }));
}

/** Returns quotes of the first passages that share a word with the question, or of the best passage if none does. */
function* chooseQuotes(question: string, passages: readonly PromptPassage[]): Steps<readonly Quote[]> {
  const asked = new Set(wordTerms(question));
  const found = yield* mapInSteps(passages, (passage) => {
    const span = bestSentences(passage, asked);
    return span === null ? [] : [{ passage, ...span }];
  });
  const quotes = found.flat();
  if (quotes.length > 0) return quotes.slice(0, MAX_QUOTES);
  return passages.slice(0, 1).map((passage) => ({ passage, ...firstSentences(passage) }));
}

/**
 * Returns the sentence with most of the question's words, together with the better of its neighbours if that has one
 * too. If only the headings have such words, returns the first sentences below them; null if there are none anywhere.
 */
function bestSentences(passage: PromptPassage, asked: ReadonlySet<string>): Span | null {
  const { text } = passage;
  const countAsked = (words: string): number => new Set(wordTerms(words)).intersection(asked).size;
  const sentences = proseOf(passage).map((span) => ({ ...span, score: countAsked(text.slice(span.start, span.end)) }));
  const best = sentences.toSorted((a, b) => b.score - a.score)[0];
  if (best === undefined || best.score === 0) {
    return countAsked(passage.headings.join('\n')) === 0 ? null : firstSentences(passage);
  }
  const index = sentences.indexOf(best);
  const neighbour = [sentences[index + 1], sentences[index - 1]]
    .filter((other) => other !== undefined && other.score > 0 && isSameParagraph(text, best, other))
    .toSorted((a, b) => b!.score - a!.score)[0];
  return joined(best, neighbour ?? best);
}

function firstSentences(passage: PromptPassage): Span {
  const { text } = passage;
  const [first, second] = proseOf(passage);
  if (first === undefined) return { start: 0, end: text.length };
  return joined(first, second !== undefined && isSameParagraph(text, first, second) ? second : first);
}

/** Returns the sentences without the headings: a heading says what an answer is about, but is no answer. */
function proseOf({ text, headings }: PromptPassage): readonly Span[] {
  return sentenceSpans(text).filter(
    ({ start, end }) => !headings.includes(text.slice(start, end).replace(/^#+\s+/, '')),
  );
}

function isSameParagraph(text: string, a: Span, b: Span): boolean {
  return !text.slice(Math.min(a.end, b.end), Math.max(a.start, b.start)).includes('\n');
}

function joined(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

function quoted(words: string): string {
  const [open, close] = MARKS.find((pair) => !pair.some((mark) => words.includes(mark))) ?? MARKS[0];
  return open + words + close;
}

/**
 * Returns the title and the place where the quote begins. Square brackets become round, to look like no citation mark.
 */
function sourceOf({ title, places }: PromptPassage, start: number): string {
  const name = title.replaceAll(/[[【]/g, '(').replaceAll(/[\]】]/g, ')');
  const place = places.findLast((each) => each.start <= start);
  return place === undefined ? name : `${name}, ${place.name}`;
}
