import { posix } from 'node:path';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { fold } from '#shared/text/fold.ts';

/** Which documents may be searched. Every condition that is not null must hold; within a list any one will do. */
export interface PassageFilter {
  readonly documentIds: readonly string[] | null;
  /** Globs over inbox paths. */
  readonly paths: readonly string[] | null;
  readonly mediaTypes: readonly string[] | null;
  /** BCP 47 ranges: pt matches pt and pt-BR. */
  readonly languages: readonly string[] | null;
  /** Folded, see fold.ts. */
  readonly tags: readonly string[] | null;
  /** None of these; folded. */
  readonly withoutTags: readonly string[] | null;
  /** RFC 3339, both exclusive. */
  readonly modifiedAfter: string | null;
  readonly modifiedBefore: string | null;
}

/** Lets everything through. */
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

/** @param tags null when nobody knows them: then it has none. @param wanted folded. */
export function hasAnyTag(tags: readonly string[] | null, wanted: readonly string[]): boolean {
  return tags?.some((tag) => wanted.includes(fold(tag))) ?? false;
}

/** @param path inside the inbox, with forward slashes. */
export function matchesAnyGlob(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => posix.matchesGlob(path, glob));
}

/** Basic filtering of RFC 4647: a range matches itself and everything more particular. */
export function matchesAnyLanguage(language: string | null, ranges: readonly string[]): boolean {
  if (language === null) return false;
  const tag = language.toLowerCase();
  return ranges.some((range) => tag === range.toLowerCase() || tag.startsWith(`${range.toLowerCase()}-`));
}
