import type { Answer } from '../api/types.ts';
import { placeName } from '../document/place-name.ts';
import type { Words } from '../words/words.ts';

/** Returns an answer as text for the clipboard: the question, the text with its markers, and a line for each cited source. */
export function withSources({ question, text, sources, citations }: Answer, words: Words): string {
  const lines = sources.flatMap(({ rank, path }) => {
    const cited = citations.filter((citation) => citation.source.rank === rank);
    if (cited.length === 0) return [];
    const places = new Set(cited.map(({ locator }) => placeName(locator, words)).filter((place) => place !== ''));
    return [`[${rank}] ${[path, ...places].join(', ')}`];
  });
  return [question, text, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n');
}
