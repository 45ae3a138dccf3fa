import type { Chunk } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, shareHeld, type AskedWord } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { likelierLanguage, type Language } from '#shared/text/language.ts';
import { stem } from '#shared/text/words/stem.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';
import {
  areOfOtherPeriods,
  areOfOtherPlaces,
  areOpposite,
  deniedIn,
  holdsName,
  isDenial,
  isRefusal,
} from './contradictions.ts';
import { countedIn, figuresIn, particularsOf, withoutListMark, type Particulars } from './figures.ts';
import { ordersIn } from './orders.ts';
import { sentenceSpans, type Span } from './sentence-spans.ts';

/** A passage that an answer may rest on. */
export interface CitablePassage {
  readonly rank: number;
  readonly chunk: Chunk;
  /** What else the model read of the document: title, headings, names of columns. A name may be here, not in the quote. */
  readonly context: string;
}

/** A statement of an answer, ready to be compared with passages. */
export interface Statement {
  /** As written, without markers and list mark. */
  readonly text: string;
  readonly particulars: Particulars;
  /** The words that make up its content, each with what may stand in its place. */
  readonly words: readonly AskedWord[];
  /** The text without accents and case. */
  readonly folded: string;
  readonly isNegated: boolean;
  readonly language: Language | null;
}

/** The part of a passage that supports a statement, counted from the start of the passage's text. */
export interface Evidence extends Span {
  /** How well it fits, to compare evidence with. */
  readonly score: number;
}

/** A passage that has been read, for one answer. */
export interface EvidenceReader {
  /** Returns the sentences of the passage that support a statement; undefined if none do. */
  find(statement: Statement, options: FindOptions): Evidence | undefined;
  /** Returns a quotation of at least three words, if it is verbatim in the passage and supports the statement. */
  findQuoted(quotation: string, statement: Statement): Evidence | undefined;
}

interface FindOptions {
  /** Whether the answer itself names this passage for the statement. */
  readonly isMarked: boolean;
}

/** Sentences that together may support one sentence of an answer. */
const MAX_SENTENCES = 3;
/** What one more sentence must add to the share to be quoted too. */
const SENTENCE_COST = 0.1;
/** Least share of a statement's words in its evidence. Measured in evidence.test.ts. */
const MIN_SHARE = 0.6;
/** The same for a statement of one or two words that has a marker: "São azuis [1]." */
const MIN_SHARE_OF_FEW = 0.5;
/** The same for words between languages, which only share names and words of one origin. */
const MIN_SHARE_OTHER_LANGUAGE = 0.3;
/** More than sums of shares are off by. */
const ROUNDING = 1e-9;
/** A sentence that shares so much of its words with a statement says the same, or denies it. */
const SAME_SHARE = 0.75;
/** A no counts for a statement if its sentence has so much of the statement's words. */
const DENIED_SHARE = 1 / 3;
/** Shorter quotations, such as a single word, occur in too many places. */
const MIN_QUOTED_WORDS = 3;

const NEGATION_WORDS: ReadonlySet<string> = new Set(
  'nao nunca jamais nem nenhum nenhuma sem not never cannot nor without don doesn didn isn aren won can'.split(' '),
);

/** A number in words after the same in digits, as contracts have it: `10% (dez por cento)`. It is no further content. */
const IN_WORDS = /(?<digits>\d\s?%?) ?\([\p{L} ]{2,80}\)/gu;

/** Returns a statement. @param text a sentence of an answer, or a part of one, without markers. */
export function readStatement(text: string): Statement {
  const bare = withoutListMark(text).trim();
  const all = askedWords(bare);
  const inDigits = bare.replaceAll(IN_WORDS, '$<digits>');
  const words = (inDigits === bare ? all : askedWords(inDigits)).filter(({ written }) => !NEGATION_WORDS.has(written));
  const content = words.filter(({ isCode, written }) => isCode || !QUESTION_WORDS.has(written));
  let particulars: Particulars | undefined;
  let folded: string | undefined;
  let isNegated: boolean | undefined;
  const statement: Statement = {
    text: bare,
    words: content.length > 0 ? content : words,
    language: likelierLanguage(bare),
    // Found when they are asked for: not of a statement whose words no passage has.
    get particulars() {
      return (particulars ??= particularsOf(bare, all));
    },
    get folded() {
      return (folded ??= fold(bare));
    },
    get isNegated() {
      return (isNegated ??= isDenial(statement.folded));
    },
  };
  return statement;
}

/** Prepares a passage for statements to be compared with. Its sentences are analysed when the first one is. */
export function createEvidenceReader({ chunk, context: around }: CitablePassage): EvidenceReader {
  let sentences: readonly ReadSentence[] | undefined;
  /** The terms of all sentences: a word that no sentence holds is looked up once, not in each of them. */
  let passageTerms: ReadonlySet<string> | undefined;
  let orders: readonly Span[] | undefined;
  let context: ReadonlySet<string> | undefined;
  let contextStems: readonly string[] | undefined;
  let language: Language | null | undefined;
  const { text } = chunk;

  /** An instruction to the model is no evidence of what it wants to be said. */
  const isOrdered = ({ start, end }: Span): boolean => {
    orders ??= ordersIn(text);
    return orders.some((order) => order.start < end && order.end > start);
  };

  /** Whether the statement is in another language than the passage. */
  const isAbroad = (statement: Statement): boolean =>
    statement.language !== null && languageOf() !== null && statement.language !== languageOf();
  function languageOf(): Language | null {
    return (language ??= likelierLanguage(text));
  }
  const contextTerms = (): ReadonlySet<string> => (context ??= new Set(wordTerms(around)));

  /** Returns how well a run of sentences supports the statement; undefined if it does not. */
  function weigh(run: readonly ReadSentence[], compared: Compared, isMarked: boolean): number | undefined {
    const { statement, held } = compared;
    const { particulars, words } = statement;
    const context = contextTerms();
    const isHeld = (term: string): boolean => run.some((sentence) => sentence.terms.has(term));
    // A number of the next sentence, which may be about another thing, counts only with another word of the statement.
    const isOfPart = particulars.figures.length > 0 && run.length > 1;
    const plain = isOfPart ? plainForms(statement) : [];
    const withFigures = isOfPart ? run.filter(({ terms }) => plain.some((form) => terms.has(form))) : run;
    const holdsAll =
      particulars.figures.every((forms) =>
        forms.some((form) => withFigures.some(({ figures }) => figures.has(form))),
      ) &&
      particulars.names.every((name) => isHeld(name) || context.has(name)) &&
      particulars.fullNames.every(
        (name) =>
          run.some((sentence) => holdsName(sentence.stems(), name)) ||
          holdsName((contextStems ??= stemsOf(fold(around))), name),
      ) &&
      particulars.units.every((forms) => run.some((sentence) => holdsUnit(sentence, forms, particulars)));
    if (!holdsAll) return undefined;

    let shared = 0;
    let count = 0;
    for (const [at, word] of words.entries()) {
      const best = Math.max(...run.map((sentence) => held(sentence)[at]!));
      // The subject of a section is often only in its heading.
      if (best === 0 && shareHeld(word, context) > 0) continue;
      shared += best;
      count++;
    }
    const share = count === 0 ? 0 : shared / count;
    if (isAbroad(statement)) {
      const isAlike = isTelling(particulars) || (particulars.figures.length === 0 && share >= MIN_SHARE_OTHER_LANGUAGE);
      return isMarked && isAlike ? share : undefined;
    }
    if (shared === 0) return undefined;
    if (share < (isMarked && count <= 2 ? MIN_SHARE_OF_FEW : MIN_SHARE)) return undefined;
    return isContradicted(run, compared) || countsOthers(run, particulars) ? undefined : share;
  }

  /** Whether a statement is out of reach: one whose marker names the passage is asked about with its marker, and again without. */
  let lastReach: { readonly statement: Statement; readonly isOut: boolean } | undefined;
  function isOut(statement: Statement, all: readonly ReadSentence[]): boolean {
    if (lastReach?.statement !== statement) lastReach = { statement, isOut: isOutOfReach(statement, all) };
    return lastReach.isOut;
  }

  /** Whether no run of sentences can hold enough of the statement's words, so that none has to be weighed. */
  function isOutOfReach(statement: Statement, all: readonly ReadSentence[]): boolean {
    if (isAbroad(statement)) return false;
    const { words } = statement;
    passageTerms ??= new Set(all.flatMap(({ terms }) => [...terms]));
    const terms = passageTerms;
    const most = words.map((word) =>
      // A word of the heading is left out of the share where it is not held, which raises it at most as much as a held one.
      shareHeld(word, contextTerms()) > 0 ? 1 : shareHeld(word, terms),
    );
    const sum = most.reduce((total, share) => total + share, ROUNDING);
    return sum < Math.min(MIN_SHARE, MIN_SHARE_OF_FEW) * words.length;
  }

  return {
    find(statement, { isMarked }) {
      sentences ??= sentenceSpans(text).map((span) => readSpan(text, span, languageOf()));
      if (isOut(statement, sentences)) return undefined;
      const compared = compare(statement);
      let best: Evidence | undefined;
      for (let length = 1; length <= Math.min(MAX_SENTENCES, sentences.length); length++) {
        for (let at = 0; at + length <= sentences.length; at++) {
          const run = sentences.slice(at, at + length);
          if (run.some(isOrdered)) continue;
          const share = weigh(run, compared, isMarked);
          if (share === undefined) continue;
          const score = share - (length - 1) * SENTENCE_COST;
          if (score > (best?.score ?? -Infinity)) best = { start: run[0]!.start, end: run.at(-1)!.end, score };
        }
      }
      return best;
    },
    findQuoted(quotation, statement) {
      if (quotation.trim().split(/\s+/).length < MIN_QUOTED_WORDS) return undefined;
      const start = text.indexOf(quotation);
      if (start < 0) return undefined;
      const span = { start, end: start + quotation.length };
      const share = isOrdered(span) ? undefined : weigh([readSpan(text, span, languageOf())], compare(statement), true);
      return share === undefined ? undefined : { ...span, score: share };
    },
  };
}

/** A statement, with what has been found out about it and the sentences of one passage. */
interface Compared {
  readonly statement: Statement;
  /** Returns how much the sentence holds of each word of the statement; looked up once, though a sentence is in six runs. */
  readonly held: (sentence: ReadSentence) => readonly number[];
}

function compare(statement: Statement): Compared {
  const known = new Map<ReadSentence, readonly number[]>();
  return {
    statement,
    held(sentence) {
      const found = known.get(sentence) ?? statement.words.map((word) => shareHeld(word, sentence.terms));
      known.set(sentence, found);
      return found;
    },
  };
}

interface ReadSentence extends Span {
  readonly terms: ReadonlySet<string>;
  readonly figures: ReadonlySet<string>;
  /** Its numbers with what they count. */
  readonly counted: () => Particulars['counted'];
  readonly folded: string;
  /** The stems of its words, in order. */
  readonly stems: () => readonly string[];
  /** The stems of the words that it only denies. */
  readonly denied: () => ReadonlySet<string>;
  readonly isNegated: boolean;
  readonly isRefusal: boolean;
}

function readSpan(text: string, { start, end }: Span, language: Language | null): ReadSentence {
  const words = text.slice(start, end);
  const folded = fold(words);
  const isNegated = isDenial(folded);
  let stems: readonly string[] | undefined;
  let denied: ReadonlySet<string> | undefined;
  let counted: Particulars['counted'] | undefined;
  return {
    start,
    end,
    terms: new Set(wordTerms(words)),
    figures: figuresIn(words),
    counted: () => (counted ??= countedIn(words)),
    folded,
    stems: () => (stems ??= stemsOf(folded)),
    denied: () => (denied ??= isNegated ? deniedIn(folded) : new Set()),
    isNegated,
    isRefusal: isRefusal(folded, language),
  };
}

function stemsOf(folded: string): readonly string[] {
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).map(stem);
}

/** Whether other texts rarely hold the same particulars by chance: one digit alone is in too many. */
function isTelling({ figures, names, units }: Particulars): boolean {
  const hasLongFigure = figures.some(([figure = '']) => (figure.match(/\d/g) ?? []).length >= 2);
  return hasLongFigure || names.length > 0 || figures.length + units.length >= 2;
}

/** Returns what may stand for the words of a statement that are no numbers, dates or codes, nor units of time. */
function plainForms({ words, particulars }: Statement): readonly string[] {
  const units = new Set(particulars.units.flat());
  return words.filter(({ isCode, term }) => !isCode && !units.has(term)).flatMap(({ forms }) => [...forms.keys()]);
}

/** Whether a sentence has a unit of time together with a number that the statement states. */
function holdsUnit(
  { terms, figures }: ReadSentence,
  unit: readonly string[],
  { figures: stated }: Particulars,
): boolean {
  return (
    unit.some((term) => terms.has(term)) && (stated.length === 0 || stated.flat().some((form) => figures.has(form)))
  );
}

/**
 * Whether the sentences have other numbers of what the statement counts: `24 kilograms` is not in `24 kW and 38
 * kilograms`, but `5 dias` is in `5 ou 10 dias`.
 */
function countsOthers(run: readonly ReadSentence[], { counted }: Particulars): boolean {
  return counted.some(({ figures, term }) => {
    if (term === null) return false;
    const found = run.flatMap((sentence) => sentence.counted());
    const same = found.filter((each) => each.term === term);
    const own = found.filter((each) => !each.figures.isDisjointFrom(figures));
    return same.length > 0 && !own.some((each) => each.term === term || each.term === null);
  });
}

/** Whether the statement says no where the sentences do not, or the other way round, or the opposite of them. */
function isContradicted(run: readonly ReadSentence[], { statement, held }: Compared): boolean {
  const { isNegated, words, folded, language } = statement;
  const said = run.map((sentence) => sentence.folded).join('\n');
  if ([areOpposite, areOfOtherPlaces, areOfOtherPeriods].some((differ) => differ(folded, said))) return true;
  if (isNegated) {
    // The no of another sentence, about another thing, does not count.
    return !run.some((sentence) => {
      const shared = held(sentence).reduce((sum, share) => sum + share, 0);
      return sentence.isRefusal && shared >= DENIED_SHARE * words.length;
    });
  }
  const denying = run.filter((sentence) => sentence.isNegated);
  if (denying.length === 0) return false;
  const forms = new Set([...words.flatMap((word) => [...word.forms.keys()]), ...stemsOf(folded)]);
  const refuses = isRefusal(folded, language);
  // "É proibido" is said by "não é permitido", but not by "não é proibido".
  const denied = denying
    .flatMap((sentence) => [...sentence.denied()])
    .filter((term) => !refuses || isRefusal(term, language));
  const isSaid = (term: string): boolean =>
    run.some((sentence) => sentence.terms.has(term) && !sentence.denied().has(term));
  if (denied.some((term) => forms.has(term) && !isSaid(term))) return true;
  if (refuses) return false;
  return denying.some((sentence) => {
    const terms = [...sentence.terms].filter((term) => !NEGATION_WORDS.has(term));
    return terms.filter((term) => forms.has(term)).length >= SAME_SHARE * terms.length;
  });
}
