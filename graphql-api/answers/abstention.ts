import type { Language } from '#shared/text/language.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { placeName } from '#shared/place-name.ts';
import { isAtRest } from '../documents/replica.ts';
import { compileFilter, inAnyLanguage, type PassageFilter } from '../filters/passage-filter.ts';
import type { Steps } from '../turns/turns.ts';
import { plainName } from './plain-name.ts';
import type { AnswerSource, AnswerState, NotSearched, UnsearchedFiles } from './state.ts';

/** What `notSearched` looks at. */
export interface Searched {
  /** All documents as currently known. */
  readonly documents: () => Iterable<DocumentState>;
  /** Returns why nothing is searched by meaning now; null while it is. */
  readonly meaningOffBecause: () => string | null;
}

/** How many files of one kind are named; the others are only counted. */
const MAX_NAMED = 5;

const TEXTS = {
  pt: {
    nothing: 'Não encontrei nada nos documentos que responda a essa pergunta.',
    nearest: (places: string) => `O mais próximo que encontrei, talvez sem relação com ela: ${places}.`,
    unread: (files: string) => `Arquivos que ainda estão sendo lidos: ${files}; pergunte de novo em instantes.`,
    failed: (files: string) => `Arquivos que não puderam ser lidos: ${files}.`,
    meaningOff: 'A busca por significado está desligada: procurei só pelas palavras.',
  },
  en: {
    nothing: 'I found nothing in the documents that answers this question.',
    nearest: (places: string) => `The nearest I found, perhaps about something else: ${places}.`,
    unread: (files: string) => `Files that are still being read: ${files}; ask again in a moment.`,
    failed: (files: string) => `Files that could not be read: ${files}.`,
    meaningOff: 'Search by meaning is off: I searched for the words alone.',
  },
} as const;

/**
 * Returns what an answer could not be searched for in: files that the filter would let through and that are unread or
 * failed, and meaning. The language of an unread file is not known, so a filter on languages does not leave it out.
 */
export function* notSearched(filter: PassageFilter, { documents, meaningOffBecause }: Searched): Steps<NotSearched> {
  const passes = compileFilter(inAnyLanguage(filter));
  const unread: string[] = [];
  const failed: string[] = [];
  // Copied, because documents may change between the steps.
  const all = [...documents()];
  for (const document of all) {
    const isOpen = !isAtRest(document);
    if ((isOpen || document.status === 'FAILED') && passes(document)) (isOpen ? unread : failed).push(document.path);
    yield;
  }
  return {
    unread: firstFiles(unread),
    failed: firstFiles(failed),
    meaningOffBecause: meaningOffBecause(),
  };
}

/**
 * Returns the text of an answer that abstains. It names the nearest places but quotes nothing from them, so that it
 * cannot be mistaken for an answer.
 */
export function abstentionText(
  language: Language,
  { nearest, notSearched: missed }: Pick<AnswerState, 'nearest' | 'notSearched'>,
): string {
  const texts = TEXTS[language];
  const places = new Set(nearest.map(placeOf));
  const lines = [
    texts.nothing,
    places.size === 0 ? '' : texts.nearest([...places].join('; ')),
    missed === null || missed.unread.count === 0 ? '' : texts.unread(listed(missed.unread)),
    missed === null || missed.failed.count === 0 ? '' : texts.failed(listed(missed.failed)),
    missed === null || missed.meaningOffBecause === null ? '' : texts.meaningOff,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function firstFiles(paths: readonly string[]): UnsearchedFiles {
  return { count: paths.length, paths: paths.toSorted().slice(0, MAX_NAMED) };
}

/** `7 (a.pdf, b.pdf, …)` */
function listed({ count, paths }: UnsearchedFiles): string {
  return `${count} (${paths.map(plainName).join(', ')}${count > paths.length ? ', …' : ''})`;
}

function placeOf({ path, place }: AnswerSource): string {
  return [plainName(path), placeName(place)].filter((part) => part !== '').join(', ');
}
