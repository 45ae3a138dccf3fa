// Folded, as all words here.
const PORTUGUESE_DAYS =
  'janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|' +
  'segunda|terca|quarta|quinta|sexta|sabado|domingo';
const ENGLISH_DAYS =
  'january|february|march|april|may|june|july|august|september|october|november|december|' +
  'monday|tuesday|wednesday|thursday|friday|saturday|sunday';

/**
 * A period, with the number in digits or words and at most a few words in parentheses, such as "30 (trinta) meses", or a
 * date, folded.
 */
export const PERIOD_OR_DATE = new RegExp(
  [
    '(?:\\d|\\b(?:um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|doze|quinze|vinte|trinta|sessenta|noventa|one|two|' +
      'three|four|five|six|seven|eight|nine|ten|twelve|thirty|sixty|ninety))(?: ?\\([^)]{1,30}\\))?[ -]?' +
      '(?:h\\b|min|hora|dia|semana|mes|ano|trimestre|semestre|corrido|hour|day|week|month|year|calendar|business|working)',
    '\\d{1,2}/\\d{1,2}\\b|\\d{1,2}\\.\\d{1,2}\\.\\d{2}|\\d{4}-\\d\\d-\\d\\d|\\bdia \\d|imediat|indeterminad|meia[- ]noite|meio[- ]dia|noon|midnight',
    `\\b(?:${PORTUGUESE_DAYS}|${ENGLISH_DAYS})\\b`,
  ].join('|'),
);

/**
 * What a question wants to know, as far as its own words say so and a text shows whether it has one. Each kind has the
 * words that ask for it and the look of an answer, both folded.
 */
const KINDS: readonly { readonly asked: RegExp; readonly answer: RegExp }[] = [
  {
    asked: /\b(?:que horas?|q horas?|horario|what time)\b/,
    answer: /\d ?(?:h\b|h\d|hs\b|horas?|:\d\d|am\b|pm\b|a\.m|p\.m)|meio[- ]dia|meia[- ]noite|noon|midnight/,
  },
  {
    asked:
      /\b(?:(?:em |por |ha |de )?quanto tempo|prazo|duracao|vigencia|dura|how (?:long|soon|fast)|deadline|duration|notice period)\b/,
    answer: PERIOD_OR_DATE,
  },
  {
    asked: /\b(?:quando|qdo|que dia|em que data|data d[aeo]|when|what (?:date|day))\b/,
    answer: new RegExp(`\\d|${PORTUGUESE_DAYS}|\\b(?:dia|semana|mes|ano|day|week|month|year|${ENGLISH_DAYS})`),
  },
  {
    asked: /\b(?:telefone|celular|whatsapp|zap|phone)\b/,
    answer: /\d{3,4}[- .]?\d{4}|ramal/,
  },
  {
    asked: /\b(?:quant[ao]s?|qt[ao]s?|valor|preco|how (?:much|many)|price)\b/,
    answer:
      /\d|\b(?:um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|vinte|trinta|cem|metade|dobro|nenhum|nenhuma|gratis|gratuit[ao]|one|two|three|four|five|six|seven|eight|nine|ten|half|double|none|free)\b/,
  },
];

/**
 * Returns what a text must look like to hold the answer to a question: a time of day, a date, a telephone number, an
 * amount; null when the question does not say what it wants, or a text does not show it.
 * @param question folded.
 */
export function answerPattern(question: string): RegExp | null {
  return KINDS.find(({ asked }) => asked.test(question))?.answer ?? null;
}
