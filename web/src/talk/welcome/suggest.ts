import { en } from '../../words/en.ts';
import { pt } from '../../words/pt.ts';

/** A document as suggestions need it. */
export interface TitledDocument {
  readonly title: string;
  readonly language: string | null;
  readonly chunks: { readonly nodes: readonly { readonly headings: readonly string[] }[] };
}

const MAX_SUGGESTIONS = 3;
/** A longer heading is a sentence, and a longer title a line of text. */
const MAX_CHARS = 60;
const MIN_CHARS = 3;

/** The header row of a table is among the headings of its passages. */
const TABLE_ROW = /[;|\t]/;

/**
 * Returns first questions about documents, at most one for each: about a heading below its title, in the language of the
 * document, so that its words are found. If there are too few headings, summaries of documents fill the list. Documents
 * whose titles differ in numbers only, such as those of receipts, count as one.
 */
export function suggest(documents: readonly TitledDocument[]): readonly string[] {
  const about: string[] = [];
  const summaries: string[] = [];
  const kinds = new Set<string>();
  for (const { title, language, chunks } of documents) {
    const kind = title.replaceAll(/\d+/g, '0');
    if (!isUsable(title) || kinds.has(kind)) continue;
    kinds.add(kind);
    const { welcome } = language?.startsWith('en') ? en : pt;
    const headings = chunks.nodes.flatMap((chunk) => chunk.headings.slice(-1));
    const heading = headings.find((each) => each !== title && isUsable(each));
    if (heading === undefined) summaries.push(welcome.summarise(title));
    else about.push(welcome.aboutHeading(heading, title));
  }
  return [...about, ...summaries].slice(0, MAX_SUGGESTIONS);
}

function isUsable(name: string): boolean {
  return name.length >= MIN_CHARS && name.length <= MAX_CHARS && /\p{Letter}/u.test(name) && !TABLE_ROW.test(name);
}
