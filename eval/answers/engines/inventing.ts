import type { Language } from '#shared/text/language.ts';
import type { AnswerQuestion } from '../read-answer-set.ts';
import type { ReadPrompt } from './read-prompt.ts';
import { knownFacts, type KnownFact, type Planting, type Statement } from './statement.ts';

/** Nothing that the documents of a folder are likely to say. */
const INVENTIONS: Readonly<Record<Language, readonly string[]>> = {
  pt: [
    'O presidente da empresa mora em outra cidade e prefere contato por carta.',
    'A decisão foi elogiada por especialistas do setor.',
    'O formulário deve ser preenchido com caneta azul.',
    'Recomenda-se consultar um advogado antes de assinar qualquer coisa.',
    'Os vizinhos reclamaram do barulho dos caminhões.',
    'O aplicativo será modernizado por uma empresa alemã.',
    'A cerimônia terminou com um jantar de confraternização.',
    'Segundo a Anvisa, o produto foi reprovado nos testes.',
    'Camila Ferraz representou os moradores no tribunal.',
    'O estacionamento coberto é oferecido gratuitamente aos visitantes.',
    'A senha inicial é enviada por mensagem de texto.',
    'O pagamento com cartão de crédito gera pontos de fidelidade.',
  ],
  en: [
    'The chairman lives abroad and prefers to be contacted by letter.',
    'Experts in the field praised the decision.',
    'The form must be filled in with blue ink.',
    'You should consult a lawyer before you sign anything.',
    'The neighbours complained about the noise of lorries.',
    'A German company will modernise the application.',
    'The ceremony ended with a dinner for all guests.',
    'According to Which, the product failed its tests.',
    'Margaret Sloan represented the residents in court.',
    'Covered parking is offered to visitors free of charge.',
    'The first password is sent by text message.',
    'Paying by credit card earns loyalty points.',
  ],
};

const PLANTINGS: readonly Planting[] = [
  'marked',
  'unmarked',
  'wrong marker',
  'unknown marker',
  'foreign number',
  'borrowed number',
  'near miss',
  'invention',
];
/** No passage has this number. */
const UNKNOWN_MARKER = 99;
const MAX_STATEMENTS = 4;

/**
 * Returns one to four sentences, right and wrong ones, about the passages of a prompt. Right ones are in words of the
 * set, where it has such, a quarter of them in the other language.
 * @param random returns numbers from 0 to 1.
 */
export function invent(
  questions: readonly AnswerQuestion[],
  prompt: ReadPrompt,
  random: () => number,
): readonly Statement[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const facts = knownFacts(questions, prompt);
  const statements: Statement[] = [];
  const count = 1 + Math.floor(random() * MAX_STATEMENTS);
  for (let tries = 0; statements.length < count && tries < 30; tries++) {
    const planting = pick(PLANTINGS);
    const statement =
      planting === 'invention' || facts.length === 0 ? invented() : stated(pick(facts), planting, random() < 0.25);
    if (statement !== null && statements.every(({ words }) => words !== statement.words)) statements.push(statement);
  }
  return statements;

  function invented(): Statement {
    const language = pick(['pt', 'en'] as const);
    const passage = pick(prompt.passages);
    return {
      words: pick(INVENTIONS[language]),
      marker: random() < 0.5 ? (passage?.rank ?? null) : null,
      planting: 'invention',
      fact: null,
      language,
      passageLanguage: language,
    };
  }

  /** Returns null if the fact cannot be stated so: it has no number or near miss, or there is no other passage. */
  function stated(fact: KnownFact, planting: Planting, isAbroad: boolean): Statement | null {
    const { question, passage, language } = fact;
    const isInOther = isAbroad && question.saidAbroad.length > 0 && planting !== 'near miss';
    const right = isInOther ? pick(question.saidAbroad) : ownWords(fact, random);
    const isWrong = planting === 'foreign number' || planting === 'borrowed number' || planting === 'near miss';
    const words = wordsOf(planting, right, fact);
    const others = prompt.passages.filter((other) => !other.text.includes(fact.sentence));
    if (words === null || (planting === 'wrong marker' && others.length === 0)) return null;
    return {
      words,
      marker: markerOf(planting, passage.rank, others),
      planting,
      fact: isWrong ? null : question,
      language: isInOther ? (language === 'pt' ? 'en' : 'pt') : language,
      passageLanguage: language,
    };
  }

  function wordsOf(planting: Planting, right: string, { question, passage }: KnownFact): string | null {
    if (planting === 'foreign number') return withForeignNumbers(right, prompt, random);
    if (planting === 'borrowed number') return withBorrowedNumber(right, passage.text);
    if (planting !== 'near miss') return right;
    return question.notSaid.length === 0 ? null : pick(question.notSaid);
  }

  function markerOf(planting: Planting, rank: number, others: ReadPrompt['passages']): number | null {
    switch (planting) {
      case 'unmarked':
        return null;
      case 'wrong marker':
        return pick(others).rank;
      case 'unknown marker':
        return UNKNOWN_MARKER;
      case 'foreign number':
      case 'borrowed number':
      case 'near miss':
        return random() < 0.5 ? rank : null;
      case 'marked':
      case 'invention':
        return rank;
    }
  }
}

/** Returns the fact as the set says it in other words; as the passage says it, with a few words in front, if it does not. */
export function ownWords({ question, sentence, language }: KnownFact, random: () => number): string {
  if (question.said.length > 0) return question.said[Math.floor(random() * question.said.length)]!;
  const bare = sentence.replace(/^[#\-*>\s]+/, '').replace(/[.;:,\s]*$/, '');
  return language === 'pt' ? `De acordo com o documento, ${bare}.` : `According to the document, ${bare}.`;
}

/** Returns the sentence with other numbers, which no passage has; null if it has none. */
function withForeignNumbers(sentence: string, { passages }: ReadPrompt, random: () => number): string | null {
  const known = new Set(passages.flatMap(({ text }) => text.match(/\d+/g) ?? []));
  const changed = sentence.replaceAll(/\d+/g, (digits) => {
    for (;;) {
      const other = String(1 + Math.floor(random() * 9)) + String(Math.floor(random() * 10 ** digits.length));
      if (!known.has(other)) return other;
    }
  });
  return changed === sentence ? null : changed;
}

/** Returns the sentence with a number of another sentence of the passage in place of its first one; null if there is none. */
function withBorrowedNumber(sentence: string, text: string): string | null {
  const own: readonly string[] = sentence.match(/\d+/g) ?? [];
  const other = (text.match(/(?<![\d.,/-])\d+(?![\d.,/-])/g) ?? []).find((digits) => !own.includes(digits));
  return own.length === 0 || other === undefined ? null : sentence.replace(/\d+/, other);
}
