import { ENGLISH_SYNONYMS } from './english-synonyms.ts';
import { PORTUGUESE_SYNONYMS } from './portuguese-synonyms.ts';
import { stem } from './stem.ts';
import { TRANSLATIONS } from './translations.ts';

/** Everyday words, and what a document may say in their place. Folded; of our own choice. */

// Short forms of one word. They mean the same, in either direction.
const SHORT_FORMS = [
  'reais r',
  'apartamento ape apto',
  'telefone tel fone',
  'celular cel',
  'endereco end',
  'documento doc',
  'mensagem msg',
  'hora hr',
  'minuto min',
  'televisao tv',
  'computador pc micro',
  'bicicleta bike',
  'motocicleta moto',
  'fotografia foto',
  'refrigerante refri',
  'aniversario niver',
  'faculdade facul',
  'professor prof',
  'doutor dr',
  'quilo kg quilograma',
  'quilometro km',
  'departamento depto',
  'pagamento pgto pagto',
  'quantidade qtd qtde',
  'observacao obs',
  'avenida av',
  'trimestre tri',
  'numero num',
  'artigo art',
  'clausula cl',
  'capitulo cap',
  'inciso inc',
  'referencia ref',
  'condominio cond',
  'administracao adm',
  'apartment apt flat',
  'department dept',
  'quantity qty',
  'password pwd pw passcode',
  'information info',
  'reference ref',
  'application app',
  'specification spec',
  'refrigerator fridge',
  'telephone phone',
  'photograph photo picture',
  'laboratory lab',
  'examination exam',
  'mathematics maths math',
];

// A document's wider word for what a question says; not the other way round.
const WIDER = [
  'disputa > foro arbitragem',
  'litigio > foro arbitragem',
  'conflito > foro arbitragem',
  'dispute > arbitration jurisdiction venue',
  'delivery > entregador entrega',
  'carro > automovel garagem',
  'moto > veiculo',
  'geladeira > eletrodomestico',
  'pai > familiar',
  'mae > familiar',
  'avo > familiar',
  'pix > pagamento transferencia',
  'luz > eletrico eletrica',
  'tomada > eletrico eletrica',
  'gravida > licenca',
  'doente > atestado saude',
  'dormir > pernoite hospedagem',
  'machucar > acidente',
  'cheap > price',
  'expensive > price',
];

// What a document says of animals holds for each of them.
const ANIMALS =
  'cachorro cao cadela doguinho gato gatinho passarinho papagaio coelho dog puppy cat kitten parrot rabbit';

/** What a word counts as, in place of another one. */
export interface Alternative {
  /** Folded, unstemmed. */
  readonly word: string;
  /** 0 to 1. */
  readonly share: number;
}

const SHORT_FORM_SHARE = 0.9;
const SYNONYM_SHARE = 0.5;
/** Of a word in the other language; a question and its answer agree in it less often than in a synonym of their own. */
const TRANSLATION_SHARE = 0.5;
/** Below FAMILY_SHARE, so that the insurance of a vehicle is not that of the motorcycle. */
const WIDER_SHARE = 0.39;

const ALTERNATIVES: ReadonlyMap<string, readonly Alternative[]> = tableOf();

/** Returns what a document may say in place of a word; nothing for most words. @param word folded, in any inflection. */
export function alternativesOf(word: string): readonly Alternative[] {
  return ALTERNATIVES.get(stem(word)) ?? [];
}

function tableOf(): ReadonlyMap<string, readonly Alternative[]> {
  const table = new Map<string, Alternative[]>();
  const add = (from: string, alternatives: readonly string[], share: number): void => {
    const known = table.get(stem(from)) ?? [];
    known.push(...alternatives.filter((word) => word !== from).map((word) => ({ word, share })));
    table.set(stem(from), known);
  };
  const addGroup = (group: string, share: number): void => {
    const words = group.split(' ');
    for (const word of words) add(word, words, share);
  };
  for (const group of SHORT_FORMS) addGroup(group, SHORT_FORM_SHARE);
  for (const group of [...PORTUGUESE_SYNONYMS, ...ENGLISH_SYNONYMS]) addGroup(group, SYNONYM_SHARE);
  for (const pair of TRANSLATIONS.flatMap((line) => line.split('; '))) {
    const [portuguese = [], english = []] = pair.split(' / ').map((words) => words.split(' '));
    for (const word of portuguese) add(word, english, TRANSLATION_SHARE);
    for (const word of english) add(word, portuguese, TRANSLATION_SHARE);
  }
  for (const animal of ANIMALS.split(' ')) add(animal, ['animal', 'pet', 'bicho'], SYNONYM_SHARE);
  for (const line of WIDER) {
    const [from = '', wider = ''] = line.split(' > ');
    add(from, wider.split(' '), WIDER_SHARE);
  }
  return table;
}
