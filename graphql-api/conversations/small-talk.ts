import { fold } from '#shared/text/fold.ts';
import type { Language } from '#shared/text/language.ts';

/** What is said without asking anything. */
export interface SmallTalk {
  readonly language: Language;
  readonly kind: SmallTalkKind;
}

type SmallTalkKind = 'THANKS' | 'FAREWELL' | 'GREETING' | 'AGREEMENT';

/** Longer texts say more than a courtesy. UTF-16 code units. */
const MAX_CHARS = 80;

// Folded and without punctuation. A text is small talk if it consists of these alone; of several kinds, the first one in
// this order is answered.
const SAYINGS: Readonly<Record<Language, Readonly<Record<SmallTalkKind, string>>>> = {
  pt: {
    THANKS:
      '(?:muito |muitissimo )?(?:obrigad(?:o|a|os|as|ao|inha|inho)|brigad(?:o|a|ao))|obg|vlw|valeu|(?:eu )?agradeco|agradecid[oa]|grat[oa]|(?:pela|por sua|pela sua) (?:ajuda|resposta|atencao)|por tudo|de nada',
    FAREWELL:
      'tchau|ate (?:logo|mais|amanha|breve|a proxima)|adeus|falou|fui|(?:um )?abracos?|bom fim de semana|(?:e |era )?(?:so )?isso(?: e)?(?: tudo|mesmo)?|por (?:hoje|enquanto) e so|e so(?: isso)?',
    GREETING: 'oi+|ola|alo|opa|e ai|eai|bom dia|boa tarde|boa noite|tudo (?:bem|bom|certo|joia)|como vai(?: voce)?',
    AGREEMENT:
      'sim|certo|certinho|entendi|entendido|perfeito|otimo|legal|beleza|blz|show(?: de bola)?|maravilha|combinado|(?:ta|esta) (?:bom|certo|bem|otimo)|bom|muito bom|excelente|joia|bacana|que (?:bom|otimo)|ah|massa|mesmo|demais|gente|pessoal|askbox|por enquanto',
  },
  en: {
    THANKS:
      '(?:many )?thanks(?: a (?:lot|million|bunch))?|thank (?:you|u)|thx|tks|cheers|(?:much )?appreciated|(?:i )?appreciate it|(?:so|very) much|for (?:your|the) (?:help|answer)|for that',
    FAREWELL:
      'bye|goodbye|see (?:you|ya)(?: later| soon| tomorrow)?|(?:have a )?(?:nice|good|great) (?:day|weekend|one)|(?:that is|that s|thats) (?:all|it)(?: for now)?',
    GREETING: 'hi+|hello|hey|good (?:morning|afternoon|evening)|how are you(?: doing)?|there|everyone',
    AGREEMENT:
      'yes|yep|sure|right|all right|alright|i see|got it|understood|great|perfect|nice|cool|good|very good|excellent|awesome|fine|oh|(?:that )?makes sense|again|askbox|for now',
  },
};
/** Said in both languages. */
const OF_BOTH = 'ok|okay|k|super';
const KINDS = ['THANKS', 'FAREWELL', 'GREETING', 'AGREEMENT'] as const;

const REPLIES: Readonly<Record<Language, Readonly<Record<SmallTalkKind, string>>>> = {
  pt: {
    THANKS: 'De nada! Se quiser, pergunte mais sobre os seus documentos.',
    FAREWELL: 'Até logo!',
    GREETING: 'Olá! Pergunte o que quiser sobre os seus documentos.',
    AGREEMENT: 'Certo. Se quiser, pergunte mais sobre os seus documentos.',
  },
  en: {
    THANKS: "You're welcome! Ask more about your documents whenever you like.",
    FAREWELL: 'Goodbye!',
    GREETING: 'Hello! Ask anything about your documents.',
    AGREEMENT: 'All right. Ask more about your documents whenever you like.',
  },
};

const LANGUAGES = (['pt', 'en'] as const).map((language) => {
  const sayings = SAYINGS[language];
  return {
    language,
    whole: new RegExp(`^(?:(?:${Object.values(sayings).join('|')}|${OF_BOTH}) )+$`),
    kinds: KINDS.map((kind) => ({ kind, pattern: new RegExp(`(?:^| )(?:${sayings[kind]})(?= )`) })),
  };
});

/**
 * Returns what a text says if it is a greeting, thanks or another courtesy as a whole; null if there is any other word, or
 * if it asks something ("certo?").
 * @param spoken the language of the conversation, for a text that may be of both.
 */
export function recogniseSmallTalk(text: string, spoken: Language): SmallTalk | null {
  if (text.length > MAX_CHARS) return null;
  const words = `${(fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
  const inOrder = LANGUAGES.toSorted((a, b) => Number(b.language === spoken) - Number(a.language === spoken));
  const found = inOrder.find(({ whole }) => whole.test(words));
  if (found === undefined) return null;
  const kind = found.kinds.find(({ pattern }) => pattern.test(words))?.kind ?? 'AGREEMENT';
  return text.includes('?') && kind !== 'GREETING' ? null : { language: found.language, kind };
}

/** Returns a short answer to a courtesy, in its language. */
export function replyTo({ language, kind }: SmallTalk): string {
  return REPLIES[language][kind];
}
