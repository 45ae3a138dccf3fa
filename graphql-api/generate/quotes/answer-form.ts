import { fold } from '#shared/text/fold.ts';
import { PERIOD_OR_DATE } from '../../retrieve/relevance/answer-kinds.ts';

/**
 * What the answer to a question looks like, more strictly than for relevance: nearly every sentence has some digit. The
 * first kind that a question asks for decides.
 */
const FORMS: readonly { readonly asked: RegExp; readonly form: RegExp }[] = [
  {
    asked: /\b(?:que horas?|horario|what time)\b/,
    form: /\d ?(?:h\b|h\d|hs\b|horas?|:\d\d|am\b|pm\b)|meio[- ]dia|meia[- ]noite|noon|midnight/,
  },
  {
    asked:
      /\b(?:quanto tempo|quant[ao]s (?:dias|semanas|meses|anos|horas)|prazo|vigencia|duracao|garantia|antecedencia|how long|how many (?:days|weeks|months|years|hours)|notice period|warranty|deadline|quando|qdo|que dia|em que data|data d[aeo]|vencimento|vence|when|what (?:date|day)|due)\b/,
    form: PERIOD_OR_DATE,
  },
  { asked: /\b(?:telefone|celular|whatsapp|phone)\b/, form: /\d{3,4}[- .]?\d{4}|ramal/ },
  {
    asked:
      /\b(?:quanto (?:e|foi|custa|custou|sai|fica|pag\w+|cobra\w*|ganha\w*|recebe\w*)|valor|preco|custo|mensalidade|aluguel|multa|taxa|salario|diaria|frete|juros|how much|price|cost|charge|fee|fine|rent|salary)\b/,
    form: /(?:r|us|u)?\$ ?\d|[€£] ?\d|\d(?:[.,]\d+)? ?(?:reais|mil\b|euros?|eur\b|usd\b|brl\b|pounds?|dollars?|%|por cento|percent)|\b\d{1,3}(?:\.\d{3})*,\d\d\b/,
  },
];

/**
 * Returns whether a text has what a question asks for by its form: a time of day, a period, a date, a telephone number, an
 * amount of money. False for a question that does not say so.
 */
export function answerForm(question: string): (text: string) => boolean {
  const asked = fold(question);
  const form = FORMS.find((each) => each.asked.test(asked))?.form;
  return (text) => form !== undefined && form.test(fold(text));
}
