import { GraphQLError, GraphQLScalarType } from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { AnswerRequest } from '../answers/answers.ts';
import { fold } from '#shared/text/fold.ts';
import type { AskInput, DocumentFilter, SearchFilter } from './generated.ts';
import { compileLanguages, EVERYWHERE, hasAnyTag, type PassageFilter } from '../filters/passage-filter.ts';
import { compileGlobs } from '../filters/path-globs.ts';

const MAX_QUESTION_CHARS = 4_000;
const MAX_INSTRUCTIONS_CHARS = 1_000;
const MAX_LIST_ENTRIES = 100;
const MAX_ENTRY_CHARS = 1_000;
const MAX_FIRST = 100;

/** Thrown for input that the caller has to change; the message names the field and what is allowed. */
export class InputError extends AskboxError {
  override readonly name = 'InputError';
  /** The path of the field, separated by dots, such as `input.filter.paths`. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super('BAD_USER_INPUT', `${field} ${problem}`);
    this.field = field;
  }
}

/** Returns an `InputError` to throw. @param problem completes a sentence that starts with the field. */
export function badInput(field: string, problem: string): InputError {
  return new InputError(field, problem);
}

/** Validates a question and its options. @throws AskboxError BAD_USER_INPUT */
export function readAskInput(input: AskInput): AnswerRequest {
  return {
    question: readQuestion('input.question', input.question),
    filter: readSearchFilter(input.filter, 'input.filter'),
    // The schema has filled in its own defaults already; these only satisfy the generated types.
    maxSources: within('input.maxSources', input.maxSources ?? 8, 1, 20),
    temperature: within('input.temperature', input.temperature ?? 0, 0, 2),
    maxTokens: within('input.maxTokens', input.maxTokens ?? 512, 1, 4096),
    // Left out otherwise: a repeated `requestId` is compared with what was asked before there were conversations.
    ...(typeof input.conversationId === 'string' ? { conversationId: input.conversationId } : {}),
    ...readModel(input.model),
    ...readInstructions(input.instructions),
  };
}

/** Returns no field for the engines' own order, so that such a request is the same as before there was the field. */
function readModel(model: string | null | undefined): Pick<AnswerRequest, 'model'> {
  if (model === null || model === undefined) return {};
  const name = model.trim();
  if (name === '') throw badInput('input.model', 'is empty; name a model, or leave it out');
  if (name.length > MAX_ENTRY_CHARS) {
    throw badInput('input.model', `has ${name.length} characters; shorten it to at most ${MAX_ENTRY_CHARS}`);
  }
  return { model: name };
}

function readInstructions(text: string | null | undefined): Pick<AnswerRequest, 'instructions'> {
  const instructions = text?.trim() ?? '';
  if (instructions.length > MAX_INSTRUCTIONS_CHARS) {
    const problem = `has ${instructions.length} characters; shorten it to at most ${MAX_INSTRUCTIONS_CHARS}`;
    throw badInput('input.instructions', problem);
  }
  return instructions === '' ? {} : { instructions };
}

/**
 * Returns the id that makes the call repeatable: the caller's own, otherwise the operation's; null if there is neither.
 * @throws AskboxError BAD_USER_INPUT if the caller's is not a UUID: with a guessable id, others could read the answer.
 */
export function readRequestId(input: AskInput, operationId: string | null): string | null {
  const { requestId } = input;
  if (requestId === undefined || requestId === null) return operationId;
  if (!isUuid(requestId)) throw badInput('input.requestId', 'is not a UUID; make one with crypto.randomUUID()');
  return requestId.toLowerCase();
}

/** Whether the text has the form of a UUID, of any version and in either case. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** Returns the trimmed question. @throws AskboxError BAD_USER_INPUT if it is empty or longer than 4,000 characters. */
export function readQuestion(field: string, text: string): string {
  const question = text.trim();
  if (question === '') throw badInput(field, 'is empty; write a question');
  if (question.length > MAX_QUESTION_CHARS) {
    throw badInput(field, `has ${question.length} characters; shorten it to at most ${MAX_QUESTION_CHARS}`);
  }
  return question;
}

/** Validates a page size, 1 to 100. @throws AskboxError BAD_USER_INPUT */
export function readFirst(first: number): number {
  return within('first', first, 1, MAX_FIRST);
}

/** Returns the value. @throws AskboxError BAD_USER_INPUT unless it is from `least` to `most`, inclusive. */
export function within(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw badInput(field, `is ${value}; choose a value from ${least} to ${most}`);
}

/** Validates a search filter. @param field the path of the filter in the input. @throws AskboxError BAD_USER_INPUT */
export function readSearchFilter(filter: SearchFilter | null | undefined, field = 'filter'): PassageFilter {
  if (filter === null || filter === undefined) return EVERYWHERE;
  return {
    documentIds: readList(`${field}.documentIds`, filter.documentIds),
    paths: readGlobs(`${field}.paths`, filter.paths).globs,
    mediaTypes: readList(`${field}.mediaTypes`, filter.mediaTypes),
    languages: readList(`${field}.languages`, filter.languages),
    tags: readList(`${field}.tags`, filter.tags)?.map(fold) ?? null,
    withoutTags: readList(`${field}.withoutTags`, filter.withoutTags)?.map(fold) ?? null,
    modifiedAfter: filter.modifiedAfter ?? null,
    modifiedBefore: filter.modifiedBefore ?? null,
  };
}

/** Returns a predicate for documents. @throws AskboxError BAD_USER_INPUT immediately, not when the predicate runs. */
export function readDocumentFilter(filter: DocumentFilter | null | undefined): (document: DocumentState) => boolean {
  const ids = setOf(readList('filter.ids', filter?.ids));
  const { isOnPath } = readGlobs('filter.paths', filter?.paths);
  const status = setOf<DocumentState['status']>(readList('filter.status', filter?.status));
  const mediaTypes = setOf(readList('filter.mediaTypes', filter?.mediaTypes));
  const languages = readList('filter.languages', filter?.languages);
  const isInLanguage = languages === null ? null : compileLanguages(languages);
  const tags = readList('filter.tags', filter?.tags)?.map(fold) ?? null;
  const words = readList('filter.text', fold(filter?.text ?? '').match(/\S+/g)) ?? [];
  return (document) =>
    (ids === null || ids.has(document.id)) &&
    (isOnPath === null || isOnPath(document.path)) &&
    (status === null || status.has(document.status)) &&
    (mediaTypes === null || mediaTypes.has(document.mediaType)) &&
    (isInLanguage === null || isInLanguage(document.language)) &&
    (tags === null || hasAnyTag(document.tags, tags)) &&
    // Folding a title is a hundred times slower than all the rest: 1.2 s for 50,000 documents.
    (words.length === 0 || hasWords(document, words));
}

/** Validates globs. Both results are null for no list at all. */
function readGlobs(
  field: string,
  list: readonly string[] | null | undefined,
): { readonly globs: readonly string[] | null; readonly isOnPath: ((path: string) => boolean) | null } {
  const globs = readList(field, list);
  const isOnPath = globs === null ? null : compileGlobs(globs, (problem) => badInput(field, problem));
  return { globs, isOnPath };
}

function setOf<Entry>(list: readonly Entry[] | null): ReadonlySet<Entry> | null {
  return list === null ? null : new Set(list);
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
    throw badInput(field, `has ${list.length} entries; shorten it to at most ${MAX_LIST_ENTRIES}`);
  }
  const tooLong = list.find((entry) => entry.length > MAX_ENTRY_CHARS);
  if (tooLong !== undefined) {
    throw badInput(field, `has an entry of ${tooLong.length} characters; shorten it to at most ${MAX_ENTRY_CHARS}`);
  }
  return list;
}

/** Accepts any RFC 3339 instant and passes it on in UTC, with milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  parseValue(value) {
    const time = typeof value === 'string' ? timeOf(value) : Number.NaN;
    if (!Number.isNaN(time)) return new Date(time).toISOString();
    throw new GraphQLError(`${JSON.stringify(value)} is not an RFC 3339 instant; write it like 2026-11-22T10:20:00Z`);
  },
});

const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** Returns milliseconds since 1970, or NaN for text that is no instant. `Date.parse` takes 30 February for 2 March. */
function timeOf(text: string): number {
  const date = RFC_3339.exec(text)?.[1];
  if (date === undefined) return Number.NaN;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN;
  return Date.parse(text);
}
