import { posix } from 'node:path';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { fold } from '#shared/text/fold.ts';

/** Which documents are searched. Every condition that is not null must hold; of a list, one entry must match. */
export interface PassageFilter {
  readonly documentIds: readonly string[] | null;
  /** Globs on inbox paths. */
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

/** Returns whether a document meets all conditions of the filter. */
export function passesFilter(document: DocumentState, filter: PassageFilter): boolean {
  const { documentIds, paths, mediaTypes, languages, tags, withoutTags, modifiedAfter, modifiedBefore } = filter;
  return (
    (documentIds === null || documentIds.includes(document.id)) &&
    (paths === null || matchesAnyGlob(document.path, paths)) &&
    (mediaTypes === null || mediaTypes.includes(document.mediaType)) &&
    (languages === null || matchesAnyLanguage(document.language, languages)) &&
    (tags === null || hasAnyTag(document.tags, tags)) &&
    (withoutTags === null || (document.tags !== null && !hasAnyTag(document.tags, withoutTags))) &&
    (modifiedAfter === null || Date.parse(document.modifiedAt) > Date.parse(modifiedAfter)) &&
    (modifiedBefore === null || Date.parse(document.modifiedAt) < Date.parse(modifiedBefore))
  );
}

/**
 * Returns whether a document has one of the tags.
 * @param tags null when unknown, treated as none.
 * @param wanted folded.
 */
export function hasAnyTag(tags: readonly string[] | null, wanted: readonly string[]): boolean {
  return tags?.some((tag) => wanted.includes(fold(tag))) ?? false;
}

/** Returns whether a path matches one of the globs. @param path relative to the inbox, with forward slashes. */
export function matchesAnyGlob(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => posix.matchesGlob(path, glob));
}

/**
 * Returns whether a language matches one of the ranges, by RFC 4647 basic filtering: a range matches itself and
 * anything more specific.
 */
export function matchesAnyLanguage(language: string | null, ranges: readonly string[]): boolean {
  if (language === null) return false;
  const tag = language.toLowerCase();
  return ranges.some((range) => tag === range.toLowerCase() || tag.startsWith(`${range.toLowerCase()}-`));
}
