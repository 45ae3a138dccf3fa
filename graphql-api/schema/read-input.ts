import { GraphQLError, GraphQLScalarType } from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { AnswerRequest } from '../answers/answers.ts';
import { fold } from '#shared/text/fold.ts';
import type { AskInput, DocumentFilter, SearchFilter } from './generated.ts';
import {
  EVERYWHERE,
  hasAnyTag,
  matchesAnyGlob,
  matchesAnyLanguage,
  type PassageFilter,
} from '../retrieve/passage-filter.ts';

const MAX_QUESTION_CHARS = 4_000;
const MAX_LIST_ENTRIES = 100;
const MAX_ENTRY_CHARS = 1_000;
const MAX_FIRST = 100;

/** The caller's input is at fault; the message says which field and what it may be. */
export class InputError extends AskboxError {
  override readonly name = 'InputError';
  /** Its path with dots between, such as `input.filter.paths`. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super('BAD_USER_INPUT', `${field} ${problem}`);
    this.field = field;
  }
}

/** An `InputError`, to be thrown. */
export function badInput(field: string, problem: string): InputError {
  return new InputError(field, problem);
}

/** @throws AskboxError BAD_USER_INPUT */
export function readAskInput(input: AskInput): AnswerRequest {
  return {
    question: readQuestion('input.question', input.question),
    filter: readSearchFilter(input.filter, 'input.filter'),
    // The schema's defaults have filled in what was left out.
    maxSources: within('input.maxSources', input.maxSources ?? 8, 1, 20),
    temperature: within('input.temperature', input.temperature ?? 0, 0, 2),
    maxTokens: within('input.maxTokens', input.maxTokens ?? 512, 1, 4096),
  };
}

/**
 * The id that makes the call repeatable: the caller's own, else the operation's. Null when there is neither.
 * @throws AskboxError BAD_USER_INPUT when the caller's is no UUID: what can be guessed, others could read.
 */
export function readRequestId(input: AskInput, operationId: string | null): string | null {
  const { requestId } = input;
  if (requestId === undefined || requestId === null) return operationId;
  if (!isUuid(requestId)) throw badInput('input.requestId', 'is no UUID; make one with crypto.randomUUID()');
  return requestId.toLowerCase();
}

export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** @throws AskboxError BAD_USER_INPUT */
export function readQuestion(field: string, text: string): string {
  const question = text.trim();
  if (question === '') throw badInput(field, 'is empty; write a question');
  if (question.length > MAX_QUESTION_CHARS) {
    throw badInput(field, `has ${question.length} characters; at most ${MAX_QUESTION_CHARS} are read`);
  }
  return question;
}

/** How many of a list are wanted. @throws AskboxError BAD_USER_INPUT */
export function readFirst(first: number): number {
  return within('first', first, 1, MAX_FIRST);
}

/** @throws AskboxError BAD_USER_INPUT unless the value lies between the two, both included. */
export function within(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw badInput(field, `is ${value}; it may be ${least} to ${most}`);
}

/** @param field where the filter stands in the caller's input. @throws AskboxError BAD_USER_INPUT */
export function readSearchFilter(filter: SearchFilter | null | undefined, field = 'filter'): PassageFilter {
  if (filter === null || filter === undefined) return EVERYWHERE;
  return {
    documentIds: readList(`${field}.documentIds`, filter.documentIds),
    paths: readList(`${field}.paths`, filter.paths),
    mediaTypes: readList(`${field}.mediaTypes`, filter.mediaTypes),
    languages: readList(`${field}.languages`, filter.languages),
    tags: readList(`${field}.tags`, filter.tags)?.map(fold) ?? null,
    withoutTags: readList(`${field}.withoutTags`, filter.withoutTags)?.map(fold) ?? null,
    modifiedAfter: filter.modifiedAfter ?? null,
    modifiedBefore: filter.modifiedBefore ?? null,
  };
}

/** Whether a document is wanted. @throws AskboxError BAD_USER_INPUT, at once and not when a document is looked at. */
export function readDocumentFilter(filter: DocumentFilter | null | undefined): (document: DocumentState) => boolean {
  const ids = readList('filter.ids', filter?.ids);
  const paths = readList('filter.paths', filter?.paths);
  const status = readList('filter.status', filter?.status);
  const mediaTypes = readList('filter.mediaTypes', filter?.mediaTypes);
  const languages = readList('filter.languages', filter?.languages);
  const tags = readList('filter.tags', filter?.tags)?.map(fold) ?? null;
  const words = readList('filter.text', fold(filter?.text ?? '').match(/\S+/g)) ?? [];
  return (document) =>
    (ids === null || ids.includes(document.id)) &&
    (paths === null || matchesAnyGlob(document.path, paths)) &&
    (status === null || status.includes(document.status)) &&
    (mediaTypes === null || mediaTypes.includes(document.mediaType)) &&
    (languages === null || matchesAnyLanguage(document.language, languages)) &&
    (tags === null || hasAnyTag(document.tags, tags)) &&
    hasWords(document, words);
}

function hasWords(document: DocumentState, folded: readonly string[]): boolean {
  const text = fold(`${document.title}\n${document.path}`);
  return folded.every((word) => text.includes(word));
}

function readList<Entry extends string>(
  field: string,
  list: readonly Entry[] | null | undefined,
): readonly Entry[] | null {
  if (list === null || list === undefined) return null;
  if (list.length > MAX_LIST_ENTRIES) {
    throw badInput(field, `has ${list.length} entries; at most ${MAX_LIST_ENTRIES} are read`);
  }
  const tooLong = list.find((entry) => entry.length > MAX_ENTRY_CHARS);
  if (tooLong !== undefined) {
    throw badInput(field, `has an entry of ${tooLong.length} characters; at most ${MAX_ENTRY_CHARS}`);
  }
  return list;
}

/** RFC 3339 in, RFC 3339 in UTC out. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  parseValue(value) {
    if (typeof value === 'string' && RFC_3339.test(value)) {
      const time = Date.parse(value);
      if (!Number.isNaN(time)) return new Date(time).toISOString();
    }
    throw new GraphQLError(`${JSON.stringify(value)} is no instant such as 2026-11-22T10:20:00Z`);
  },
});

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
