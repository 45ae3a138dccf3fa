import { stem } from './stem.ts';

// Endings of Portuguese verbs by conjugation, folded, and of the nouns made from them. Endings that the stemmer brings
// together are listed once.
const CONJUGATIONS: Readonly<Record<string, readonly string[]>> = {
  ar: 'a am ado ados ada adas ando ou aram ava avam ara arao aria e em ei amos asse amento acao ador agem'.split(' '),
  er: 'e em ido idos ida idas endo eu eram ia iam era erao eria a am i emos esse imento icao edor'.split(' '),
  ir: 'e em ido idos ida idas indo iu iram ia iam ira irao iria a am i imos isse imento icao idor'.split(' '),
};
/** What marks a word as a form of a verb or a noun made from one, the longest first; the rest before it is the root. */
const VERB_ENDINGS: readonly (readonly [ending: string, conjugations: string])[] = [
  ['amentos', 'ar'],
  ['imentos', 'er ir'],
  ['amento', 'ar'],
  ['imento', 'er ir'],
  ['acoes', 'ar'],
  ['icoes', 'ir'],
  ['acao', 'ar'],
  ['icao', 'ir'],
  ['aram', 'ar'],
  ['eram', 'er'],
  ['iram', 'ir'],
  ['adas', 'ar'],
  ['ados', 'ar'],
  ['idas', 'er ir'],
  ['idos', 'er ir'],
  ['ando', 'ar'],
  ['endo', 'er'],
  ['indo', 'ir'],
  ['amos', 'ar'],
  ['emos', 'er'],
  ['imos', 'ir'],
  ['avam', 'ar'],
  ['ado', 'ar'],
  ['ada', 'ar'],
  ['ido', 'er ir'],
  ['ida', 'er ir'],
  ['ava', 'ar'],
  ['ara', 'ar'],
  ['era', 'er'],
  ['ira', 'ir'],
  ['ar', 'ar'],
  ['er', 'er'],
  ['ir', 'ir'],
  ['ou', 'ar'],
  ['eu', 'er'],
  ['iu', 'ir'],
  ['ei', 'ar'],
];
const MIN_ROOT = 3;

/** How the root of a verb changes in the noun made from it: decidir, decisão; permitir, permissão; reduzir, redução. */
const ACTION_NOUNS: readonly (readonly [rootEnd: string, conjugations: string, nounEnd: string])[] = [
  ['d', 'er ir', 's'],
  ['d', 'er ir', 'ss'],
  ['t', 'er ir', 'ss'],
  ['t', 'er ir', 's'],
  ['met', 'er', 'miss'],
  ['t', 'er', 'tenc'],
  ['uz', 'ir', 'uc'],
  ['im', 'ir', 'ess'],
  ['lv', 'er', 'luc'],
  ['eb', 'er', 'epc'],
  ['rev', 'er', 'ric'],
  ['eg', 'er', 'ec'],
  ['ig', 'ir', 'ec'],
  ['n', 'ir', 'nc'],
];

// Families of irregular words; each word of a line may stand for each other one.
const IRREGULAR = [
  'fazer faz fez feito feita fizeram fazendo',
  'dar da deu dado dada deram',
  'pagar pago paga pague pagou pagamento',
  'entregar entregue entrega',
  'ganhar ganho ganhou',
  'gastar gasto gasta',
  'abrir aberto aberta abertura',
  'escrever escrito escrita',
  'ver visto vista viu',
  'vir veio vinda',
  'por posto colocado',
  'dizer disse dito diz',
  'trazer trouxe traz',
  'saber sabe soube',
  'caber cabe coube',
  'perder perda perdido perde',
  'morrer morto morreu morte',
  'eleger eleito eleita eleicao',
  'prender preso prisao',
  'devolver devolucao devolvido devolve',
  'resolver resolucao resolvido resolve',
  'vencer vencimento vence vencido vencivel',
  'conceder concessao',
  'permitir permissao permitido',
  'decidir decisao',
  'transmitir transmissao',
  'rescindir rescisao',
  'reunir reuniao',
  'pedir pedido peco pede',
  'medir medida meco',
  'sair saida sai saiu',
  'cair queda cai caiu',
  'possuir posse possui',
  'vender venda vendido vendedor',
  'comprar compra comprador',
  'buy bought buying purchase',
  'pay paid payment paying',
  'sell sold selling sale',
  'send sent sending',
  'leave left leaving',
  'lose lost losing loss',
  'begin began begun beginning',
  'hold held holding',
  'write wrote written writing',
  'take took taken taking',
  'give gave given giving',
  'choose chose chosen choice',
  'break broke broken breaking',
  'build built building',
  'find found finding',
  'keep kept keeping',
  'make made making',
  'meet met meeting',
  'speak spoke spoken',
  'spend spent spending',
  'teach taught teaching',
  'win won winning winner',
  'child children',
  'person people',
  'man men',
  'woman women',
  'foot feet',
  'tooth teeth',
  'wife wives',
  'life lives',
];
/** By stem. */
const FAMILIES: ReadonlyMap<string, readonly string[]> = new Map(
  IRREGULAR.flatMap((line) =>
    line.split(' ').map((word): [string, readonly string[]] => [stem(word), line.split(' ')]),
  ),
);

/**
 * Returns other forms of a word that the stemmer does not bring together with it, unstemmed, some of which may be no
 * words: of a Portuguese verb by its ending, of an English one, and of the commonest irregular words of both.
 * @param word folded.
 */
export function inflectionsOf(word: string): readonly string[] {
  const families = [word, ...infinitivesOf(word)].flatMap((form) => FAMILIES.get(stem(form)) ?? []);
  // The verb of a noun has forms of its own: decisão, decidir, decidiu.
  const verbs = [...families.filter((form) => form !== word && /[aei]r$/.test(form)), ...verbsOfNoun(word)];
  return [...families, ...[word, ...verbs].flatMap(portugueseForms), ...englishForms(word)];
}

/** Returns other forms of a word in its dictionary form that is a verb or may be an English one; none of other words. */
export function verbFormsOf(word: string): readonly string[] {
  return /(?:[aei]r|por)$/.test(word) && !word.endsWith('dor') ? inflectionsOf(word) : englishForms(word);
}

/** Returns the dictionary forms of the verbs that a word may be a form of. @param word folded. */
export function infinitivesOf(word: string): readonly string[] {
  return rootsOf(word).flatMap(({ root, conjugations }) => conjugations.map((ending) => root + ending));
}

/** Of the present tense, and the conjugations it may be of; nouns and adjectives end so too. */
const PRESENT_ENDINGS: readonly (readonly [ending: RegExp, conjugations: readonly string[]])[] = [
  [/am$|a$/, ['ar']],
  [/em$|e$/, ['er', 'ir', 'ar']],
  [/o$/, ['ar', 'er', 'ir']],
];

/**
 * Returns what would be the dictionary forms of a word of the present tense: durar of "dura". Most words that end so are
 * no verbs. @param word folded.
 */
export function presentInfinitivesOf(word: string): readonly string[] {
  const match = PRESENT_ENDINGS.find(([ending]) => ending.test(word));
  const root = match === undefined ? '' : word.replace(match[0], '');
  if (match === undefined || root.length < MIN_ROOT) return [];
  return match[1].map((conjugation) => root + conjugation);
}

/** Returns what may be the verbs of a noun whose root differs from theirs; most of them are no words. */
function verbsOfNoun(word: string): readonly string[] {
  const nounRoot = /^(\p{L}{3,})(?:ao|oes)$/u.exec(word)?.[1];
  if (nounRoot === undefined) return [];
  return ACTION_NOUNS.filter(([, , nounEnd]) => nounRoot.endsWith(nounEnd)).flatMap(
    ([rootEnd, conjugations, nounEnd]) =>
      conjugations.split(' ').map((ending) => nounRoot.slice(0, -nounEnd.length) + rootEnd + ending),
  );
}

function actionNounsOf(root: string, conjugation: string): readonly string[] {
  return ACTION_NOUNS.filter(
    ([rootEnd, conjugations]) => root.endsWith(rootEnd) && conjugations.split(' ').includes(conjugation),
  ).map(([rootEnd, , nounEnd]) => `${root.slice(0, -rootEnd.length)}${nounEnd}ao`);
}

function portugueseForms(word: string): readonly string[] {
  return rootsOf(word).flatMap(({ root, conjugations }) =>
    conjugations.flatMap((ending) => [
      root + ending,
      ...actionNounsOf(root, ending),
      ...(CONJUGATIONS[ending] ?? []).map((other) => spelled(root, other, ending)),
    ]),
  );
}

function rootsOf(word: string): readonly { readonly root: string; readonly conjugations: readonly string[] }[] {
  const match = VERB_ENDINGS.find(([ending]) => word.endsWith(ending) && word.length - ending.length >= MIN_ROOT);
  if (match === undefined) return [];
  const [ending, conjugations] = match;
  const root = word.slice(0, -ending.length);
  // A u that only keeps the sound before e: aluguei, alugar; marquei, marcar.
  const plain = ending.startsWith('e') ? root.replace(/gu$/, 'g').replace(/qu$/, 'c') : root;
  return [{ root: plain, conjugations: conjugations.split(' ') }];
}

/** Keeps the sound of the root's last letter: marcar, marque; pagar, pague; comecar, comece; exigir, exija. */
function spelled(root: string, ending: string, conjugation: string): string {
  if (conjugation !== 'ar') return /^[ao]/.test(ending) ? root.replace(/g$/, 'j') + ending : root + ending;
  if (/^[ei]/.test(ending)) {
    if (root.endsWith('g')) return `${root}u${ending}`;
    if (root.endsWith('c')) return `${root.slice(0, -1)}qu${ending}`;
  }
  return root + ending;
}

function englishForms(word: string): readonly string[] {
  const base = /^(\p{L}{3,})(?:ing|ed)$/u.exec(word)?.[1];
  if (base !== undefined) {
    const single = /^(.*([b-df-hj-np-tv-z]))\2$/.exec(base)?.[1];
    return [base, `${base}e`, `${base}ing`, `${base}ed`, ...(single === undefined ? [] : [single])];
  }
  // Most Portuguese words end in a vowel or s, and have no such forms.
  if (word.length < 4 || /(?:[aious]|[ai]r)$/.test(word)) return [];
  return word.endsWith('e') ? [`${word.slice(0, -1)}ing`, `${word}d`] : [`${word}ing`, `${word}ed`];
}
