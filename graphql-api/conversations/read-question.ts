import { askedWords } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { stem } from '#shared/text/words/stem.ts';
import { QUESTION_WORDS, STOP_WORDS } from '#shared/text/words/stop-words.ts';
import { contentWords } from '../retrieve/relevance/content-words.ts';

/**
 * What a word of a question does. A SUBJECT is a thing that the question is about, a NAME a name, number or code of one. An
 * ATTRIBUTE is something that a thing has ("prazo", "fee"). A PART mostly belongs to a thing, but may be asked about by
 * itself: a person ("gerente") or what is counted ("quantas vagas"). A MODIFIER follows one of these at once and says more
 * of it ("festa junina") or what it does ("quantos cabem"). REST is everything else: verbs, measures, and words about the
 * answer itself ("details").
 */
export type PieceRole = 'SUBJECT' | 'NAME' | 'ATTRIBUTE' | 'PART' | 'MODIFIER' | 'REST';

/** A word of a question, where it stands, and what it does. */
interface Piece {
  readonly written: string;
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  readonly role: PieceRole;
  /** Whether it is the kind of thing that is asked for: "which law". */
  readonly isKind: boolean;
}

/** What can be seen of a question without knowing what was said before. */
export interface ReadQuestion {
  readonly question: string;
  readonly pieces: readonly Piece[];
  /** Whether it begins like the continuation of another one: "e", "and", "what about". */
  readonly startsAsContinuation: boolean;
  /** Whether it is only such a beginning and a thing: "e o prazo?", "what about the fee?". */
  readonly isElliptical: boolean;
  /** Whether it points at something that it does not name: "isso", "dele", "esse contrato", "it", "that one". */
  readonly pointsBack: boolean;
  /** Whether it has a pronoun, also one that may point at something in the question itself. */
  readonly hasPronoun: boolean;
  /** Whether it points at a person. */
  readonly pointsAtPerson: boolean;
  /** Whether it asks the same of another thing of the kind: "e no outro?", "and the other one?". */
  readonly isOfOther: boolean;
}

const stemsOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(stem));

/** Folded: what a thing has, and what therefore needs to be said of which thing. */
const ATTRIBUTES = stemsOf(
  'prazo valor preco custo multa taxa tarifa juros data dia horario hora duracao vigencia validade vencimento inicio termino ' +
    'endereco local lugar telefone celular email contato responsavel assinatura autor dono motivo causa razao objetivo ' +
    'finalidade desconto parcela entrada saldo total quantidade quantia numero nome cargo salario idade cor tamanho peso ' +
    'medida marca modelo garantia reajuste indice percentual porcentagem limite carencia aviso antecedencia ' +
    'renovacao cancelamento rescisao penalidade pagamento forma condicao regra excecao requisito status situacao resultado ' +
    'diferenca vantagem desvantagem ingrediente passo etapa cnpj cpf rg cep placa senha ' +
    'deadline term price cost fee fine penalty rate interest date day time hour duration start end expiry expiration address ' +
    'location place phone number email contact owner author reason cause purpose goal discount instalment installment ' +
    'deposit balance amount quantity name role salary age color colour size weight brand model warranty guarantee percentage ' +
    'limit notice renewal cancellation termination payment condition rule exception requirement result ' +
    'difference advantage ingredient step signature',
);
/** Folded: who has to do with a thing. */
const PERSONS = stemsOf(
  'gerente diretor presidente sindico administrador fiador locador locatario inquilino proprietario vendedor comprador ' +
    'fornecedor cliente medico advogado professor coordenador secretario testemunha participante chefe ' +
    'manager director president landlord tenant guarantor seller buyer supplier customer doctor lawyer teacher boss witness',
);
/** Folded: what an answer has, and words that stand for a thing without naming it. */
const OF_ANSWERS = stemsOf(
  'detalhe resumo certeza fonte pagina trecho exemplo explicacao resposta pergunta documento arquivo texto assunto tema ' +
    'ponto item coisa parte tipo jeito modo caso mesmo outro primeiro segundo terceiro ultimo anterior melhor pior linha ' +
    'palavra frase topico informacao isso certo verdade ' +
    'detail summary sure source page example explanation answer question document file text subject topic point item thing ' +
    'part kind way case one same other first second third last previous better worse line word sentence information true ' +
    'right sum resumir explicar explique explica resume resuma summarize summarise explain elaborate repita repete ' +
    'minimo maximo minimum maximum early late soon ahead again still twice often well long far much ago together online already anymore extra there here ' +
    'repetir repeat traduza traduz traduzir translate simplifica simplifique detalha detalhe detalhar continue continua more mais',
);

const CONTINUATION =
  /^(?:(?:ok|certo|entendi|sim|yes|right|alright)[,. ]+)?(?:e|mas|entao|ou|and|but|so|or|also|tambem|alem disso|what about|how about|and what about)(?= )/;
const ASKS =
  /\b(?:quem|qual|quais|quando|quant[oa]s?|onde|como|que|porque|cade|who|whom|whose|what|which|when|where|why|how)\b/;
const ASKS_ABOUT = /^(?:and )?(?:what|how) about |^e quanto a[os]? |^e (?:sobre|para|pra|com) /;
/** Longer ones say what they mean. */
const MAX_ELLIPTICAL_PIECES = 8;

const PERSON = /^(?:ele|ela|eles|elas|dele|dela|deles|delas|nele|nela|lhe|he|him|his|she|her|hers)$/;
const POINTING =
  /^(?:isso|isto|aquilo|disso|disto|nisso|daquilo|ele|ela|eles|elas|dele|dela|deles|delas|nele|nela|neles|nelas|lhe|(?:d|n)?ess[ea]s?|(?:d|n)?aquel[ea]s?|dest[ea]s?|it|its|they|them|their|theirs|he|him|his|she|her|hers|these|those)$/;
/** "that" points only where no clause can begin: "about that", "that contract?", "does that include". */
const THAT =
  /\b(?:about|of|for|with|in|on|to|is|was|does|did|do|has|can|will|would|and|but|explain|summari[sz]e|repeat|say|mean) that\b|^that\b|\bthat[?.! ]*$|\bthis[?.! ]*$|\b(?:of|about|is|does|summari[sz]e|explain) this\b(?! (?:month|week|year|time|morning))/;
/** "este" and "esta" point with a noun; "esta" alone is mostly "está". */
const THIS_PT =
  /\best[ea]s? (?:contrato|documento|arquivo|nota|fatura|acordo|texto|regra|politica|lei|reuniao|ata|caso)s?\b/;
/** Here "it" stands for what follows. */
const DUMMY_IT =
  /\b(?:is|was) it (?:possible|allowed|ok|okay|legal|true|necessary|required|safe|worth|mandatory|better)\b/;
const PERIOD = /\b(?:n|d)?es[st][ea] (?:mes|semana|ano|vez|dia|hora)\b/g;
const OTHER = /\b(?:(?:[nd]?[oa]s?|em|de|e) outr[oa]s?|(?:the |an)other)\b/;

/** "Quando vence": what follows such a word is a verb. */
const BEFORE_VERB = new Set(
  'quando onde como quanto porque que quem ja ainda nao se ele ela eles elas eu voce when where how why who'.split(' '),
);
/** "Vai durar": an infinitive that follows such a word is no thing, as "celular" may be elsewhere. */
const BEFORE_INFINITIVE = new Set(
  'vai vao vou vamos iria pode podem posso podemos podia poderia devo deve devem devemos deveria preciso precisa consigo consegue quero quer'.split(
    ' ',
  ),
);
/** "Está vigente", "is it refundable": what follows such a word is said of a thing, and is none. */
const COPULA = new Set('é está esta estão estao são sao foi foram era eram fica ser seria be been it they'.split(' '));
const ASKING = new Set('que quem qual quais o'.split(' '));

/** Reads a question by itself. */
export function readQuestion(question: string): ReadQuestion {
  const folded = fold(question).replaceAll(/\s+/g, ' ').trim();
  const pieces = piecesOf(question);
  const isOwn = ({ role }: Piece): boolean => role === 'SUBJECT' || role === 'NAME';
  const firstOwn = pieces.findIndex((piece) => isOwn(piece) && !piece.isKind);
  // What stands after a thing that is named may well point at that.
  const isPointing = (piece: Piece): boolean => POINTING.test(piece.folded) && !isDemonstrativeOfPeriod(piece, folded);
  const pointing = pieces.slice(0, firstOwn < 0 ? undefined : firstOwn + 1).filter(isPointing);
  const startsAsContinuation = CONTINUATION.test(folded);
  const asksNothing = ASKS_ABOUT.test(folded) || !ASKS.test(folded.replace(CONTINUATION, ''));
  const hasVerb = pieces.some(({ role, written }) => role === 'REST' && COPULA.has(written.toLowerCase()));
  return {
    question,
    pieces,
    startsAsContinuation,
    isElliptical:
      (startsAsContinuation || ASKS_ABOUT.test(folded)) &&
      asksNothing &&
      !hasVerb &&
      pieces.length <= MAX_ELLIPTICAL_PIECES,
    pointsBack:
      (pointing.length > 0 && !DUMMY_IT.test(folded)) ||
      THAT.test(fold(question.slice(0, pieces[firstOwn]?.start))) ||
      THIS_PT.test(folded),
    hasPronoun: pieces.some(isPointing) && !DUMMY_IT.test(folded),
    pointsAtPerson: pointing.some((piece) => PERSON.test(piece.folded)),
    isOfOther: pieces.filter(isOwn).length <= 1 && OTHER.test(folded),
  };
}

function isDemonstrativeOfPeriod({ folded: word }: Piece, text: string): boolean {
  return [...text.matchAll(PERIOD)].some(([period]) => period.startsWith(word));
}

const PIECE = /[\p{L}\p{N}](?:[^\s,;:!?()"“”«»]*[\p{L}\p{N}])?/gu;

function piecesOf(question: string): readonly Piece[] {
  const tokens = [...question.matchAll(PIECE)].map(({ 0: written, index }) => ({
    written,
    folded: fold(written),
    start: index,
    end: index + written.length,
  }));
  const words = contentWords(question, askedWords(question));
  const hasOther = (kind: string): boolean =>
    words.some(({ role, written }) => role !== 'MEASURE' && written !== kind && !isAttribute(written));
  const read = tokens.map((token, at): Piece => {
    const word = words.find(
      ({ written, isCode }) =>
        written === token.folded ||
        token.folded.split(/[^\p{L}\p{N}]/u).includes(written) ||
        (isCode && written.split(' ').includes(token.folded)),
    );
    return { ...token, role: roleAt(at), isKind: word?.role === 'KIND' };

    function roleAt(position: number): PieceRole {
      if (word === undefined) return /\d/.test(token.folded) || isPartOfDate(position) ? 'NAME' : 'REST';
      if (OF_ANSWERS.has(stem(token.folded))) return 'REST';
      if (word.role === 'NAME' || word.isCode) return 'NAME';
      if (PERSONS.has(stem(token.folded))) return 'PART';
      if (isAttribute(token.folded)) return 'ATTRIBUTE';
      if (COUNTED.test(tokens[position - 1]?.folded ?? '')) return 'PART';
      if (word.role === 'VERB' || word.role === 'MEASURE') return 'REST';
      if (word.role === 'KIND') return hasOther(word.written) ? 'SUBJECT' : 'ATTRIBUTE';
      const before = tokens[position - 1]?.written.normalize('NFC').toLowerCase() ?? '';
      const isTopicOfWhat = ASKING.has(tokens[position - 2]?.folded ?? '') && COPULA.has(before);
      if (BEFORE_INFINITIVE.has(fold(before)) && /[aei]r$/.test(token.folded)) return 'REST';
      if (BEFORE_VERB.has(fold(before)) || (COPULA.has(before) && !isTopicOfWhat)) return 'REST';
      return 'SUBJECT';
    }
  });
  /** "May" is also a verb, but not with a number beside it. */
  function isPartOfDate(position: number): boolean {
    const isNumber = (at: number): boolean => /^\d/.test(tokens[at]?.folded ?? '');
    return tokens[position]?.written === 'May' && (isNumber(position - 1) || isNumber(position + 1));
  }
  const roles: PieceRole[] = [];
  for (const [at, { role, start }] of read.entries()) {
    const before = read[at - 1];
    const isNext = before !== undefined && /^\s+$/.test(question.slice(before.end, start));
    const follows = isNext && ['SUBJECT', 'ATTRIBUTE', 'PART', 'MODIFIER'].includes(roles[at - 1] ?? '');
    roles.push(role === 'SUBJECT' && follows ? 'MODIFIER' : role);
  }
  return read.map((piece, at) => ({ ...piece, role: roles[at] ?? piece.role }));
}

/** "Quanto tempo", "quantas vezes" ask for a measure, which a text with the answer need not call so. */
const MEASURED: ReadonlySet<string> = new Set(['tempo', 'vezes', 'times']);
/** Before what is counted. */
const COUNTED = /^(?:quant[oa]s?|qt[oa]s|many)$/;

function isAttribute(word: string): boolean {
  return ATTRIBUTES.has(stem(word));
}

/** Returns the question without the measure that it asks for: "quanto tempo". */
export function withoutMeasures(read: ReadQuestion): ReadQuestion {
  return { ...read, pieces: read.pieces.filter(({ folded, role }) => !(role === 'PART' && MEASURED.has(folded))) };
}

/** Returns the words of a question that a text may have, whatever they do in it. */
export function plainWords({ pieces }: ReadQuestion): readonly string[] {
  const isPlain = (folded: string): boolean =>
    ![STOP_WORDS, QUESTION_WORDS, BEFORE_INFINITIVE, MEASURED].some((words) => words.has(folded));
  return pieces.flatMap(({ folded, written }) => (isPlain(folded) ? [written] : []));
}

/**
 * Returns the words of a question with these roles and their modifiers, as they are written there, with the small words
 * between them.
 * @param other a question whose words are left out.
 */
export function wordsWith(
  { question, pieces }: ReadQuestion,
  roles: readonly PieceRole[],
  other?: ReadQuestion,
): string {
  const leftOut = new Set(other?.pieces.map(({ folded }) => stem(folded)));
  const meant = new Set<Piece>();
  pieces.forEach((piece, at) => {
    const before = pieces[at - 1];
    const isModified = piece.role === 'MODIFIER' && before !== undefined && meant.has(before);
    if ((isModified || roles.includes(piece.role)) && !leftOut.has(stem(piece.folded))) meant.add(piece);
  });
  const isMeant = (piece: Piece | undefined): boolean => piece !== undefined && meant.has(piece);
  let written = '';
  pieces.forEach((piece, at) => {
    if (!isMeant(piece)) return;
    const next = pieces.slice(Math.max(0, at - MAX_SMALL_WORDS - 1), at).findLast((each) => !isSmall(each));
    const isJoined = isMeant(next) && /^[\p{L}\s]*$/u.test(question.slice(next?.end, piece.start));
    const joins = isJoined ? next : undefined;
    if (joins === undefined) written += `${written === '' ? '' : ', '}${piece.written}`;
    else written += question.slice(joins.end, piece.end);
  });
  return written.replaceAll(/\s+/g, ' ');
}

/** Between two words that stay together: "deposit of the garage". */
const MAX_SMALL_WORDS = 2;

function isSmall({ role, folded }: Piece): boolean {
  return role === 'REST' && STOP_WORDS.has(folded);
}
