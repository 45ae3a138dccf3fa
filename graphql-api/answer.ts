import { locate, type Chunk, type LocatorMark } from '#shared/document.ts';
import { foreignLanguageOf, languageOfQuestion, likelierLanguage, type Language } from '#shared/text/language.ts';
import { abstentionText, notSearched } from './answers/abstention.ts';
import type { AnswerSource, AnswerState, AnswerStep, AnswerTimings, AnswerUsage } from './answers/state.ts';
import type { AnswerRequest } from './answers/answers.ts';
import type { Citation } from './cite/citation.ts';
import { createCiter } from './cite/cite.ts';
import { pastTurnOf, wasSearched } from './conversations/past-turn.ts';
import { rewriteQuestion, understoodAs, type UnderstoodFollowUp } from './conversations/rewrite-question.ts';
import { retrieveReading } from './conversations/retrieve-reading.ts';
import { recogniseSmallTalk, replyTo } from './conversations/small-talk.ts';
import { readingsOf } from './conversations/stand-alone.ts';
import type { Engines } from './generate/engines/engines.ts';
import { askFolder } from './folder-questions/ask-folder.ts';
import type { DocumentList } from './folder-questions/describe-documents.ts';
import type { CompareMeaning, PromptExtras, PromptPassage } from './generate/generator.ts';
import { placeName } from '#shared/place-name.ts';
import { citeQuotedSpans } from './cite/quoted-spans.ts';
import type { Span } from './cite/sentence-spans.ts';
import { sourceNames } from './cite/source-names.ts';
import { historyMessages, type PastExchange } from './generate/history.ts';
import { promptOf } from './generate/prompt.ts';
import { findTableHeaders, type TableHeader } from './generate/table-headers.ts';
import { excerptOf, type Excerpt } from './retrieve/excerpt.ts';
import type { Passage, RetrievalTrace } from './retrieve/passage.ts';
import type { RetrieveParts } from './retrieve/rank-passages.ts';
import { inTurns, mapInSteps, type Steps } from './turns/turns.ts';

/** Is told what is decided about the passages of one answer; see explain/. */
interface AnswerTrace extends RetrievalTrace {
  /** The engine has made its prompt. Both are null if it does not count. @param budgetTokens how long it could be. */
  prompted(tokens: number | null, budgetTokens: number | null): void;
  /** How a question that continues a conversation is understood. Not called for one that is searched for as it was asked. */
  understood(followUp: UnderstoodFollowUp): void;
}

/** What the flow works with: the parts of retrieval, and the engines. */
export interface AnswerParts extends RetrieveParts {
  readonly engines: Engines;
  /** Returns why nothing is searched by meaning now, and what to do; null while it is. */
  readonly meaningOffBecause: () => string | null;
  /** Returns the present time. */
  readonly now: () => Date;
  /** What the person who runs askbox wishes of all answers (ASKBOX_INSTRUCTIONS); null for nothing. */
  readonly instructions: string | null;
  /** Is told what is decided. Default: nobody is. */
  readonly trace?: AnswerTrace;
}

/**
 * The most of a nearest passage that is shown, nine lines on a screen: which part of it helps is not known, or there would
 * be an answer. UTF-16 code units.
 */
const NEAREST_CHARS = 900;
/** How many nearest passages are shown when the model says that none of those it read answers the question. */
const NEAREST_COUNT = 3;

/**
 * Writes an answer. THE FLOW: question -> passages -> engine -> text without invented markers, and the evidence of its
 * sentences as they end. A question about the folder itself is answered from the list of documents instead, and a courtesy
 * with one. In a conversation, the question is first read with the turn before it. Throws what
 * retrieval or the last engine throws, and the signal's reason once it aborts.
 * @param earlier the last answers of its conversation, oldest first.
 */
export async function* writeAnswer(
  request: AnswerRequest,
  parts: AnswerParts,
  signal: AbortSignal,
  earlier: readonly AnswerState[] = [],
): AsyncGenerator<AnswerStep> {
  const { maxTokens, temperature, model } = request;
  const extras: PromptExtras = {
    answerIn: foreignLanguageOf(request.question),
    today: localDate(parts.now()),
    ...instructionsOf(parts.instructions, request.instructions),
  };
  const clock = startClock();
  const searched = earlier.filter(wasSearched);
  const lastAnswer = searched.at(-1);
  const last = lastAnswer === undefined ? null : pastTurnOf(lastAnswer);
  const language = likelierLanguage(request.question) ?? languageOfQuestion(last?.asked ?? '');
  const smallTalk = recogniseSmallTalk(request.question, language);
  if (smallTalk !== null) return yield* writeReply(replyTo(smallTalk), clock);
  const readings = readingsOf(request.question, last, parts.now());

  /** Returns what helps a reader whose question was not answered. */
  const helpOf = async (near: readonly Passage[]): Promise<Pick<AnswerState, 'nearest' | 'notSearched'>> => ({
    nearest: await inTurns(sourcesOf(near, request.question, NEAREST_CHARS), signal),
    notSearched: await inTurns(notSearched(request.filter, parts), signal),
  });

  const folder = readings.isFollowUp ? null : await askFolder(request, parts, signal);
  if (folder?.type === 'list') return yield* writeList(folder.list, clock);
  const isFromStart = folder !== null;
  const turns = searched.map(exchangeOf);
  const rewriting = isFromStart
    ? null
    : await rewriteQuestion(
        { ...request, language, readings, last, turns, staysHere: parts.trace !== undefined, now: parts.now() },
        parts,
        signal,
      );
  const haveLeft = rewriting?.haveLeft ?? false;
  const inOrder = [...(rewriting?.reading ? [rewriting.reading] : []), ...readings.readings];
  const { passages, nearest, question } =
    folder === null
      ? await retrieveReading(inOrder, request, parts, signal)
      : { passages: folder.passages, nearest: [], question: request.question };
  if (folder !== null) parts.trace?.chosen(folder.passages, folder.passages);
  let sources = await inTurns(sourcesOf(passages, isFromStart ? '' : question), signal);
  const searchedFor = question === request.question ? null : question;
  if (searchedFor !== null) parts.trace?.understood(understoodAs(searchedFor, rewriting));
  const timings = clock.note('retrievalMs');
  yield {
    type: 'sources',
    change: { status: 'QUEUED', searchedFor, sources, timings, ...(haveLeft && { passagesLeftMachine: true }) },
  };

  if (passages.length === 0) {
    const help = await helpOf(nearest);
    yield { type: 'delta', text: abstentionText(language, help), change: { status: 'GENERATING', ...help } };
    yield { type: 'completed', finishReason: 'ABSTAINED', change: { timings: clock.note('totalMs') } };
    return;
  }

  let promptTokens: number | null = null;
  let citer = createCiter([]);
  let citations: readonly Citation[] = [];
  let unsupported: readonly Span[] = [];
  let shownChars = 0;
  let hasThought = false;
  /** What sets the thoughts of an engine apart from those of the one before it, which has failed. */
  let betweenThinkers = '';
  const names = sourceNames(passages.map(({ document }) => document));
  const headers = await findTableHeaders(passages, parts.reader, signal);
  const prompt = passages.map((passage, index) => promptPassageOf(passage, names[index]!, headers.get(passage.rank)));
  const citable = passages.map(({ rank, chunk, document: { path } }, index) => {
    const { title, tableHeader } = prompt[index]!;
    return { rank, chunk, context: [title, path, ...chunk.headings, tableHeader?.text ?? ''].join('\n') };
  });
  // Quotes are not looked for in passages, and all that they say is evidence.
  const supportSoFar = (): number | null => citer.support ?? (citations.length > 0 ? 1 : null);
  for await (const event of parts.engines.answer(
    {
      language,
      question,
      passages: prompt,
      isFromStart,
      compareMeaning: compareWith(question, parts),
      maxTokens,
      temperature,
      ...extras,
      history: historyMessages(turns),
      ...(model !== undefined && { model }),
    },
    signal,
  )) {
    switch (event.type) {
      case 'engine': {
        const { kind, model, fallbackReason } = event;
        yield { type: 'progress', change: { answeredBy: { kind, model, fallbackReason } } };
        break;
      }
      case 'passages': {
        yield { type: 'progress', change: { passagesLeftMachine: haveLeft || event.haveLeft } };
        break;
      }
      case 'started': {
        const used = new Set(event.usedRanks);
        sources = sources.map((source) => ({ ...source, used: used.has(source.rank) }));
        citer = createCiter(
          citable.filter(({ rank }) => used.has(rank)),
          ourWords(language, extras),
          question,
        );
        promptTokens = event.promptTokens;
        if (hasThought) betweenThinkers = '\n\n';
        parts.trace?.prompted(promptTokens, event.budgetTokens ?? null);
        yield { type: 'progress', change: { status: 'GENERATING', sources, timings: clock.note('queuedMs') } };
        break;
      }
      case 'delta': {
        const { text, ...found } =
          event.quotes === undefined
            ? citer.push(event.text)
            : {
                text: event.text,
                located: citeQuotedSpans(event.quotes, passages, headers, shownChars),
                unsupported: [],
              };
        shownChars += text.length;
        if (found.located.length > 0) citations = [...citations, ...found.located];
        if (found.unsupported.length > 0) unsupported = [...unsupported, ...found.unsupported];
        const change = { citations, unsupported, support: supportSoFar(), inventedMarkers: citer.inventedCount };
        if (text !== '') yield { type: 'delta', text, change: { ...change, timings: clock.note('firstTokenMs') } };
        break;
      }
      case 'thinking': {
        yield { type: 'thinking', text: betweenThinkers + event.text, change: {} };
        hasThought = true;
        betweenThinkers = '';
        break;
      }
      case 'finished': {
        const { text, ...found } = citer.end();
        if (text !== '') yield { type: 'delta', text, change: { timings: clock.note('firstTokenMs') } };
        citations = [...citations, ...found.located];
        unsupported = [...unsupported, ...found.unsupported];
        const usage = usageOf(event.promptTokens ?? promptTokens, event.completionTokens);
        const inventedMarkers = citer.inventedCount;
        const help = event.reason === 'ABSTAINED' ? await helpOf(passages.slice(0, NEAREST_COUNT)) : {};
        const evidence = { citations, unsupported, support: supportSoFar(), inventedMarkers };
        const change = { ...evidence, usage, timings: clock.note('totalMs'), ...help };
        yield { type: 'completed', finishReason: event.reason, change };
        break;
      }
    }
  }
}

/**
 * Returns what compares texts with the question. It is embedded again, which takes less than one sentence, and happens only
 * if something is compared. A model that fails costs nothing but its comparison.
 */
function compareWith(question: string, { embedQuestion }: Pick<AnswerParts, 'embedQuestion'>): CompareMeaning {
  return async (texts, signal) => {
    const embedded = await embedQuestion(question, signal);
    if (embedded === null) return null;
    try {
      return await embedded.compare(texts, signal);
    } catch {
      signal.throwIfAborted();
      return null;
    }
  };
}

/** Returns what a model is told besides the question and the passages: a sentence that repeats it is never cited. */
function ourWords(language: Language, extras: PromptExtras): readonly string[] {
  const { system, user } = promptOf(language, '', [], extras);
  return [system, user];
}

/** Returns the wishes of the one who runs askbox, then those for this question. */
function instructionsOf(...wishes: readonly (string | null | undefined)[]): Pick<PromptExtras, 'instructions'> {
  const given = wishes.filter((each) => each !== null && each !== undefined);
  return given.length === 0 ? {} : { instructions: given.join('\n') };
}

/** Returns the date at this place, such as 2026-11-27. */
function localDate(time: Date): string {
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

/** Returns an earlier turn for a model. What is quoted without a model is in the passages again, if it matters. */
function exchangeOf({ question, text, answeredBy }: AnswerState): PastExchange {
  return { question, answer: answeredBy?.kind === 'LOCAL' || answeredBy?.kind === 'REMOTE' ? text : '' };
}

/** Answers a courtesy, for which nothing is searched. */
function* writeReply(text: string, clock: Clock): Generator<AnswerStep> {
  yield { type: 'sources', change: { status: 'QUEUED', timings: clock.note('retrievalMs') } };
  yield { type: 'delta', text, change: { status: 'GENERATING', timings: clock.note('firstTokenMs') } };
  yield { type: 'completed', finishReason: 'STOP', change: { timings: clock.note('totalMs') } };
}

function* writeList({ text, sources }: DocumentList, clock: Clock): Generator<AnswerStep> {
  const answeredBy = { kind: 'DOCUMENT_LIST', model: null, fallbackReason: null } as const;
  yield { type: 'sources', change: { status: 'QUEUED', sources, timings: clock.note('retrievalMs') } };
  yield { type: 'delta', text, change: { status: 'GENERATING', answeredBy, timings: clock.note('firstTokenMs') } };
  yield { type: 'completed', finishReason: 'STOP', change: { timings: clock.note('totalMs') } };
}

/** Returns null unless both are known: some endpoints do not report them. */
function usageOf(promptTokens: number | null, completionTokens: number | null): AnswerUsage | null {
  return promptTokens === null || completionTokens === null ? null : { promptTokens, completionTokens };
}

function sourcesOf(passages: readonly Passage[], question: string, maxChars?: number): Steps<readonly AnswerSource[]> {
  return mapInSteps(passages, (passage) => sourceOf(passage, excerptOf(passage.chunk, question, maxChars)));
}

function sourceOf({ rank, score, chunk, document }: Passage, excerpt: Excerpt): AnswerSource {
  return {
    rank,
    score,
    used: false,
    path: document.path,
    contentHash: document.bytesSha256,
    title: document.title,
    excerpt: excerpt.text,
    startChar: excerpt.startChar,
    endChar: excerpt.endChar,
    place: locate(chunk.marks, excerpt.startChar),
    headings: chunk.headings,
    chunkId: chunk.id,
  };
}

function promptPassageOf(
  { rank, chunk, document }: Passage,
  title: string,
  header: TableHeader | undefined,
): PromptPassage {
  return {
    rank,
    title,
    modifiedAt: document.modifiedAt,
    places: chunk.marks.map((mark) => ({ start: mark.startChar - chunk.startChar, name: placeName(mark) })),
    breaks: breaksOf(chunk),
    headings: chunk.headings,
    text: chunk.text,
    ...(header === undefined ? {} : { tableHeader: tableHeaderOf(header, chunk) }),
  };
}

function tableHeaderOf(
  { chunk, span }: TableHeader,
  rows: Passage['chunk'],
): NonNullable<PromptPassage['tableHeader']> {
  return { text: chunk.text.slice(span.start, span.end), start: chunk.startChar + span.start - rows.startChar };
}

interface Clock {
  note(name: keyof AnswerTimings): AnswerTimings;
}

function breaksOf({ marks, startChar }: Chunk): readonly number[] {
  const sheetOf = ({ part, pageNumber, slide, sheet }: LocatorMark): string =>
    JSON.stringify([part, pageNumber, slide, sheet]);
  return marks
    .filter((mark, index) => index > 0 && sheetOf(mark) !== sheetOf(marks[index - 1]!))
    .map((mark) => mark.startChar - startChar);
}

/**
 * Starts measuring. `note` sets a time at its first call and returns all times so far. `queuedMs` counts from the end
 * of retrieval, the others from the start.
 */
function startClock(): Clock {
  const startedAt = performance.now();
  let timings: AnswerTimings = { retrievalMs: null, queuedMs: null, firstTokenMs: null, totalMs: null };
  return {
    note(name) {
      const elapsedMs = Math.round(performance.now() - startedAt);
      const ms = name === 'queuedMs' ? elapsedMs - (timings.retrievalMs ?? 0) : elapsedMs;
      timings = { ...timings, [name]: timings[name] ?? ms };
      return timings;
    },
  };
}
