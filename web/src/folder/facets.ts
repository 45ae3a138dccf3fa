import { folderOf, literal } from '../document/place-name.ts';
import { fold } from '../words/fold.ts';

/** A folder or a tag by which the list can be filtered, as it is written into the filter: `contratos/` or `#fiscal`. */
export type Facet = string;

/** How many are offered as buttons. */
const MAX_OFFERED = 6;

/** How many files a folder has, its subfolders included. */
export interface FolderCount {
  readonly path: string;
  readonly count: number;
}

/** How many files have a tag. */
export interface TagCount {
  readonly tag: string;
  readonly count: number;
}

/** Returns folders and tags, those with the most files first. */
export function facetsOf(folders: readonly FolderCount[], tags: readonly TagCount[]): readonly Facet[] {
  const counts = new Map<Facet, number>([
    ...folders.map(({ path, count }) => [`${path}/`, count] as const),
    ...tags.map(({ tag, count }) => [`#${tag}`, count] as const),
  ]);
  // A folder with nothing but one folder in it is enough.
  const isSameAsAbove = (facet: Facet): boolean =>
    !facet.startsWith('#') && counts.get(`${folderOf(facet.slice(0, -1))}/`) === counts.get(facet);
  const worthOffering = [...counts].filter(([facet]) => !isSameAsAbove(facet));
  return worthOffering.toSorted(([a, ofA], [b, ofB]) => ofB - ofA || a.localeCompare(b)).map(([facet]) => facet);
}

/** Returns what is offered of the folders and tags: the first ones, and the one that is chosen. */
export function offeredOf(facets: readonly Facet[], chosen: string): readonly Facet[] {
  const offered = facets.slice(0, MAX_OFFERED);
  return facets.includes(chosen) && !offered.includes(chosen) ? [...offered, chosen] : offered;
}

/** What the API filters by; a part of its DocumentFilter. */
export interface TextFilter {
  readonly text?: string;
  readonly paths?: readonly string[];
  readonly tags?: readonly string[];
}

/**
 * Reads what was written into the filter: words of names, `folder/` for all that is in it, and `#tag`.
 * @param facets in whose spelling a folder is meant, and of which the beginning of a tag is enough.
 */
export function readFilter(written: string, facets: readonly Facet[]): TextFilter {
  const [before = '', ...tags] = written.split('#').map((part) => part.trim());
  const slash = before.lastIndexOf('/');
  const folder = folderLike(before.slice(0, Math.max(0, slash)).trim(), facets);
  const text = before.slice(slash + 1).trim();
  const meant = tags.filter((tag) => tag !== '').flatMap((tag) => tagsLike(tag, facets));
  return {
    ...(text === '' ? {} : { text }),
    ...(folder === '' ? {} : { paths: [`${literal(folder)}/**`] }),
    ...(meant.length === 0 ? {} : { tags: meant }),
  };
}

/** Returns the folder that is written so but for case and accents; what was written if there is none. */
function folderLike(written: string, facets: readonly Facet[]): string {
  const known = facets.find((facet) => fold(facet) === fold(`${written}/`));
  return known === undefined ? written : known.slice(0, -1);
}

/** The most tags of a filter that the API accepts is 100. */
const MAX_TAGS = 50;

/** Returns the tags that begin so; what was written if it is a tag, or none begins so. */
function tagsLike(written: string, facets: readonly Facet[]): readonly string[] {
  const folded = fold(written);
  const known = facets.filter((facet) => facet.startsWith('#')).map((facet) => facet.slice(1));
  const exact = known.filter((tag) => fold(tag) === folded);
  if (exact.length > 0) return exact;
  const begun = known.filter((tag) => fold(tag).startsWith(folded)).slice(0, MAX_TAGS);
  return begun.length > 0 ? begun : [written];
}
