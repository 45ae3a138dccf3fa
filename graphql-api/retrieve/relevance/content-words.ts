import type { AskedWord } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { numberInWords, numberOfWord } from '#shared/text/words/number-words.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';
import { unitOf } from './numbers-in-text.ts';

/**
 * What a word does in a question. A NAME tells one thing from others of its kind: a number, a code, a date, a proper
 * name. A VERB is often another one in the document. A MEASURE is a word such as "dia" or "tempo", which an answer gives
 * without repeating it: "até o quinto"; so is an adverb. A KIND is the kind of thing that is asked for, "oceano" in "em que
 * oceano", and an answer often names the thing alone. Everything else is a NOUN.
 */
type WordRole = 'NAME' | 'NOUN' | 'VERB' | 'MEASURE' | 'KIND';

/** A word that says what a question is about. */
export interface ContentWord extends AskedWord {
  readonly role: WordRole;
  /** Whether it is the first noun: what is asked for, or what it is asked of. */
  readonly isHead: boolean;
  /** Whether it tells of what another word is: "síndica" in "o celular da síndica". */
  readonly isComplement: boolean;
  /**
   * Whether it only says where, or is the whole that the thing asked about belongs to, so that its document may name it
   * elsewhere: "no apartamento", "o dono do imóvel".
   */
  readonly isSetting: boolean;
  /** Whether it is a number asked for as an ordinal: "o 13º". */
  readonly isOrdinal: boolean;
  /** What the number numbers, as in "artigo 15"; null for any other word. */
  readonly unit: string | null;
}

/** Folded, singular and plural. */
const MEASURES = new Set(
  (
    'nao sem not no dia dias data datas mes meses ano anos hora horas horario minuto minutos tempo vez vezes varias semana semanas valor ' +
    'preco precos name names price prices quantia numero nome nomes tipo tipos parte partes forma jeito lado lugar paga pago pagar pagam pagamos ' +
    'pagou sai saem entra entram chega usar usa antes proximo proxima ultimo ultima primeiro primeira fim cor graca long ' +
    'time times year years day days date dates new number month months week weeks home early earlier late later soon sooner ' +
    'cedo tarde rapido sozinho sozinha sozinhos sozinhas alone'
  ).split(' '),
);
const PIECE = /[\p{L}\p{N}](?:[^\s,;:!?()"“”«»]*[\p{L}\p{N}])?/gu;
/** Endings of verbs that are seldom endings of other words, folded. */
const VERB_ENDING =
  /(?:[aei]r|[aei]mos|[aei]ram|[aei]ndo|[aei]ria|[aei]va|[aei]vam|[aei]rei|[aei]rao|[aei]rem|[aei]sse|ou|ei|eu|iu)$/;
const PARTICIPLE_ENDING = /(?:[ai]d[oa]s?|ed)$/;
const ARTICLES = new Set('o a os as um uma uns umas the an my our your their'.split(' '));
/** A word after one of these is no verb. */
const BEFORE_NOUN = ARTICLES.union(
  new Set(
    (
      'do da dos das no na nos nas ao aos pelo pela pelos pelas meu minha meus minhas seu sua seus suas nosso nossa nossos ' +
      'nossas qual quais quanto quanta quantos quantas de em com esse essa este esta esses essas this his her its which ' +
      'whose of'
    ).split(' '),
  ),
);
/** Before one of these stands a noun, even if it ends like a verb: "o celular da firma". After it, a complement. */
const OF = new Set('de do da dos das of'.split(' '));
/** After one of these stands where something is. */
const BEFORE_PLACE = new Set('no na nos nas in at'.split(' '));
/** What whole documents are about. */
const WHOLES = new Set(
  (
    'imovel apartamento casa predio contrato acordo documento empresa firma escola loja property apartment house ' +
    'building contract agreement lease company school'
  ).split(' '),
);
/** A word after one of these is a verb. */
const BEFORE_VERB = new Set(
  'quem nao se who to i we they he she it not can could may might should will would does did do'.split(' '),
);
/** A participle after one of these is a verb. */
const BEFORE_PARTICIPLE = new Set(
  'e sao foi foram era eram esta estao ta tao fica ficam ser estar is are was were be been get gets'.split(' '),
);
/** Before "que" at the start of a question: "em que", "desde que". */
const BEFORE_QUE = new Set('em de com para por a desde sob'.split(' '));
/** Third persons of the present end so, and few adjectives that stand before a noun: "qual comarca resolve disputas". */
const PRESENT_ENDING = /[^aeiou](?:a|e|am|em)$/;
/** No object of a verb begins with one of these. */
const PREPOSITIONS = new Set(
  (
    'em no na nos nas num numa ao aos com para pra por pelo pela pelos pelas sem sob sobre entre ate que e ou ' +
    'in on at for with to by from and or'
  ).split(' '),
).union(OF);
const ADVERB_ENDING = /[a-z]{3}mente$/;
/** Stems of primeiro to décimo. */
const ORDINALS = 'primeir segund terceir quart quint sext setim oitav non decim'.split(' ');
const SMALL_NUMBER = /^\d{1,2}$/;

/**
 * Returns the words of a question that say what it is about; words that only say how it is asked are left out.
 * @param asked the question's words, each with what may stand in its place.
 */
export function contentWords(question: string, asked: readonly AskedWord[]): readonly ContentWord[] {
  const pieces = [...question.matchAll(PIECE)].map(([typed]) => ({ typed, folded: fold(typed) }));
  const later = pieces.slice(1);
  const isTitleCase =
    later.every(({ typed }) => /^[\p{Lu}\p{N}]/u.test(typed)) ||
    later.some(({ typed, folded }) => /^\p{Lu}/u.test(typed) && BEFORE_NOUN.has(folded));

  let hasHead = false;
  return asked
    .filter(({ written }) => !QUESTION_WORDS.has(written))
    .map((asked) => {
      const at = placeOf(asked);
      const unit = unitBefore(at);
      const word = unit === null ? asked : numbered(asked);
      const role = roleOf(word, at);
      const isHead = !hasHead && role === 'NOUN';
      hasHead ||= isHead;
      const before = pieces[at - 1];
      const isComplement = role === 'NOUN' && !isHead && before !== undefined && OF.has(before.folded);
      const isSetting =
        role === 'NOUN' &&
        !isHead &&
        before !== undefined &&
        (BEFORE_PLACE.has(before.folded) || (isComplement && WHOLES.has(word.written)));
      return {
        ...word,
        forms: formsOf(word),
        role,
        isHead,
        isComplement,
        isSetting,
        isOrdinal: word.isCode && isOrdinal(word.written),
        unit: word.isCode ? unit : null,
      };
    });

  function placeOf({ written }: AskedWord): number {
    return pieces.findIndex(
      ({ folded }) =>
        folded === written || folded.split(/[^\p{L}\p{N}]/u).includes(written) || written.startsWith(`${folded} `),
    );
  }

  /** Whether a word says what a number after it numbers, which a text may leave out: "section" in "section 2". */
  function isUnitOfNumber(at: number): boolean {
    const after = pieces[at + 1]?.folded ?? '';
    return unitOf(pieces[at]?.folded ?? '') !== null && (/^\d/.test(after) || numberOfWord(after) !== undefined);
  }

  /** Returns the unit that stands before a word: "artigo" in "artigo 15", "art. nº 15". */
  function unitBefore(at: number): string | null {
    const before = pieces[at - 1]?.folded;
    return unitOf((/^n[o.]*$/.test(before ?? '') ? pieces[at - 2]?.folded : before) ?? '');
  }

  /** Whether the word follows an asking word at once: "qual banco", "em que cidade", but not "qual o banco". */
  function isKind(at: number): boolean {
    const [first, before] = [pieces[0]?.folded ?? '', pieces[at - 1]?.folded ?? ''];
    if (/^(?:qual|quais|which|what)$/.test(before)) return true;
    return before === 'que' && (at === 1 || (at === 2 && BEFORE_QUE.has(first)));
  }

  /** Whether the word after a kind of thing says what that does: "resolve" before "disputas", but not "básico" before "cobre". */
  function isVerbOf(word: string, after: string | undefined): boolean {
    if (after === undefined || PREPOSITIONS.has(after) || VERB_ENDING.test(after)) return false;
    return PRESENT_ENDING.test(word);
  }

  function roleOf({ written, isCode }: AskedWord, at: number): WordRole {
    const [before, piece, after] = [pieces[at - 1], pieces[at], pieces[at + 1]];
    if (isCode) return isQuantity(written, before?.folded) ? 'NOUN' : 'NAME';
    if (piece === undefined) return 'NOUN';
    if (isUnitOfNumber(at)) return 'MEASURE';
    if (MEASURES.has(written) || ADVERB_ENDING.test(piece.folded)) return 'MEASURE';
    if (isKind(at)) return 'KIND';
    if (isKind(at - 1) && isVerbOf(piece.folded, after?.folded)) return 'VERB';
    if (before !== undefined && BEFORE_PARTICIPLE.has(before.folded) && PARTICIPLE_ENDING.test(piece.folded))
      return 'VERB';
    if (before !== undefined && /^\p{Lu}/u.test(piece.typed) && !isTitleCase) return 'NAME';
    if (before !== undefined && BEFORE_NOUN.has(before.folded)) return 'NOUN';
    if (before !== undefined && BEFORE_VERB.has(before.folded)) return 'VERB';
    if (after !== undefined && OF.has(after.folded)) return 'NOUN';
    if (before?.folded === 'que' && pieces[at - 2]?.folded === 'o') return 'VERB';
    if (VERB_ENDING.test(piece.folded)) return 'VERB';
    // "Quando vence o seguro", "como troca o óleo": what stands before an article, and after none, is a verb.
    return after !== undefined && ARTICLES.has(after.folded) ? 'VERB' : 'NOUN';
  }
}

/** Whether a number of a question is an ordinal: 13o, décimo terceiro. @param written folded. */
function isOrdinal(written: string): boolean {
  return /^\d+(?:[ao]|st|nd|rd|th)$/.test(written) || numberInWords(written.split(' '), 0)?.isOrdinal === true;
}

/** Returns a number of a unit in digits, which a question may write in words: "artigo quinze". */
function numbered(word: AskedWord): AskedWord {
  const number = word.isCode ? undefined : numberOfWord(word.written);
  if (number === undefined) return word;
  return { ...word, term: String(number), isCode: true, forms: new Map([...word.forms, [String(number), 1]]) };
}

/** Of "5º" only ordinals are forms: a price of R$ 5,00 says nothing of the fifth year. */
function formsOf({ written, forms, isCode }: AskedWord): ReadonlyMap<string, number> {
  const number = isCode ? /^(\d{1,2})(?:[ao]|st|nd|rd|th)$/.exec(written)?.[1] : undefined;
  const stem = ORDINALS[Number(number) - 1];
  if (number === undefined || stem === undefined) return forms;
  return new Map([`${number}o`, `${number}a`, written, stem].map((form) => [form, 1]));
}

/** A small number that does not follow a noun is an amount, as in "trena de 8 m", and no name, as in "contrato 77". */
function isQuantity(written: string, before: string | undefined): boolean {
  return SMALL_NUMBER.test(written) && (before === undefined || BEFORE_NOUN.has(before));
}
