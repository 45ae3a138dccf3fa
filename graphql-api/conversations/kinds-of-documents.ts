import { stem } from '#shared/text/words/stem.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { nameWords } from '../folder-questions/document-kinds.ts';

// What people call a document, and what such documents are called, in either language; folded. Words of one line may stand
// for each other when a conversation turns to "the invoice" or "o outro contrato", but not in a search for their text.
const KINDS = [
  'contrato contract agreement acordo locacao lease aditivo',
  'nota nf nfe fatura invoice bill boleto danfe',
  'ata reuniao meeting minutes assembleia',
  'recibo receipt comprovante',
  'relatorio report',
  'manual guide handbook',
  'proposta proposal orcamento quote cotacao',
  'politica policy regulamento regimento',
  'planilha spreadsheet sheet',
  'carta letter comunicado oficio',
  'palestra talk apresentacao presentation slides',
  'artigo article noticia',
  'receita recipe prescription',
  'laudo exame hemograma',
].map((words) => new Set(words.split(' ')));

/** Returns the words that documents of a kind are called by; null for a word that is no such kind. @param word folded */
export function kindOf(word: string): ReadonlySet<string> | null {
  return KINDS.find((kind) => [...kind].some((name) => stem(name) === stem(word))) ?? null;
}

/**
 * Returns the words of a kind that are in the name of a document; empty for a document of another kind. They are in the
 * singular: a name with the plural is that of a list.
 */
export function wordsOfKind(kind: ReadonlySet<string>, { path, title }: DocumentState): readonly string[] {
  const name = `${path.slice(path.lastIndexOf('/') + 1)} ${title}`;
  return nameWords(name).filter((word) => kind.has(word));
}
