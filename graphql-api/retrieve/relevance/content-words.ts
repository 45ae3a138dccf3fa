import type { AskedWord } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';

/**
 * What a word does in a question. A NAME tells one thing from others of its kind: a number, a code, a date, a proper
 * name. A VERB is often another one in the document. A MEASURE is a word such as "dia" or "tempo", which an answer gives
 * without repeating it: "até o quinto". Everything else is a NOUN.
 */
type WordRole = 'NAME' | 'NOUN' | 'VERB' | 'MEASURE';

/** A word that says what a question is about. */
export interface ContentWord extends AskedWord {
  readonly role: WordRole;
  /** Whether it is the first noun: what is asked for, or what it is asked of. */
  readonly isHead: boolean;
}

/** Folded, singular and plural. */
const MEASURES = new Set(
  (
    'dia dias data datas mes meses ano anos hora horas horario minuto minutos tempo vez vezes varias semana semanas valor ' +
    'preco precos quantia numero nome nomes tipo tipos parte partes forma jeito lado lugar paga pago pagar pagam pagamos ' +
    'pagou sai saem entra entram chega usar usa antes proximo proxima ultimo ultima primeiro primeira fim cor long ' +
    'time times year years day days date dates new number month months week weeks home'
  ).split(' '),
);
const PIECE = /[\p{L}\p{N}](?:[^\s,;:!?()"“”«»]*[\p{L}\p{N}])?/gu;
/** Endings of verbs that are seldom endings of other words, folded. */
const VERB_ENDING =
  /(?:[aei]r|[aei]mos|[aei]ram|[aei]ndo|[aei]ria|[aei]va|[aei]vam|[aei]rei|[aei]rao|[aei]rem|[aei]sse|ou|ei|eu|iu)$/;
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
/** Before one of these stands a noun, even if it ends like a verb: celular da firma. */
const OF = new Set('de do da dos das of'.split(' '));
const SMALL_NUMBER = /^\d{1,2}$/;

/**
 * Returns the words of a question that say what it is about; words that only say how it is asked are left out.
 * @param asked the question's words, each with what may stand in its place.
 */
export function contentWords(question: string, asked: readonly AskedWord[]): readonly ContentWord[] {
  const pieces = [...question.matchAll(PIECE)].map(([typed]) => ({ typed, folded: fold(typed) }));
  const capitals = pieces.filter(({ typed }) => /^\p{Lu}/u.test(typed)).length;
  const isTitleCase = capitals > 1 && capitals > 0.6 * pieces.length;

  let hasHead = false;
  return asked
    .filter(({ written }) => !QUESTION_WORDS.has(written))
    .map((word) => {
      const role = roleOf(word);
      const isHead = !hasHead && role === 'NOUN';
      hasHead ||= isHead;
      return { ...word, role, isHead };
    });

  function roleOf({ written, isCode }: AskedWord): WordRole {
    const at = pieces.findIndex(
      ({ folded }) =>
        folded === written || folded.split(/[^\p{L}\p{N}]/u).includes(written) || written.startsWith(`${folded} `),
    );
    const [before, piece, after] = [pieces[at - 1], pieces[at], pieces[at + 1]];
    if (isCode) return isQuantity(written, before?.folded) ? 'NOUN' : 'NAME';
    if (piece === undefined) return 'NOUN';
    if (MEASURES.has(written)) return 'MEASURE';
    if (before !== undefined && /^\p{Lu}/u.test(piece.typed) && !isTitleCase) return 'NAME';
    if (before !== undefined && BEFORE_NOUN.has(before.folded)) return 'NOUN';
    if (VERB_ENDING.test(piece.folded)) return after !== undefined && OF.has(after.folded) ? 'NOUN' : 'VERB';
    // "Quando vence o seguro", "como troca o óleo": what stands before an article, and after none, is a verb.
    return after !== undefined && ARTICLES.has(after.folded) ? 'VERB' : 'NOUN';
  }
}

/** A small number that does not follow a noun is an amount, as in "trena de 8 m", and no name, as in "contrato 77". */
function isQuantity(written: string, before: string | undefined): boolean {
  return SMALL_NUMBER.test(written) && (before === undefined || BEFORE_NOUN.has(before));
}
