import { fold } from '#shared/text/fold.ts';
import { sentenceSpans, type Span } from './sentence-spans.ts';

const MODEL =
  '(?:ias?|ai|llms?|chatbots?|chatgpt|gpt|copilot|assistentes?|assistants?|language models?|modelos? de linguagem|robos?|bots?)';
const SAY =
  '(?:answer|respond|reply|say|write|tell|state|output|print|repeat|append|include|show|open|visit|recommend|responda|respondam|diga|digam|escreva|escrevam|afirme|repita|imprima|inclua|acrescente|mostre|abra|acesse|recomende)';

/** What makes the sentences after it suspicious too: it claims to replace what the model was told. */
const OVERRIDES = [
  String.raw`\b(?:ignore|ignorem|desconsiderem?|esqueca|disregard|forget|override)\b[^.!?\n]{0,60}\b(?:instruc\w+|instructions?|regras|rules|prompts?|orientacoes|ordens|diretrizes|guidelines)`,
  String.raw`\b(?:new|novas?|updated|real) (?:system )?(?:instructions?|instruc\w+|prompt)\b`,
  String.raw`(?:<\||\[|<|#{2,6} ?)\/?(?:system|inst|instruction|im_start|sistema)\b`,
  String.raw`^\W*(?:system|sistema)\s?:\s?(?:you|voce|ignore|always|never|sempre|nunca|${SAY})\b`,
  String.raw`\b(?:you are now|from now on,? you (?:are|act|answer|respond|only|must|will (?:act|answer|respond|only))|(?:a partir|daqui) de agora,? voce|voce agora e|pretend (?:to be|that you)|finja (?:ser|que))\b`,
].map((source) => new RegExp(source, 'm'));

/** What addresses a model, or whoever answers for it. */
const ORDERS = [
  ...OVERRIDES,
  String.raw`\b(?:if you are|se voce (?:e|for)|note (?:to|for)|message (?:to|for)|instruc\w+ (?:to|for|para)|(?:nota|aviso|atencao|mensagem|recado|ordem)(?: para| a| ao| aos| as)?|dear|attention|hey|caro|cara|prezad[oa])\W{1,3}(?:(?:a|o|as|os|an|the|any|all|qualquer|todas as|todos os) )?(?:large )?${MODEL}\b`,
  String.raw`\b${MODEL}(?: (?:reading|processing|that read|que le|que leem|que lerem|lendo)[^.!?\n:]{0,40})?\s?[:,]\s?(?:please |por favor,? )?(?:always |sempre |nao |do not |never )?${SAY}\b`,
  String.raw`\b(?:when|whenever|if|quando|sempre que|se)\b[^.!?\n]{0,40}\b(?:asked|asks|user|usuario|perguntarem|perguntad\w+|perguntar|pergunte)\b[^.!?\n]{0,80}\b${SAY}\b`,
  String.raw`\b(?:tell|inform|convince|ask|diga|informe|convenca|peca|mande)\b (?:the |o |a |ao )?(?:user|usuario|leitor|reader)\b`,
  String.raw`\b${SAY}\b[^.!?\n]{0,25}\b(?:only|exactly|always|apenas|somente|exatamente|sempre)\b[^.!?\n:"“]{0,25}[:"“]`,
  String.raw`\b${SAY}\b[^.!?\n]{0,60}\b(?:in|to|em|na|no|a) (?:your|every|each|all|any|sua|suas|toda|todas|cada) (?:answers?|responses?|replies|reply|respostas?)\b`,
  String.raw`\b(?:call|execute|invoke|run|chame|execute|rode)\b[^.!?\n]{0,20}\b(?:tool|function|ferramenta|funcao|command|comando)\s+\W?\w+(?:_|\()`,
  String.raw`\b(?:do not|don'?t|never|nao|nunca) (?:cite|mention|reveal|mencione|revele)\b[^.!?\n]{0,40}\b(?:sources?|fontes?|passages?|trechos?|documents?|documento|instructions?|instruc\w+|user|usuario)\b`,
  String.raw`\bthe (?:correct |right |only )?answer is always\b|\ba (?:unica )?resposta (?:certa |correta )?e sempre\b`,
  String.raw`\{(?:question|pergunta|query|data|dados|context|contexto|answer|resposta)\}`,
].map((source) => new RegExp(source, 'm'));

/** What it demands may be in the sentences after it, up to the end of the paragraph. */
const MAX_SENTENCES_AFTER = 4;

/**
 * Returns the instructions in a text that are addressed to a model, with what they demand, as spans in order. Judged by
 * rules in Portuguese and English: it finds the usual forms and no others, and a document about such texts has them too.
 */
export function ordersIn(text: string): readonly Span[] {
  // Most texts have none; the whole is tested once before it is cut into sentences.
  const folded = fold(text);
  if (!ORDERS.some((order) => order.test(folded))) return [];
  const sentences = sentenceSpans(text);
  const orders: Span[] = [];
  for (let at = 0; at < sentences.length; at++) {
    const { start, end } = sentences[at]!;
    const words = fold(text.slice(start, end));
    if (!ORDERS.some((order) => order.test(words))) continue;
    const isOverride = OVERRIDES.some((override) => override.test(words));
    const announces = isOverride || /:\W*$|\b(?:following|seguinte|abaixo|below)\b/.test(words);
    let last = at;
    while (announces && last < at + MAX_SENTENCES_AFTER && last + 1 < sentences.length) {
      if (/\n\s*\n/.test(text.slice(sentences[last]!.end, sentences[last + 1]!.start))) break;
      last++;
    }
    orders.push({ start, end: sentences[last]!.end });
    at = last;
  }
  return orders;
}
