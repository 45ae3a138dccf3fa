import type { PublishedDocument } from '#shared/document.ts';

/**
 * Returns the name by which each document is cited, in the same order: its title. Different documents of one title are
 * named by the end of their paths that distinguishes them, such as `2024/relatorio.txt`; a title that is not the name
 * of the file comes before it.
 */
export function sourceNames(documents: readonly Pick<PublishedDocument, 'id' | 'path' | 'title'>[]): readonly string[] {
  return documents.map(({ id, path, title }) => {
    const others = documents.filter((other) => other.id !== id && other.title === title).map((other) => other.path);
    if (others.length === 0) return title;
    const end = distinguishingEnd(path, others);
    return path.split('/').at(-1) === title ? end : `${title} – ${end}`;
  });
}

/** Returns the shortest end of a path, in whole names, that no other path has; the whole path if there is none. */
function distinguishingEnd(path: string, others: readonly string[]): string {
  const names = path.split('/');
  for (let count = 1; count < names.length; count++) {
    const end = names.slice(-count).join('/');
    if (!others.some((other) => other === end || other.endsWith(`/${end}`))) return end;
  }
  return path;
}
