import type { Language } from '#shared/text/language.ts';
import type { QuotedSpan } from '../cite/quoted-spans.ts';
import { inTurns } from '../turns/turns.ts';
import type { GenerateRequest, Generator, GeneratorEvent, PromptPassage } from './generator.ts';
import { measureNearness } from './quotes/near-pieces.ts';
import { textAt } from './quotes/read-passage.ts';
import { chooseQuotes, firstQuotes, type Quote } from './quotes/choose-quotes.ts';

/** A longer heading is a sentence, and would hide the place. */
const MAX_HEADING_CHARS = 60;

interface Notice {
  readonly noModel: string;
  readonly noAnswer: string;
  /** The quotes were asked for, and not taken for want of something better. */
  readonly chosen: string;
  readonly startNoModel: string;
  readonly startNoAnswer: string;
  readonly startChosen: string;
  readonly nothing: string;
}

const NOTICE: Record<Language, Notice> = {
  pt: {
    noModel: 'Nenhum modelo de linguagem está carregado; estes são os trechos mais relevantes:',
    noAnswer: 'O modelo de linguagem não conseguiu responder; estes são os trechos mais relevantes:',
    chosen: 'Estes são os trechos mais relevantes:',
    startNoModel: 'Nenhum modelo de linguagem está carregado para resumir o documento; ele começa assim:',
    startNoAnswer: 'O modelo de linguagem não conseguiu resumir o documento; ele começa assim:',
    startChosen: 'O documento começa assim:',
    nothing: 'Nenhum trecho dos documentos foi encontrado para esta pergunta.',
  },
  en: {
    noModel: 'No language model is loaded; these are the most relevant passages:',
    noAnswer: 'The language model could not answer; these are the most relevant passages:',
    chosen: 'These are the most relevant passages:',
    startNoModel: 'No language model is loaded to summarise the document; this is how it begins:',
    startNoAnswer: 'The language model could not summarise the document; this is how it begins:',
    startChosen: 'This is how the document begins:',
    nothing: 'No passage of the documents was found for this question.',
  },
};

/** When a document was changed. @param day as 2026-03-31. */
const CHANGED: Readonly<Record<Language, (day: string) => string>> = {
  pt: (day) => `alterado em ${day.split('-').toReversed().join('/')}`,
  en: (day) => `changed on ${day}`,
};

/** Quotation marks. A pair that the quoted text does not use makes clear where the quote ends. */
const MARKS = [
  ['“', '”'],
  ['«', '»'],
] as const;

/**
 * Opens a generator without a model. It generates nothing, and quotes the parts of the passages that hold
 * most of the question, verbatim.
 * @param options.isFallback whether a model was tried and failed, which the first line then says. Default: false.
 */
export function openQuotes({ isFallback = false }: { readonly isFallback?: boolean } = {}): Generator {
  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    const notice = NOTICE[request.language];
    const { question, passages, isFromStart = false } = request;
    const quotes = isFromStart ? firstQuotes(passages) : await chosen();
    yield {
      type: 'started',
      usedRanks: quotes.map(({ passage }) => passage.rank),
      promptTokens: 0,
      firstTokenMs: null,
    };
    yield { type: 'delta', text: firstLine(), quotes: [] };
    for (const quote of quotes) yield { type: 'delta', ...written(quote, request.language) };
    yield { type: 'finished', reason: 'STOP', completionTokens: 0 };

    async function chosen(): Promise<readonly Quote[]> {
      const nearnessOf = await measureNearness(request, signal);
      return inTurns(chooseQuotes(question, passages, nearnessOf), signal);
    }

    function firstLine(): string {
      if (quotes.length === 0) return notice.nothing;
      if (request.model !== undefined) return isFromStart ? notice.startChosen : notice.chosen;
      if (isFromStart) return isFallback ? notice.startNoAnswer : notice.startNoModel;
      return isFallback ? notice.noAnswer : notice.noModel;
    }
  }

  return {
    kind: 'QUOTES',
    model: null,
    health: () => ({ status: 'OK', message: 'the best passages are quoted' }),
    state: () => ({ state: 'READY', contextTokens: null }),
    generate,
    async [Symbol.asyncDispose]() {},
  };
}

/** Returns a paragraph with each part in quotation marks before its marker, and at the end where it comes from. */
function written(
  { passage, spans, isDated }: Quote,
  language: Language,
): { readonly text: string; readonly quotes: readonly QuotedSpan[] } {
  let text = '\n\n';
  const quotes = spans.map((span, index): QuotedSpan => {
    text += `${index === 0 ? '' : '\n'}${inMarks(textAt(passage, span))} `;
    const start = text.length;
    text += `[${passage.rank}]`;
    return { rank: passage.rank, marker: { start, end: text.length }, quoted: span };
  });
  const changed = isDated ? `; ${CHANGED[language](passage.modifiedAt.slice(0, 10))}` : '';
  return { text: `${text} (${sourceOf(passage, spans.at(-1)?.start ?? 0)}${changed})`, quotes };
}

function inMarks(words: string): string {
  const [open, close] = MARKS.find((pair) => !pair.some((mark) => words.includes(mark))) ?? MARKS[0];
  return open + words + close;
}

/**
 * Returns the title, the heading above the quote and the place where it begins. Square brackets become round, to look
 * like no citation mark.
 */
function sourceOf({ title, headings, places }: PromptPassage, start: number): string {
  const heading = headings.at(-1);
  const isShown = heading !== undefined && heading !== title && heading.length <= MAX_HEADING_CHARS;
  const name = (isShown ? `${title} > ${heading}` : title).replaceAll(/[[【]/g, '(').replaceAll(/[\]】]/g, ')');
  const place = places.findLast((each) => each.start <= start);
  return place === undefined || place.name === '' ? name : `${name}, ${place.name}`;
}
