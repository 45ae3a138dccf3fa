import type { Language } from '#shared/text/language.ts';
import { harmless } from './text.ts';

/** A searchable document, as the API lists it. */
export interface ListedDocument {
  readonly path: string;
  readonly title: string;
}

/** The files that come with askbox; questions about askbox are answered from them. */
const SAMPLES: readonly string[] = ['LEIA-ME.md', 'READ-ME.md'];
const MOST_CHARACTERS = 60;

/**
 * Returns a first question that the documents can answer, without characters that a shell reads inside quotation marks;
 * null if there is nothing to ask about. A document of the user comes before the samples, and one with a title of its
 * own before one that is called like its file.
 * @param documents that are searchable.
 */
export function suggestQuestion(documents: readonly ListedDocument[], language: Language): string | null {
  const own = documents
    .filter(({ path }) => !SAMPLES.includes(path))
    .map((document) => ({ ...document, name: plain(document.title) }))
    .filter(({ name }) => name.length >= 3 && name.length <= MOST_CHARACTERS);
  const best = own.find(({ path, title }) => !path.endsWith(title)) ?? own[0];
  if (best !== undefined) return language === 'pt' ? `Resuma ${best.name}` : `Summarize ${best.name}`;
  if (!documents.some(({ path }) => SAMPLES.includes(path))) return null;
  return language === 'pt' ? 'Como funciona o askbox?' : 'How does askbox work?';
}

function plain(title: string): string {
  return harmless(title)
    .replaceAll(/["'`$\\!%^\ufffd]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
