import type { WordBlock } from './word-block.ts';
import type { WordPackage } from './xml/word-package.ts';
import { descendantsOf, textIn } from './xml/xml-tree.ts';

/** Titles that a program wrote: its own name, the name of a file, or "untitled" in some language. */
const GENERATED =
  /^(?:untitled|sem t[íi]tulo|document\w*\s*\d*|documento\s*\d*|title|t[íi]tulo|normal|microsoft |file:|[a-z]:\\)|^word document$|\.(?:docx?|dotx?|docm|odt|rtf|pdf|html?|txt|tex)$/i;

/**
 * Returns the title of a document: the one in its properties if somebody meant it, else its first heading; null if it
 * has neither.
 */
export function findWordTitle(pack: WordPackage, body: readonly WordBlock[]): string | null {
  const properties = [...pack.relationsOf('').values()].find(({ type }) => type === 'core-properties');
  const root = pack.findXml(properties?.target ?? 'docProps/core.xml');
  const [element] = root === undefined ? [] : [...descendantsOf(root, 'dc:title')];
  const title = textIn(element).replaceAll(/\s+/g, ' ').trim();
  if (/\p{L}{2}/u.test(title) && !GENERATED.test(title)) return title;
  const heading = body.find((block) => block.kind === 'heading');
  return heading?.kind === 'heading' ? heading.text : null;
}
