import { randomUUID } from 'node:crypto';
import { AskboxError } from '#shared/errors.ts';
import { cursorOf, notACursor, pageOf, readCursor, type Page } from '../documents/list.ts';
import { EVERYWHERE, type PassageFilter } from '../filters/passage-filter.ts';
import { inTurns, mapInSteps } from '../turns/turns.ts';
import type { Answers } from './answers.ts';
import type { ConversationStore, StoredConversation } from './conversation-store.ts';
import { DELETE_RETRY_MS, readUnlocked, retryWhileLocked } from './locked-store.ts';
import type { AnswerState } from './state.ts';

/** A conversation as it is shown. */
export interface Conversation extends Omit<StoredConversation, 'title' | 'filter'> {
  /** The one given, otherwise the beginning of the first question; empty while there is neither. */
  readonly title: string;
}

/**
 * All conversations: questions that are read with those before them. Their answers are in `Answers`. Reading throws
 * OVERLOADED if another process has locked the file.
 */
export interface Conversations {
  /**
   * Where there are as many as there may be, the oldest in which nothing was asked for an hour make room.
   * @param title null to take it from the first question.
   * @throws AskboxError TOO_MANY_CONVERSATIONS, OVERLOADED, DISK_FULL
   */
  create(title: string | null, filter?: PassageFilter): Promise<Conversation>;
  /** Returns undefined for an unknown or deleted conversation. */
  find(id: string): Conversation | undefined;
  /**
   * Changes the title. @param title null to take it from the first question.
   * @returns undefined for an unknown conversation.
   * @throws AskboxError OVERLOADED, DISK_FULL
   */
  rename(id: string, title: string | null): Promise<Conversation | undefined>;
  /** Deletes it with all its answers; see `Answers.deleteConversation`. */
  delete(id: string): Promise<boolean>;
  /**
   * Returns a page of all conversations, those with the latest question first.
   * @param after the cursor of the last one of the previous page; null for the first page.
   * @throws AskboxError BAD_USER_INPUT for a cursor of another list
   */
  page(first: number, after: string | null, signal: AbortSignal): Promise<Page<Conversation>>;
  /** Returns a page of the answers of a conversation, in the order of their questions; see `page`. */
  answersOf(id: string, first: number, after: string | null, signal: AbortSignal): Promise<Page<AnswerState>>;
}

/** UTF-16 code units of a title that is taken from a question. */
export const MAX_DERIVED_TITLE = 80;
/**
 * A hundred a day for more than a year; they take 15 MB besides their answers. Beyond this a new one is refused, because
 * nobody expects that an old one disappears for it: which ones are no longer needed is for people to say.
 */
const MAX_CONVERSATIONS = 50_000;
/** One that is this old and still empty was left by a program, or by somebody who asked nothing. */
const EMPTY_FOR_MS = 3_600_000;
/** How long a change tries to get the lock that another process has. */
const CHANGE_MS = 20 * DELETE_RETRY_MS;

/** Opens the conversations of a store over the answers that are asked in them. @param most how many there may be. */
export function openConversations(
  store: ConversationStore,
  answers: Answers,
  most: number = MAX_CONVERSATIONS,
): Conversations {
  const change = (work: () => void): Promise<void> => retryWhileLocked(work, performance.now() + CHANGE_MS);
  const find = (id: string): StoredConversation | undefined => readUnlocked(() => store.find(id));

  /**
   * The title is taken from the first question when it is shown, and never stored: with the answer, its question is gone
   * from here too.
   */
  const shown = ({ id, title, createdAt, updatedAt }: StoredConversation): Conversation => {
    const first = title === null ? answers.turnsOf(id)[0] : undefined;
    const question = first && answers.find(first.answerId)?.answer.question;
    return { id, createdAt, updatedAt, title: title ?? titleOf(question ?? '') };
  };

  const makeRoom = (now: string): void => {
    if (store.count() < most) return;
    store.deleteExpired(new Date(Date.parse(now) - EMPTY_FOR_MS).toISOString());
    if (store.count() < most) return;
    const message = `there are ${most} conversations already; delete some that are no longer needed (deleteConversation)`;
    throw new AskboxError('TOO_MANY_CONVERSATIONS', message);
  };

  return {
    async create(title, filter = EVERYWHERE) {
      const now = new Date().toISOString();
      const created = { id: randomUUID(), title, filter, createdAt: now, updatedAt: now };
      await change(() => {
        makeRoom(now);
        store.insert(created);
      });
      return shown(created);
    },
    find(id) {
      const found = find(id);
      return found && shown(found);
    },
    async rename(id, title) {
      if (find(id) === undefined) return undefined;
      await change(() => store.rename(id, title, new Date().toISOString()));
      return this.find(id);
    },
    delete: (id) => answers.deleteConversation(id),
    async page(first, after, signal) {
      const place = after === null ? null : readPlace(after);
      // One more than requested, to see whether there is a next page.
      const found = readUnlocked(() => store.page(place, first + 1));
      const nodes = await inTurns(mapInSteps(found.slice(0, first), shown), signal);
      const edges = nodes.map((node) => ({ node, cursor: cursorOf([node.updatedAt, node.id]) }));
      return pageOf(
        edges,
        found.length > first,
        readUnlocked(() => store.count()),
      );
    },
    async answersOf(id, first, after, signal) {
      const last = after === null ? 0 : readNumber(after);
      const turns = answers.turnsOf(id);
      const rest = turns.filter(({ number }) => number > last);
      const page = rest.slice(0, first);
      const edgesInSteps = mapInSteps(page, ({ answerId, number }) => {
        const node = answers.find(answerId)?.answer;
        return node === undefined ? [] : [{ node, cursor: cursorOf(number) }];
      });
      return pageOf((await inTurns(edgesInSteps, signal)).flat(), rest.length > first, turns.length);
    },
  };
}

/** Returns the beginning of a question on one line, cut between words. */
export function titleOf(question: string): string {
  const line = question.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= MAX_DERIVED_TITLE) return line;
  const cut = line.slice(0, MAX_DERIVED_TITLE);
  const whole = line[MAX_DERIVED_TITLE - 1] === ' ' ? cut : cut.slice(0, cut.lastIndexOf(' ') + 1);
  // A surrogate pair is not cut in half either.
  return `${(whole.trim() || cut.slice(0, -1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function readPlace(cursor: string): Pick<StoredConversation, 'updatedAt' | 'id'> {
  const place = readCursor(cursor);
  if (!Array.isArray(place) || place.length !== 2) throw notACursor();
  // `isArray` has proved it is an array; this only replaces the `any` of its entries by `unknown`.
  const [updatedAt, id] = place as readonly unknown[];
  if (typeof updatedAt !== 'string' || typeof id !== 'string') throw notACursor();
  return { updatedAt, id };
}

function readNumber(cursor: string): number {
  const number = readCursor(cursor);
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number;
  throw notACursor();
}
