import { recogniseFolderQuestion } from '../folder-questions/recognise.ts';
import { kindOf } from './kinds-of-documents.ts';
import type { PastTurn } from './past-turn.ts';
import {
  plainWords,
  readQuestion,
  withoutMeasures,
  wordsWith,
  type PieceRole,
  type ReadQuestion,
} from './read-question.ts';
import { withAbsoluteDates, withoutRelativeDates } from './relative-dates.ts';

/** A question that can be understood without those before it. */
export interface Reading {
  /** What is searched for. */
  readonly question: string;
  /** The words in it that were carried from earlier turns; empty if it is the question as it was asked. */
  readonly carried: string;
  /** Paths of the documents that the earlier answer cites, where the answer may be too. */
  readonly paths: readonly string[];
  /** Paths of documents that are not wanted first, because the question is about another one; mostly empty. */
  readonly known: readonly string[];
  /** What the question calls a document, such as "invoice"; empty if nothing. */
  readonly kind: string;
  /** Words that one of the best passages must have if this is what was meant; empty if it can mean nothing else. */
  readonly mustHold: string;
}

/** How a question of a conversation may be meant. */
export interface Readings {
  /** Whether it needs the turn before it. */
  readonly isFollowUp: boolean;
  /** The likeliest first. Never empty. */
  readonly readings: readonly Reading[];
}

/** A question of fewer words that names no thing is no new one: "can we cancel early?" */
const MIN_WORDS_OF_NEW = 3;

/**
 * Returns how a question may be meant, given the turn before it. One that names what it is about stays as it is. One that
 * names nothing, begins like a continuation or points back gets the things of the earlier question: all of them, or
 * those that it does not replace by its own.
 * @param last null for the first question of a conversation.
 * @param now resolves "mês passado".
 */
export function readingsOf(question: string, last: PastTurn | null, now: Date): Readings {
  const asAsked: Reading = { question, carried: '', paths: [], known: [], kind: '', mustHold: '' };
  const read = last === null ? null : readQuestion(question);
  if (last === null || read === null) return { isFollowUp: false, readings: [asAsked] };
  if (!isFollowUp(read)) return { isFollowUp: false, readings: [{ ...asAsked, paths: last.paths }] };

  const earlier = readQuestion(last.asked);
  const asked = withAbsoluteDates(question, now);
  // "Passada" is no thing that the question names.
  const undated = readQuestion(withoutRelativeDates(question));
  const own = ownWords(undated);
  const kind = kindNamed(read);
  const carrying = (carried: string, words = asked): Reading => ({
    question: carried === '' ? words : `${words} (${carried})`,
    carried,
    paths: read.isOfOther ? [] : last.paths,
    known: read.isOfOther ? last.known : [],
    kind,
    mustHold: own,
  });
  const carried = rolesToCarry(undated, earlier).map((roles) => wordsWith(earlier, roles, undated));
  // "O almoço de hoje" may be in a text without a date, and a text may say "semana passada" itself.
  const withWords = asked === question ? [] : carried.slice(0, 1).map((words) => carrying(words, question));
  const ofPerson = person(read, last.person);
  return {
    isFollowUp: true,
    readings: [
      ...(ofPerson === null ? [] : [{ ...carrying(ofPerson), paths: [], mustHold: `${ofPerson} ${thingsOf(read)}` }]),
      ...carried.map((words) => carrying(words)),
      ...withWords,
      ...(own === '' ? [] : [{ ...asAsked, question: asked, kind, mustHold: own }]),
    ],
  };
}

/** Returns the person that is meant by "qual é o telefone dele?"; null unless it asks for something of a person. */
function person(read: ReadQuestion, named: string | null): string | null {
  return read.pointsAtPerson && thingsOf(read) !== '' ? named : null;
}

/** Returns the word if the only thing that is named is a kind of document, as in "e na nota?"; otherwise ''. */
function kindNamed({ pieces }: ReadQuestion): string {
  const [thing, ...more] = pieces.filter(({ role }) => role === 'SUBJECT' || role === 'NAME' || role === 'MODIFIER');
  return thing !== undefined && more.length === 0 && kindOf(thing.folded) !== null ? thing.written : '';
}

function thingsOf(read: ReadQuestion): string {
  return wordsWith(read, ['SUBJECT', 'NAME', 'PART', 'ATTRIBUTE']);
}

function isFollowUp(read: ReadQuestion): boolean {
  const { pieces, startsAsContinuation, isElliptical, pointsBack, isOfOther, question } = read;
  if (pointsBack || isOfOther) return true;
  if (recogniseFolderQuestion(question) !== null) return false;
  const own = pieces.filter(({ role }) => role === 'SUBJECT' || role === 'NAME');
  if (own.length === 0 || isElliptical) return true;
  return startsAsContinuation && own.length === 1;
}

/**
 * Returns the things that a follow-up names itself. "Quem é o gerente?" and "how long does shipping take?" may be new
 * questions: their words count too. "E o gerente?" and "o gerente dele?" are none.
 */
function ownWords(read: ReadQuestion): string {
  if (read.startsAsContinuation || read.pointsBack) return wordsWith(read, ['SUBJECT', 'NAME']);
  const own = wordsWith(withoutMeasures(read), ['SUBJECT', 'NAME', 'PART']);
  const words = plainWords(read);
  const namesNothing = !read.pieces.some(({ role }) => role === 'ATTRIBUTE');
  return own === '' && namesNothing && words.length >= MIN_WORDS_OF_NEW ? words.join(' ') : own;
}

/** Returns which words of the earlier question may be meant too, the likeliest first. */
function rolesToCarry(read: ReadQuestion, earlier: ReadQuestion): readonly (readonly PieceRole[])[] {
  const has = ({ pieces }: ReadQuestion, ...roles: readonly PieceRole[]): boolean =>
    pieces.some(({ role }) => roles.includes(role));
  const asksFor = has(read, 'ATTRIBUTE', 'PART');
  // The same of another thing: "e no outro?", "e do João?", "e o contrato 78?".
  if (read.isOfOther) return [has(read, 'SUBJECT') ? ['ATTRIBUTE', 'PART'] : ['SUBJECT', 'ATTRIBUTE', 'PART']];
  if (has(read, 'NAME')) return [asksFor ? ['SUBJECT'] : ['SUBJECT', 'ATTRIBUTE', 'PART'], ['ATTRIBUTE', 'PART']];
  // Something else of the same thing: "e o prazo?", "quem assina esse contrato?"; or the same of another: "e o fogão?".
  if (has(read, 'SUBJECT')) {
    return read.isElliptical
      ? [
          ['SUBJECT', 'NAME'],
          ['ATTRIBUTE', 'PART'],
        ]
      : [['SUBJECT', 'NAME']];
  }
  const hasThing = has(earlier, 'SUBJECT', 'NAME');
  return [asksFor && hasThing ? ['SUBJECT', 'NAME'] : ['SUBJECT', 'NAME', 'ATTRIBUTE', 'PART']];
}
