import { fold } from '#shared/text/fold.ts';
import type { Language } from '#shared/text/language.ts';
import { STOP_WORDS } from '#shared/text/words/stop-words.ts';
import { DOCUMENT_KINDS, kindCalled, nameWords, type DocumentKind } from './document-kinds.ts';
import type { Period } from './periods.ts';

/** Which documents a question about the folder means, by how far they have been read. */
export type AskedState = 'ANY' | 'UNREAD' | 'FAILED' | 'UNREAD_OR_FAILED';

/** A question about the folder itself, which the list of documents answers. */
export type FolderQuestion =
  | {
      readonly type: 'documents';
      readonly language: Language;
      /** Null for documents of any kind. */
      readonly kind: DocumentKind | null;
      readonly state: AskedState;
      /** When they came in; `null` for any time. */
      readonly period: Period | null;
      /** Whether the question is about what came in, so that the newest come first. */
      readonly isAboutNew: boolean;
    }
  /** What one document says, from its start. */
  | {
      readonly type: 'summary';
      readonly language: Language;
      /** The words that name the document, folded, without stop words; never empty. */
      readonly name: readonly string[];
      /** Whether only a summary can be meant: `resuma o contrato`, but not `do que trata o contrato`. */
      readonly isExplicit: boolean;
    };

/** Longer questions say more than where to look, and are not examined. UTF-16 code units. */
const MAX_CHARS = 200;

// The patterns describe whole questions, folded and without punctuation: every word has to have its place in one. A
// question with any other word is about what documents say: `quais arquivos preciso enviar`, `quantos contratos o
// cliente assinou`. Blanks before optional words belong to them.

const GENERIC_PT = 'arquivos?|documentos?|docs?';
const GENERIC_EN = 'files?|documents?|docs?';
const KINDS = DOCUMENT_KINDS.map(({ asked }) => asked).join('|');
const thing = (generic: string): string => `(?<kind>${generic}|${KINDS})`;

const OF_PT = '(?:(?:os|as|o|a|todos|todas|meus|minhas|nossos|nossas|seus|suas) )*';
const WHO_PT = '(?:(?:voce|voces|vc|vcs|eu|nos|a gente|o askbox) )?';
const HAVE_PT = `(?: (?:que )?${WHO_PT}(?:ja )?(?:tem|tenho|temos|possui|possuo|ha|existe|existem|conhece|leu|indexou))`;
const PLACE_PT =
  '(?: (?:ai|aqui|(?:n|d)?(?:a|esta|essa|aquela) pasta|(?:n|d)a minha pasta|(?:n|d)(?:o|a) inbox|(?:n|d)a caixa de entrada|no askbox|no total|ao todo|guardad[oa]s|indexad[oa]s|disponiveis))';
const PERIOD_PT =
  '(?: (?:(?<today>(?:de )?hoje)|(?<yesterday>(?:de )?ontem)|(?<week>(?:n|d)?(?:esta|essa) semana)|(?<lastWeek>(?:(?:n|d)?a )?semana passada)|(?<month>(?:n|d)?(?:este|esse) mes)|(?<lastMonth>(?:(?:n|d)?o )?mes passado)|(?:(?:n|d)?os )?ultimos (?<days>\\d{1,3}) dias))';
const CAME_PT =
  '(?:chegou|chegaram|entrou|entraram|apareceu|apareceram|foi adicionad[oa]|foram adicionad[oa]s|foi colocad[oa]|foram colocad[oa]s)';
const LIST_PT =
  '(?:(?:voce |vc )?(?:pode|poderia|consegue) )?(?:me )?(?:liste|lista|listar|mostre|mostra|mostrar|enumere|enumerar|exiba|exibir)(?: me| para mim| pra mim)?';
const FAILED_PT = '(?:falhou|falharam|deu erro|deram erro)';
const UNREADABLE_PT = '(?:nao (?:foi|foram|pode ser|puderam ser) lid[oa]s?|(?:voce )?nao conseguiu ler)';
const BEING_READ_PT =
  '(?:ainda )?(?:esta|estao) (?:sendo (?:lid|processad|indexad)[oa]s?|na fila(?: de leitura)?)|faltam? (?:ler|ser lid[oa]s?)';

const OF_EN = '(?:(?:the|all|of|my|our|your|these|those|any) )*';
const HAVE_EN =
  '(?: (?:(?:that )?(?:do |did )?(?:you|i|we) (?:have|know|hold)|have (?:you|i|we)(?: got)?|(?:are|is) there|(?:have you|did you) (?:read|indexed?)))';
const PLACE_EN =
  '(?: (?:(?:are )?(?:here|in (?:the|this|that|my|our|your) (?:folder|inbox)|in askbox|in there|available|stored|indexed)|in total|altogether|in all))';
const PERIOD_EN =
  '(?: (?:(?<today>today)|(?<yesterday>yesterday)|(?<week>this week)|(?<lastWeek>last week)|(?<month>this month)|(?<lastMonth>last month)|(?:in |over |during |from )?(?:the )?(?:last|past) (?<days>\\d{1,3}) days))';
const CAME_EN =
  '(?:came in|come in|have come in|has come in|arrived|have arrived|were added|was added|have been added)';
const LIST_EN =
  '(?:(?:can|could|would) you )?(?:please )?(?:list|show|display|enumerate|give)(?: me)?(?: (?:a|the) list of)?';
const BEING_READ_EN =
  '(?:are |is )?(?:still )?(?:being (?:read|indexed|processed)|in the queue|waiting to be read|unread)';
const UNREADABLE_EN =
  '(?:(?:could|can)(?:not| not|n t| t) be read|(?:were|are)(?: not|n t) read|(?:are|were) unreadable|(?:could|did)(?: not|n t) you read)';

interface Pattern {
  readonly language: Language;
  readonly pattern: RegExp;
  readonly state?: AskedState;
  readonly isAboutNew?: true;
}

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const pt = (pattern: string, more: Pick<Pattern, 'state' | 'isAboutNew'> = {}): Pattern => ({
  language: 'pt',
  pattern: whole(pattern),
  ...more,
});
const en = (pattern: string, more: Pick<Pattern, 'state' | 'isAboutNew'> = {}): Pattern => ({
  language: 'en',
  pattern: whole(pattern),
  ...more,
});

const PATTERNS: readonly Pattern[] = [
  // Quais arquivos você tem? Quais são os documentos da pasta?
  pt(`(?:quais|que) (?:sao )?${OF_PT}${thing(GENERIC_PT)}${HAVE_PT}${PLACE_PT}*`),
  pt(`(?:quais|que) (?:sao )?${OF_PT}${thing(GENERIC_PT)}(?: (?:que )?(?:estao|ficam))?${PLACE_PT}+`),
  pt(`quais (?:sao )?(?:(?:os|as|todos|todas) )*(?:meus|minhas|nossos|nossas) ${thing(GENERIC_PT)}`),
  pt(`(?:quais|que) (?:sao )?${OF_PT}arquivos`),
  pt('(?:(?:os|todos) )*(?:meus|nossos) (?:arquivos|documentos)'),
  pt(`que tipos? de ${thing(GENERIC_PT)}(?:${HAVE_PT}|${PLACE_PT})${PLACE_PT}*`),
  // Liste os documentos. Lista de contratos.
  pt(`${LIST_PT} (?:(?:a|uma) (?:lista|relacao) d(?:e|os|as) )?${OF_PT}${thing(GENERIC_PT)}${HAVE_PT}?${PLACE_PT}*`),
  pt(`(?:lista|relacao) d(?:e|os|as) ${OF_PT}${thing(GENERIC_PT)}${HAVE_PT}?${PLACE_PT}*`),
  // Quantos contratos? Qual é o número de arquivos na pasta?
  pt(`quant[oa]s ${thing(GENERIC_PT)}${HAVE_PT}?${PLACE_PT}*`),
  pt(`quant[oa]s sao ${OF_PT}${thing(GENERIC_PT)}${PLACE_PT}*`),
  pt(
    `qual (?:e )?(?:o |a )?(?:numero|total|quantidade) d(?:e|os|as) ${OF_PT}${thing(GENERIC_PT)}${HAVE_PT}?${PLACE_PT}*`,
  ),
  // O que chegou esta semana? Quais arquivos novos? Tem documento novo hoje?
  pt(`o que (?:e que )?${CAME_PT}(?: de novo)?${PERIOD_PT}${PLACE_PT}*`, { isAboutNew: true }),
  pt(`o que (?:e que )?${CAME_PT}(?: de novo|${PLACE_PT})`, { isAboutNew: true }),
  pt(`o que (?:ha|tem) de novo(?:${PERIOD_PT}|${PLACE_PT})`, { isAboutNew: true }),
  pt(
    `(?:quais|que|quant[oa]s) (?:sao )?(?:os |as )?(?:nov[oa]s )?${thing(GENERIC_PT)}(?: nov[oa]s)? (?:que )?${CAME_PT}(?: de novo)?${PERIOD_PT}?${PLACE_PT}*`,
    { isAboutNew: true },
  ),
  pt(
    `(?:quais|que|quant[oa]s|${LIST_PT}) (?:sao )?(?:os |as )?(?:(?:nov[oa]s|ultim[oa]s) ${thing(GENERIC_PT)}|${thing(GENERIC_PT)} (?:nov[oa]s|mais recentes|recentes))${HAVE_PT}?${PERIOD_PT}?${PLACE_PT}*`,
    { isAboutNew: true },
  ),
  pt(
    `(?:ha|tem|existem?) (?:algu(?:m|ns|ma|mas) )?(?:nov[oa]s? ${thing(GENERIC_PT)}|${thing(GENERIC_PT)} nov[oa]s?)${PERIOD_PT}?${PLACE_PT}*`,
    { isAboutNew: true },
  ),
  // Quais arquivos falharam? Quais documentos não foram lidos? Quais ainda estão sendo lidos? Of any kind only:
  // a contract can fail in other ways.
  pt(`(?:quais|que|quantos) (?:sao )?${OF_PT}(?:${GENERIC_PT}) (?:que )?${FAILED_PT}${PLACE_PT}*`, {
    state: 'FAILED',
  }),
  pt(`(?:quais|que|quantos) (?:sao )?${OF_PT}arquivos (?:estao )?com (?:erro|falha|problema)s?${PLACE_PT}*`, {
    state: 'FAILED',
  }),
  pt(`(?:quais|que|quantos|${LIST_PT}) (?:sao )?${OF_PT}(?:${GENERIC_PT}) (?:que )?${UNREADABLE_PT}${PLACE_PT}*`, {
    state: 'UNREAD_OR_FAILED',
  }),
  pt(`(?:quais|que|quantos) (?:sao )?${OF_PT}(?:${GENERIC_PT}) (?:que )?(?:${BEING_READ_PT})${PLACE_PT}*`, {
    state: 'UNREAD',
  }),
  pt(`(?:algum|alguns) (?:${GENERIC_PT}) (?:${FAILED_PT}|nao abriu)`, { state: 'FAILED' }),
  pt(`(?:ha|tem|existem?) (?:algum |alguns )?arquivos? com (?:erro|falha|problema)s?${PLACE_PT}*`, { state: 'FAILED' }),
  // Do que tratam os meus documentos? O que tem na pasta? Resuma os meus arquivos.
  pt(
    `(?:do que|de que|sobre o que|sobre que|o que) (?:e que )?(?:se )?(?:tratam?|falam?|sao|dizem) (?:(?:os|estes|esses|todos|meus|nossos|seus) )*(?:arquivos|documentos)${PLACE_PT}*`,
  ),
  pt(`(?:(?:os|meus|nossos) )*(?:arquivos|documentos) (?:tratam|falam|sao) (?:do que|de que|sobre o que)${PLACE_PT}*`),
  pt(
    `o que (?:e que )?(?:tem|ha|existe|tenho|temos)(?: (?:(?:n|d)os|dentro d(?:os|a)) (?:(?:meus|nossos|seus) )?(?:arquivos|documentos)|${PLACE_PT}+)`,
  ),
  pt(
    `(?:qual (?:e )?o (?:assunto|tema|conteudo)|quais (?:sao )?os (?:assuntos|temas)) d(?:os (?:(?:meus|nossos|seus) )?(?:arquivos|documentos)|a pasta|esta pasta)${PLACE_PT}*`,
  ),
  pt(
    `(?:resuma|resume|resumir|(?:faca |me de |quero )?(?:um )?resumo (?:de|d)) ?(?:(?:todos|tudo|os|meus|nossos) )*(?:arquivos|documentos|(?:a |esta |essa )?pasta)${PLACE_PT}*`,
  ),
  pt('o que (?:e que )?(?:voce|vc) (?:sabe|conhece|leu)'),

  // What files do you have? Which documents are in the folder?
  en(`(?:what|which) ${OF_EN}(?:kinds? of |types? of )?${thing(GENERIC_EN)}${HAVE_EN}${PLACE_EN}*`),
  en(`(?:what|which) (?:are )?${OF_EN}${thing(GENERIC_EN)}(?: (?:that )?are)?${PLACE_EN}+`),
  en(`what (?:are|is) (?:all )?(?:my|our) ${thing(GENERIC_EN)}`),
  en(`${LIST_EN} ${OF_EN}${thing(GENERIC_EN)}${HAVE_EN}?${PLACE_EN}*`),
  en(`(?:a |the )?list of ${OF_EN}${thing(GENERIC_EN)}${HAVE_EN}?${PLACE_EN}*`),
  en(`(?:what|which) (?:are )?${OF_EN}files`),
  en('(?:all )?(?:my|our) (?:files|documents)'),
  // How many invoices?
  en(`how many ${OF_EN}${thing(GENERIC_EN)}${HAVE_EN}?${PLACE_EN}*`),
  en(`what is the number of ${OF_EN}${thing(GENERIC_EN)}${HAVE_EN}?${PLACE_EN}*`),
  // What came in today? Which new files arrived this week? Any new documents?
  en(`what (?:s |is )?(?:${CAME_EN}|new)${PERIOD_EN}${PLACE_EN}*`, { isAboutNew: true }),
  en(`what (?:s |is )?(?:${CAME_EN}|new)${PLACE_EN}`, { isAboutNew: true }),
  en(
    `(?:what|which|how many) ${OF_EN}(?:new )?${thing(GENERIC_EN)} (?:that )?(?:${CAME_EN}|are new)${PERIOD_EN}?${PLACE_EN}*`,
    { isAboutNew: true },
  ),
  en(
    `(?:(?:what|which|how many)(?: are| is)?|${LIST_EN}) (?:the )?(?:new|newest|latest|most recent) ${thing(GENERIC_EN)}${HAVE_EN}?${PERIOD_EN}?${PLACE_EN}*`,
    { isAboutNew: true },
  ),
  en(`(?:(?:are there|do (?:i|we|you) have) )?any new ${thing(GENERIC_EN)}${PERIOD_EN}?${PLACE_EN}*`, {
    isAboutNew: true,
  }),
  // Which files failed? Which could not be read? Which are still being read?
  en(`(?:what|which|how many|${LIST_EN}) ${OF_EN}(?:${GENERIC_EN}) (?:that )?(?:have |has )?failed${PLACE_EN}*`, {
    state: 'FAILED',
  }),
  en(`(?:what|which|how many|${LIST_EN}) ${OF_EN}(?:${GENERIC_EN}) (?:that )?${UNREADABLE_EN}${PLACE_EN}*`, {
    state: 'UNREAD_OR_FAILED',
  }),
  en(`(?:what|which|how many|${LIST_EN}) ${OF_EN}(?:${GENERIC_EN}) (?:that )?${BEING_READ_EN}${PLACE_EN}*`, {
    state: 'UNREAD',
  }),
  en(
    `(?:(?:what|which) are|${LIST_EN}|(?:are there )?any) (?:the |all )*(?:failed|unreadable) (?:${GENERIC_EN})${PLACE_EN}*`,
    {
      state: 'FAILED',
    },
  ),
  en(`(?:did|have|has) any (?:of (?:the|my) )?(?:${GENERIC_EN}) (?:fail|failed)`, { state: 'FAILED' }),
  // What are my documents about? What is in this folder? Summarise my files.
  en(`what (?:are|is|s) (?:in )?${OF_EN}(?:files|documents|folder|this folder|the folder) about`),
  en(
    `what (?:s|is|are|do (?:you|i|we) have)(?: in (?:the |my |our |your |this |these )?(?:folder|inbox|files|documents)| here)`,
  ),
  en(`what do ${OF_EN}(?:files|documents) (?:say|cover|contain|talk about|deal with)`),
  en(
    `(?:summari[sz]e|sum up|(?:give me )?(?:a |an )?(?:summary|overview) of) ${OF_EN}(?:files|documents|(?:the |this )?folder|everything)${PLACE_EN}*`,
  ),
  en('what do you know'),
];

/** How people type some words in a hurry. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['q', 'que'],
  ['oq', 'o que'],
  ['oque', 'o que'],
  ['qts', 'quantos'],
  ['qtos', 'quantos'],
  ['qtas', 'quantas'],
  ['ta', 'esta'],
  ['tao', 'estao'],
  ['arqs', 'arquivos'],
]);
const COURTESY =
  /^(?:(?:oi|ola|bom dia|boa tarde|boa noite|por favor|por gentileza|pf|pfv|me diga|me diz|me fala|me fale|diga me|hi|hello|hey|please|tell me|(?:(?:voce|vc) )?(?:pode|poderia|sabe) (?:me )?(?:dizer|falar|informar)|(?:eu )?(?:quero|queria|gostaria de) saber|(?:can|could|would) you (?:please )?tell me|i (?:want|would like|d like) to know) )+/;
const THANKS = /(?: (?:por favor|por gentileza|pf|pfv|obrigad[oa]|please|thanks|thank you))+$/;

const NAME = '(?<name>.+)';
const SUMMARIES: readonly (Pattern & { readonly isExplicit: boolean })[] = [
  {
    ...pt(
      `(?:(?:voce |vc )?(?:pode|poderia|consegue) )?(?:me )?(?:resuma|resume|resumir|sumarize|sintetize)(?: me| para mim| pra mim)? (?:(?:o|a|este|esse|esta|essa) )?${NAME}`,
    ),
    isExplicit: true,
  },
  {
    ...pt(
      `(?:(?:me )?(?:faca|faz|fazer|de|da|escreva|quero|preciso de) )?(?:um )?(?:breve |pequeno )?resumo d(?:e|o|a|este|esse|esta|essa) ${NAME}`,
    ),
    isExplicit: true,
  },
  {
    ...pt(`(?:do que|de que|sobre o que) (?:e que )?(?:se )?(?:trata|fala|e) (?:o|a|este|esse|esta|essa) ${NAME}`),
    isExplicit: false,
  },
  { ...en(`(?:(?:can|could|would) you (?:please )?)?(?:summari[sz]e|sum up) ${NAME}`), isExplicit: true },
  {
    ...en(`(?:(?:give|write|show) me |i (?:want|need) )?(?:a |the )?(?:short |brief )?summary of ${NAME}`),
    isExplicit: true,
  },
  { ...en(`what (?:is|s) (?:the|this|that) ${NAME} about`), isExplicit: false },
];
const AFTER_NAME =
  / (?:para mim|pra mim|em poucas palavras|em \w+ (?:linhas|frases)|em (?:portugues|ingles)|for me|briefly|in (?:a few|\w+) (?:words|lines|sentences)|in (?:english|portuguese))$/;
/** Words before a name that are not part of it. */
const CALLED: ReadonlySet<string> = new Set(
  'arquivo documento chamado chamada file document called named texto inteiro todo'.split(' '),
);

/**
 * Returns what a question asks about the folder itself; null if it is, or may be, about what the documents say. Whether
 * there are such documents is not known here.
 */
export function recogniseFolderQuestion(question: string): FolderQuestion | null {
  if (question.length > MAX_CHARS) return null;
  const words = fold(question).match(/[\p{L}\p{N}]+/gu) ?? [];
  const asked = words
    .map((word) => SHORT_FORMS.get(word) ?? word)
    .join(' ')
    .replace(COURTESY, '')
    .replace(THANKS, '');
  for (const { language, pattern, state = 'ANY', isAboutNew = false } of PATTERNS) {
    const match = pattern.exec(asked);
    if (match === null) continue;
    const { groups = {} } = match;
    const kind = kindCalled(groups['kind'] ?? '');
    return { type: 'documents', language, kind, state, period: periodOf(groups), isAboutNew };
  }
  return recogniseSummary(asked);
}

function recogniseSummary(asked: string): FolderQuestion | null {
  for (const { language, pattern, isExplicit } of SUMMARIES) {
    const called = pattern.exec(asked)?.groups?.['name'];
    if (called === undefined) continue;
    const name = nameWords(called.replace(AFTER_NAME, '')).filter((word) => !STOP_WORDS.has(word) && !CALLED.has(word));
    return name.length === 0 ? null : { type: 'summary', language, name, isExplicit };
  }
  return null;
}

function periodOf(groups: Readonly<Record<string, string | undefined>>): Period | null {
  if (groups['today'] !== undefined) return 'TODAY';
  if (groups['yesterday'] !== undefined) return 'YESTERDAY';
  if (groups['week'] !== undefined) return 'THIS_WEEK';
  if (groups['lastWeek'] !== undefined) return 'LAST_WEEK';
  if (groups['month'] !== undefined) return 'THIS_MONTH';
  if (groups['lastMonth'] !== undefined) return 'LAST_MONTH';
  return groups['days'] === undefined ? null : { lastDays: Number(groups['days']) };
}
