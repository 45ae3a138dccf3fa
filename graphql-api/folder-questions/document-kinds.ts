import { fold } from '#shared/text/fold.ts';
import { stem } from '#shared/text/words/stem.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';

/** A kind of document that people ask for by name: contracts, spreadsheets. */
export interface DocumentKind {
  /** What a question calls it: a regular expression over folded words. */
  readonly asked: string;
  /** What names and titles of such documents contain: each entry is one or more words that must all occur. */
  readonly names: readonly string[];
  /** The plurals of these names. A file with a plural in its name is a list of them rather than one of them. */
  readonly plurals: readonly string[];
  /** File extensions of such documents, with their dots. */
  readonly extensions: readonly string[];
}

const CONTRACT = { names: ['contrato', 'contract'], plurals: ['contratos', 'contracts'], extensions: [] };
const INVOICE = {
  names: ['nota fiscal', 'nf', 'nfe', 'fatura', 'invoice'],
  plurals: ['notas fiscais', 'nfs', 'faturas', 'invoices'],
  extensions: [],
};
const RECEIPT = { names: ['recibo', 'receipt'], plurals: ['recibos', 'receipts'], extensions: [] };
const REPORT = { names: ['relatorio', 'report'], plurals: ['relatorios', 'reports'], extensions: [] };
const PROPOSAL = { names: ['proposta', 'proposal'], plurals: ['propostas', 'proposals'], extensions: [] };
const MANUAL = { names: ['manual'], plurals: ['manuais', 'manuals'], extensions: [] };
const RESUME = { names: ['curriculo', 'cv', 'resume'], plurals: ['curriculos', 'cvs', 'resumes'], extensions: [] };
const SHEET = { names: [], plurals: [], extensions: ['.xlsx', '.xls', '.ods', '.csv', '.tsv'] };
const SLIDES = { names: [], plurals: [], extensions: ['.pptx', '.ppt', '.odp'] };

/**
 * Kinds that a question about the folder may name. Only nouns that mean a document in everyday use: a question for
 * `notas`, `minutes` or `letters` may mean marks, time or the alphabet.
 */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  { asked: 'contratos?|contracts?', ...CONTRACT },
  { asked: 'notas? fisca(?:l|is)|nfs?|nfes?|faturas?|invoices?', ...INVOICE },
  { asked: 'recibos?|receipts?', ...RECEIPT },
  { asked: 'relatorios?|reports?', ...REPORT },
  { asked: 'propostas?|proposals?', ...PROPOSAL },
  { asked: 'manua(?:l|is)|manuals?', ...MANUAL },
  { asked: 'curriculos?|cvs?|resumes?', ...RESUME },
  { asked: 'atas?|meeting minutes', names: ['ata', 'minutes'], plurals: ['atas'], extensions: [] },
  { asked: 'boletos?', names: ['boleto'], plurals: ['boletos'], extensions: [] },
  { asked: 'orcamentos?', names: ['orcamento'], plurals: ['orcamentos'], extensions: [] },
  { asked: 'laudos?', names: ['laudo'], plurals: ['laudos'], extensions: [] },
  { asked: 'procuracao|procuracoes', names: ['procuracao'], plurals: ['procuracoes'], extensions: [] },
  { asked: 'certidao|certidoes', names: ['certidao'], plurals: ['certidoes'], extensions: [] },
  { asked: 'pdfs?', names: [], plurals: [], extensions: ['.pdf'] },
  { asked: 'planilhas?|spreadsheets?', ...SHEET },
  { asked: 'apresentacao|apresentacoes|presentations?|slides', ...SLIDES },
  { asked: 'emails?|e mails?', names: [], plurals: [], extensions: ['.eml', '.msg'] },
];

/** Returns the kind that a question calls by this name; null for any other word. @param noun folded. */
export function kindCalled(noun: string): DocumentKind | null {
  return DOCUMENT_KINDS.find(({ asked }) => new RegExp(`^(?:${asked})$`).test(noun)) ?? null;
}

/** The words that a document is called by. */
export interface NamedDocument {
  readonly document: DocumentState;
  /** Stems of the words of its path, folders included, and of its title. */
  readonly words: ReadonlySet<string>;
  /** Folded words of its file name and title, each between blanks. */
  readonly ownName: string;
}

/** Returns a document with the words that it is called by. */
export function namedDocument(document: DocumentState): NamedDocument {
  const ownName = `${document.path.slice(document.path.lastIndexOf('/') + 1)} ${document.title}`;
  return {
    document,
    words: new Set(nameWords(`${document.path} ${document.title}`).map(stem)),
    ownName: ` ${nameWords(ownName).join(' ')} `,
  };
}

/** Returns the words of a name, folded; digits are words of their own: `contrato77.pdf` has `contrato`, `77`, `pdf`. */
export function nameWords(name: string): readonly string[] {
  return fold(name).match(/\p{L}+|\p{N}+/gu) ?? [];
}

/** Whether a document is of this kind, by its extension, file name, title or folder. */
export function isOfKind({ document, words }: NamedDocument, { names, extensions }: DocumentKind): boolean {
  const path = fold(document.path);
  return (
    extensions.some((extension) => path.endsWith(extension)) ||
    names.some((name) => name.split(' ').every((word) => words.has(stem(word))))
  );
}

/** Whether the document's own name has a plural of the kind, so that it may be a list of them: contratos.csv. */
export function isListOf({ ownName }: NamedDocument, { plurals }: DocumentKind): boolean {
  return plurals.some((plural) => ownName.includes(` ${plural} `));
}
