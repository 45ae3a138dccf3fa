import { LOCATOR_FIELDS, placeOf, type SelectedLocator } from '#shared/place-name.ts';
import { languageOfQuestion, type Language } from '#shared/text/language.ts';
import { renderNearest } from './render-nearest.ts';
import { harmless } from './text.ts';

/** What `renderAnswer` and `--json` show of an answer: a selection on `Answer`. */
export const ANSWER_FIELDS = `
  id question text finishReason support
  unsupported { start end }
  citations { start end quote source { rank path title } locator { ${LOCATOR_FIELDS} } }
  nearest { path title excerpt locator { ${LOCATOR_FIELDS} } }
  notSearched { meaningOffBecause unread { count paths } failed { count paths } }
  passagesLeftMachine
  answeredBy { kind model fallbackReason }
`;

/** Where something is in a file, as far as its format has places. */
interface Place {
  readonly locator: SelectedLocator;
}

/** What ANSWER_FIELDS selects. */
export interface ShownAnswer {
  readonly question: string;
  readonly text: string;
  readonly finishReason: string | null;
  readonly unsupported: readonly { readonly start: number; readonly end: number }[];
  readonly citations: readonly (Place & { readonly source: { readonly rank: number; readonly path: string } })[];
  readonly nearest: readonly (Place & { readonly path: string; readonly excerpt: string })[];
  readonly notSearched: { readonly meaningOffBecause: string | null } | null;
  readonly passagesLeftMachine: boolean;
  readonly answeredBy: {
    readonly kind: string;
    readonly model: string | null;
    readonly fallbackReason: string | null;
  } | null;
}

/** The screen that an answer is written to. */
export interface Screen {
  readonly columns: number;
  /** Of our own words. */
  readonly language: Language;
  /** Makes a text less prominent; returns it as it is where that is not possible. */
  readonly dim: (text: string) => string;
}

/** Our own words around an answer; what the API says stays as it is. */
interface Words {
  readonly leftMachine: string;
  readonly answeredBy: string;
  readonly because: string;
  readonly unsupported: string;
  /** What answers without a model, by its kind. */
  readonly writers: Readonly<Record<string, string>>;
}

/** What `npm run ask` says around an answer, in the language of the terminal. */
export const ANSWER_WORDS: Readonly<Record<Language, Words>> = {
  en: {
    leftMachine: 'the question and passages were sent to the endpoint at OPENAI_BASE_URL',
    answeredBy: 'answered by',
    because: 'because',
    unsupported: 'no source supports',
    writers: { QUOTES: 'quotes, without a model', DOCUMENT_LIST: 'the list of documents' },
  },
  pt: {
    leftMachine: 'a pergunta e os trechos foram enviados ao endereço em OPENAI_BASE_URL',
    answeredBy: 'respondido por',
    because: 'porque',
    unsupported: 'nenhuma fonte confirma',
    writers: { QUOTES: 'citações, sem modelo', DOCUMENT_LIST: 'lista de documentos' },
  },
};

/**
 * Returns what follows the text of an answer on a terminal: the nearest passages of one that found nothing, the
 * sentences without a source, the cited sources, and what wrote it. Nothing in it can control the terminal.
 */
export function renderAnswer(answer: ShownAnswer, screen: Screen): string {
  const lines = [...unsupportedLines(answer, screen), ...sourceLines(answer), ...writerLines(answer, screen)];
  return describeNearest(answer, screen) + (lines.length === 0 ? '' : `\n${lines.join('\n')}\n`);
}

/** Shows what came nearest to a question that nothing answers, and why it was not searched by meaning. */
function describeNearest({ question, nearest, notSearched }: ShownAnswer, { columns, dim }: Screen): string {
  const passages = nearest.map((passage) => ({ ...passage, place: harmless(placeOf(passage.locator)) }));
  const shown = renderNearest(passages, languageOfQuestion(question), columns);
  const reason = notSearched?.meaningOffBecause ?? null;
  return (shown === '' ? '' : `\n${shown}`) + (reason === null ? '' : `\n${dim(harmless(reason))}\n`);
}

function unsupportedLines({ text, unsupported }: ShownAnswer, { dim, language }: Screen): readonly string[] {
  return unsupported.map(({ start, end }) => {
    const sentence = harmless(text.slice(start, end).replaceAll(/\s+/g, ' ').trim());
    return dim(`[?] ${ANSWER_WORDS[language].unsupported}: ${sentence}`);
  });
}

/** Lists the cited sources, one line per number with all its places. */
function sourceLines({ citations }: ShownAnswer): readonly string[] {
  const byRank = Map.groupBy(citations, (citation) => citation.source.rank);
  return [...byRank]
    .toSorted(([a], [b]) => a - b)
    .map(([rank, cited]) => {
      const places = new Set(cited.map(({ locator }) => placeOf(locator)).filter((place) => place !== ''));
      return harmless([`[${rank}] ${cited[0]!.source.path}`, ...places].join(', '));
    });
}

function writerLines({ answeredBy, passagesLeftMachine }: ShownAnswer, screen: Screen): readonly string[] {
  const { dim, language } = screen;
  const words = ANSWER_WORDS[language];
  const writer =
    answeredBy === null ? undefined : (answeredBy.model ?? words.writers[answeredBy.kind] ?? answeredBy.kind);
  return [
    ...(writer === undefined ? [] : [dim(`${words.answeredBy} ${harmless(writer)}`)]),
    ...(answeredBy?.fallbackReason ? [dim(`${words.because} ${harmless(answeredBy.fallbackReason)}`)] : []),
    ...(passagesLeftMachine ? [words.leftMachine] : []),
  ];
}
