import type { Language } from '#shared/text/language.ts';
import type { DocumentErrorCode, DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { isAtRest } from '../documents/replica.ts';
import { plainName } from '../answers/plain-name.ts';
import type { AnswerSource } from '../answers/state.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { Period } from './periods.ts';
import type { FolderQuestion } from './recognise.ts';

/** An answer from the list of documents. */
export interface DocumentList {
  readonly text: string;
  /** The documents that the text names, in its order, without quotes. */
  readonly sources: readonly AnswerSource[];
}

/** As many sources as an answer from passages may have. */
const MAX_NAMED = 20;

const NAMED_PERIODS = {
  pt: {
    TODAY: 'hoje',
    YESTERDAY: 'ontem',
    THIS_WEEK: 'esta semana',
    LAST_WEEK: 'na semana passada',
    THIS_MONTH: 'este mês',
    LAST_MONTH: 'no mês passado',
  },
  en: {
    TODAY: 'today',
    YESTERDAY: 'yesterday',
    THIS_WEEK: 'this week',
    LAST_WEEK: 'last week',
    THIS_MONTH: 'this month',
    LAST_MONTH: 'last month',
  },
} as const;

const TEXTS = {
  pt: {
    all: 'Documentos na pasta',
    documents: 'Documentos',
    newest: 'Documentos na pasta, do mais novo ao mais antigo',
    called: (names: string) => `Documentos com ${names} no nome, no título ou na pasta`,
    ending: (extensions: string) => `Documentos ${extensions}`,
    came: (period: string) => `que chegaram ${period}`,
    lastDays: (days: number) => `nos últimos ${days} dias`,
    FAILED: 'Arquivos que não puderam ser lidos',
    UNREAD: 'Arquivos que ainda estão sendo lidos',
    UNREAD_OR_FAILED: 'Arquivos que não foram lidos',
    none: 'nenhum',
    countUnread: (count: number) => ` Ainda sendo lidos: ${count}.`,
    countFailed: (count: number) => ` Não puderam ser lidos: ${count}.`,
    unread: 'ainda não foi lido',
    failed: 'não pôde ser lido',
    more: (count: number) => `… e mais ${count}.`,
    several: 'Mais de um documento tem esse nome. Qual deles?',
  },
  en: {
    all: 'Documents in the folder',
    documents: 'Documents',
    newest: 'Documents in the folder, newest first',
    called: (names: string) => `Documents with ${names} in their name, title or folder`,
    ending: (extensions: string) => `Documents ${extensions}`,
    came: (period: string) => `that came in ${period}`,
    lastDays: (days: number) => `in the last ${days} days`,
    FAILED: 'Files that could not be read',
    UNREAD: 'Files that are still being read',
    UNREAD_OR_FAILED: 'Files that were not read',
    none: 'none',
    countUnread: (count: number) => ` Still being read: ${count}.`,
    countFailed: (count: number) => ` Could not be read: ${count}.`,
    unread: 'not read yet',
    failed: 'could not be read',
    more: (count: number) => `… and ${count} more.`,
    several: 'More than one document has that name. Which of them?',
  },
} as const;

/** Why a file could not be read, in a few words; docs/errors.md has the next steps. */
const REASONS: Readonly<Record<Language, Readonly<Record<DocumentErrorCode, string>>>> = {
  pt: {
    UNREADABLE: 'sem permissão ou com defeito no disco',
    ENCRYPTED: 'protegido por senha',
    UNSUPPORTED_TYPE: 'formato não suportado',
    DAMAGED: 'danificado',
    EMPTY: 'vazio',
    NO_TEXT: 'sem texto, talvez digitalizado',
    TOO_LARGE: 'grande demais',
    FETCH_FAILED: 'a página do link não respondeu',
    TIMEOUT: 'a leitura demorou demais',
    CRASHED: 'a leitura falhou várias vezes',
    BAD_NAME: 'nome inválido',
    NOT_A_FILE: 'não é um arquivo comum',
    STORE_UNAVAILABLE: 'o índice não respondeu',
    INTERNAL: 'erro interno',
  },
  en: {
    UNREADABLE: 'no permission, or a disk error',
    ENCRYPTED: 'protected by a password',
    UNSUPPORTED_TYPE: 'format not supported',
    DAMAGED: 'damaged',
    EMPTY: 'empty',
    NO_TEXT: 'no text, perhaps scanned',
    TOO_LARGE: 'too large',
    FETCH_FAILED: 'the page of the link could not be fetched',
    TIMEOUT: 'reading it took too long',
    CRASHED: 'reading it failed several times',
    BAD_NAME: 'invalid name',
    NOT_A_FILE: 'not a regular file',
    STORE_UNAVAILABLE: 'the index did not respond',
    INTERNAL: 'internal error',
  },
};

/** Returns the answer to a question for documents: how many there are, and the first of them by name. */
export function describeDocuments(
  question: Extract<FolderQuestion, { type: 'documents' }>,
  documents: readonly DocumentState[],
): DocumentList {
  const count = documents.length === 0 ? TEXTS[question.language].none : String(documents.length);
  const heading = `${headingOf(question)}: ${count}.`;
  return listed(
    question.state === 'ANY' ? heading + unsearchableOf(question.language, documents) : heading,
    documents,
    question.language,
  );
}

/** Returns the answer to a question for one of several documents that have the name it uses. */
export function askWhich(language: Language, documents: readonly DocumentState[]): DocumentList {
  return listed(TEXTS[language].several, documents, language);
}

/** Says how many of the documents are no help to any question; '' if all can be searched. */
function unsearchableOf(language: Language, documents: readonly DocumentState[]): string {
  const { countUnread, countFailed } = TEXTS[language];
  const failed = documents.filter(({ status }) => status === 'FAILED').length;
  const unread = documents.filter((document) => !isAtRest(document)).length;
  return (unread === 0 ? '' : countUnread(unread)) + (failed === 0 ? '' : countFailed(failed));
}

/** Says what was counted, and by what: a kind is guessed from names, so the words that decide are in the answer. */
function headingOf({
  language,
  kind,
  state,
  period,
  isAboutNew,
}: Extract<FolderQuestion, { type: 'documents' }>): string {
  const texts = TEXTS[language];
  if (state !== 'ANY') return texts[state];
  if (period === null) {
    if (kind !== null) return kindName(language, kind);
    return isAboutNew ? texts.newest : texts.all;
  }
  const came = texts.came(periodName(language, period));
  return kind === null ? `${texts.documents} ${came}` : `${kindName(language, kind)}, ${came}`;
}

function kindName(language: Language, { names, extensions }: DocumentKind): string {
  const texts = TEXTS[language];
  const either = new Intl.ListFormat(language, { type: 'disjunction' });
  if (names.length > 0) return texts.called(either.format(names.map((name) => `“${name}”`)));
  return texts.ending(either.format(extensions));
}

function periodName(language: Language, period: Period): string {
  return typeof period === 'object' ? TEXTS[language].lastDays(period.lastDays) : NAMED_PERIODS[language][period];
}

function listed(heading: string, documents: readonly DocumentState[], language: Language): DocumentList {
  const named = documents.slice(0, MAX_NAMED);
  const lines = named.map((document, index) => `- ${nameOf(document, language)} [${index + 1}]`);
  const rest = documents.length - named.length;
  const text = [
    heading,
    ...(lines.length === 0 ? [] : ['', ...lines]),
    ...(rest === 0 ? [] : [TEXTS[language].more(rest)]),
  ];
  return { text: text.join('\n'), sources: named.map(sourceOf) };
}

/** The title and path of a document, or its path alone if that says the same; and why it cannot be searched. */
function nameOf({ title, path, status, error }: DocumentState, language: Language): string {
  const { unread, failed } = TEXTS[language];
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const name = title === fileName || title === path ? plainName(path) : `${plainName(title)} (${plainName(path)})`;
  if (status === 'READY') return name;
  if (status !== 'FAILED') return `${name}: ${unread}`;
  return error === null ? `${name}: ${failed}` : `${name}: ${failed} (${REASONS[language][error.code]})`;
}

function sourceOf({ path, bytesSha256, title }: DocumentState, index: number): AnswerSource {
  return {
    rank: index + 1,
    score: 1,
    used: true,
    path,
    contentHash: bytesSha256 === '' ? null : bytesSha256,
    title,
    excerpt: '',
    startChar: 0,
    endChar: 0,
    place: {},
    headings: [],
    chunkId: null,
  };
}
