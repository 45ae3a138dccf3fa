import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { fold } from '#shared/text/fold.ts';
import { compileGlobs } from './path-globs.ts';

/** Which documents are searched. Every condition that is not null must hold; of a list, one entry must match. */
export interface PassageFilter {
  readonly documentIds: readonly string[] | null;
  /** Globs on inbox paths, within the limits of `compileGlobs`. */
  readonly paths: readonly string[] | null;
  readonly mediaTypes: readonly string[] | null;
  /** BCP 47 ranges: pt matches pt and pt-BR. */
  readonly languages: readonly string[] | null;
  /** Folded, see shared/text/fold.ts. */
  readonly tags: readonly string[] | null;
  /** The document must have none of these, and its tags must be known; folded. */
  readonly withoutTags: readonly string[] | null;
  /** RFC 3339, both exclusive. */
  readonly modifiedAfter: string | null;
  readonly modifiedBefore: string | null;
  /** A second filter whose conditions must hold too, such as that of a conversation. Default: none. */
  readonly within?: PassageFilter;
}

/** Matches every document. */
export const EVERYWHERE: PassageFilter = {
  documentIds: null,
  paths: null,
  mediaTypes: null,
  languages: null,
  tags: null,
  withoutTags: null,
  modifiedAfter: null,
  modifiedBefore: null,
};

/**
 * Returns a predicate for documents that meet all conditions of the filter. What can be prepared is prepared once, as
 * the predicate runs for every document. @throws Error for globs that `compileGlobs` refuses
 */
export function compileFilter(filter: PassageFilter): (document: DocumentState) => boolean {
  const { tags, withoutTags } = filter;
  const ids = filter.documentIds === null ? null : new Set(filter.documentIds);
  const isOnPath =
    filter.paths === null ? null : compileGlobs(filter.paths, (problem) => new Error(`paths ${problem}`));
  const mediaTypes = filter.mediaTypes === null ? null : new Set(filter.mediaTypes);
  const isInLanguage = filter.languages === null ? null : compileLanguages(filter.languages);
  const after = filter.modifiedAfter === null ? null : Date.parse(filter.modifiedAfter);
  const before = filter.modifiedBefore === null ? null : Date.parse(filter.modifiedBefore);
  const isWithin = filter.within === undefined ? null : compileFilter(filter.within);
  return (document) =>
    (ids === null || ids.has(document.id)) &&
    (isOnPath === null || isOnPath(document.path)) &&
    (mediaTypes === null || mediaTypes.has(document.mediaType)) &&
    (isInLanguage === null || isInLanguage(document.language)) &&
    (tags === null || hasAnyTag(document.tags, tags)) &&
    (withoutTags === null || (document.tags !== null && !hasAnyTag(document.tags, withoutTags))) &&
    (after === null || Date.parse(document.modifiedAt) > after) &&
    (before === null || Date.parse(document.modifiedAt) < before) &&
    (isWithin === null || isWithin(document));
}

/** Returns a filter for documents that meet both. */
export function bothFilters(filter: PassageFilter, other: PassageFilter): PassageFilter {
  if (other === EVERYWHERE) return filter;
  return filter === EVERYWHERE ? other : { ...filter, within: other };
}

/** Returns the filter without its condition on languages, as for files whose language is not known yet. */
export function inAnyLanguage(filter: PassageFilter): PassageFilter {
  const { within, ...own } = filter;
  return { ...own, languages: null, ...(within === undefined ? {} : { within: inAnyLanguage(within) }) };
}

/**
 * Returns whether a document has one of the tags.
 * @param tags null when unknown, treated as none.
 * @param wanted folded.
 */
export function hasAnyTag(tags: readonly string[] | null, wanted: readonly string[]): boolean {
  return tags?.some((tag) => wanted.includes(fold(tag))) ?? false;
}

/**
 * Returns a predicate for languages that match one of the ranges, by RFC 4647 basic filtering: a range matches itself
 * and anything more specific. An unknown language, null, matches none.
 */
export function compileLanguages(ranges: readonly string[]): (language: string | null) => boolean {
  const wanted = new Set(ranges.map((range) => range.toLowerCase()));
  return (language) => {
    // pt-Latn-BR, pt-Latn and pt: whichever of them is a range.
    for (let tag = language?.toLowerCase() ?? ''; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      if (wanted.has(tag)) return true;
    }
    return false;
  };
}
