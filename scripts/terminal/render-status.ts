import { styleText } from 'node:util';
import type { Language } from '#shared/text/language.ts';
import { explainPause } from '#shared/watcher-api/explain-pause.ts';
import type { DocumentErrorCode, DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { harmless, keepEnd, widthOf, wrap } from './text.ts';

/** The state of the index, as `npm run status -- --json` prints it. */
export interface Status {
  /** Null while nothing is paused. */
  readonly pausedBecause: string | null;
  readonly watching: IngestionState['watching'];
  readonly documents: number;
  readonly sizeBytes: number;
  readonly ready: number;
  readonly failed: number;
  /** Discovered or queued, and not being read yet. */
  readonly waiting: number;
  readonly reading: number;
  /** Of all searchable documents; those of copies count once. */
  readonly chunks: number;
  readonly embeddedChunks: number;
  readonly active: readonly ActiveDocument[];
  readonly failures: readonly Failure[];
  /** Paths of the READY documents, in order. */
  readonly readyPaths: readonly string[];
  /** Why no passage can be found by meaning, if the settings or the models folder say; null otherwise. */
  readonly meaningOffBecause: MeaningOff | null;
  /** Whether Qdrant would search this many chunks faster than the embedded store that holds them. */
  readonly qdrantIsAdvised: boolean;
}

/**
 * So many chunks that a search in the embedded store takes about half of 100 ms, from which on people notice it: 10 ms at
 * 50,000 and 18 ms at 200,000 (docs/operations.md), and in proportion beyond.
 */
export const MANY_CHUNKS = 1_000_000;

/** Switched off by ASKBOX_EMBEDDER, or its model is not in the models folder. */
export type MeaningOff = 'SWITCHED_OFF' | 'NO_MODEL';

interface ActiveDocument {
  readonly path: string;
  /** 0 to 1; null until the watcher has reported it. */
  readonly progress: number | null;
}

interface Failure {
  readonly path: string;
  readonly code: DocumentErrorCode;
  /** What is wrong, and what to do. */
  readonly message: string;
  /** RFC 3339; null if only a change of the file leads to a new try. */
  readonly retryAt: string | null;
}

/** What the settings say that the status shows. */
export interface StatusSettings {
  /** As in `Status`. */
  readonly meaningOffBecause: MeaningOff | null;
  readonly usesQdrant: boolean;
}

/** Summarizes the documents. @param progress 0 to 1 by document id, for those being read. */
export function statusOf(
  documents: readonly DocumentState[],
  progress: ReadonlyMap<string, number>,
  { pausedBecause, watching }: IngestionState,
  { meaningOffBecause, usesQdrant }: StatusSettings,
): Status {
  const count = (...statuses: readonly DocumentState['status'][]): number =>
    documents.filter(({ status }) => statuses.includes(status)).length;
  const contents = new Map(documents.map((document) => [document.contentId, document]));
  contents.delete(null);
  const sum = (values: Iterable<DocumentState>, of: 'sizeBytes' | 'chunkCount' | 'embeddedChunks'): number =>
    [...values].reduce((total, document) => total + document[of], 0);
  const chunks = sum(contents.values(), 'chunkCount');
  return {
    pausedBecause,
    watching,
    documents: documents.length,
    sizeBytes: sum(documents, 'sizeBytes'),
    ready: count('READY'),
    failed: count('FAILED'),
    waiting: count('DISCOVERED', 'STABLE'),
    reading: documents.filter(isBeingRead).length,
    chunks,
    embeddedChunks: sum(contents.values(), 'embeddedChunks'),
    active: documents.filter(isBeingRead).map(({ id, path }) => ({ path, progress: progress.get(id) ?? null })),
    meaningOffBecause,
    qdrantIsAdvised: !usesQdrant && chunks >= MANY_CHUNKS,
    readyPaths: documents
      .filter(({ status }) => status === 'READY')
      .map(({ path }) => path)
      .toSorted(),
    failures: documents
      .flatMap(({ path, error, status }) => {
        if (error === null || status !== 'FAILED') return [];
        return { path, code: error.code, message: error.message, retryAt: error.retryAt };
      })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Whether a document is being extracted or stored. */
export function isBeingRead({ status }: DocumentState): boolean {
  return status === 'EXTRACTING' || status === 'STORING';
}

/** The room that the status may take, such as a terminal window. */
export interface Frame {
  readonly columns: number;
  /** Largest number of lines; entries that do not fit are counted in the last one. */
  readonly rows: number;
  /** Whether the READY documents are listed; false if left out. */
  readonly listsReady?: boolean;
}

const WORDS = {
  en: {
    documents: 'documents',
    events: 'the system reports changes',
    polling: 'the folder is scanned every few seconds',
    counts: ['ready', 'failed', 'waiting', 'being read'],
    paused: 'paused',
    byMeaning: 'found by meaning',
    of: 'of',
    chunks: 'chunks',
    reading: 'reading',
    failed: 'failed',
    nextTry: 'next try at',
    zero: {
      SWITCHED_OFF: 'search by meaning is switched off (ASKBOX_EMBEDDER=none); set it to auto to switch it on',
      NO_MODEL:
        'the model for it is not installed; npm start downloads it, and npm run models -- import copies it from disk',
      SOON: 'the first passages are being prepared for it; keywords find them already',
    },
    qdrant: 'so many chunks are searched faster in Qdrant: set QDRANT_URL (docs/operations.md)',
    more: (count: string) => `… and ${count} more; npm run status -- --json lists all`,
  },
  pt: {
    documents: 'documentos',
    events: 'o sistema avisa das mudanças',
    polling: 'a pasta é verificada a cada poucos segundos',
    counts: ['prontos', 'com falha', 'à espera', 'em leitura'],
    paused: 'em pausa',
    byMeaning: 'busca por sentido',
    of: 'de',
    chunks: 'trechos',
    reading: 'em leitura',
    failed: 'com falha',
    nextTry: 'nova tentativa às',
    zero: {
      SWITCHED_OFF: 'a busca por sentido está desligada (ASKBOX_EMBEDDER=none); use auto para ligá-la',
      NO_MODEL: 'falta o modelo para ela; npm start faz o download, e npm run models -- import copia-o do disco',
      SOON: 'os primeiros trechos estão sendo preparados para ela; por palavras já são encontrados',
    },
    qdrant: 'tantos trechos são pesquisados mais depressa no Qdrant: defina QDRANT_URL (docs/operations.md)',
    more: (count: string) => `… e mais ${count}; npm run status -- --json mostra todos`,
  },
} as const;
type Words = (typeof WORDS)[Language];

/** Renders the status for people, in lines that fit the frame. */
export function renderStatus(
  status: Status,
  { columns, rows, listsReady = false }: Frame,
  language: Language = 'en',
): readonly string[] {
  const words = WORDS[language];
  const number = new Intl.NumberFormat(language);
  const lines = [
    ...overview(status, words, number),
    ...pauseLines(status, columns, language),
    ...embeddingLines(status, words, number, columns),
    ...(status.qdrantIsAdvised ? indented(words.qdrant, columns) : []),
  ];
  const omitted = (count: number): string => words.more(number.format(count));
  lines.push(...listed(words.reading, status.active.map(activeLines(columns)), rows - lines.length, omitted));
  lines.push(...listed(words.failed, status.failures.map(failureLines(columns, words)), rows - lines.length, omitted));
  const ready = listsReady ? status.readyPaths : [];
  const entries = ready.map((path): readonly Line[] => [{ text: `  ${keepEnd(harmless(path), columns - 2)}` }]);
  lines.push(...listed(words.counts[0], entries, rows - lines.length, omitted));
  return lines
    .slice(0, rows)
    .map((line) => (widthOf(line.text) <= columns ? paint(line) : keepEnd(line.text, columns)));
}

/** Styled as a whole after it has been cut to the frame, so that escape sequences never count as columns. */
interface Line {
  readonly text: string;
  readonly style?: 'bold' | 'red' | 'yellow' | 'dim';
}

function paint({ text, style }: Line): string {
  return style === undefined ? text : styleText(style, text);
}

/** The place of the failed documents among the counts. */
const FAILED = 1;

function overview(status: Status, words: Words, number: Intl.NumberFormat): readonly Line[] {
  const { documents, sizeBytes, ready, failed, waiting, reading, watching } = status;
  const how = watching === 'EVENTS' ? words.events : words.polling;
  const counts = [ready, failed, waiting, reading];
  return [
    { text: `${number.format(documents)} ${words.documents}, ${sizeOf(sizeBytes)}; ${how}`, style: 'bold' },
    ...counts.map((count, index): Line => {
      const text = `  ${words.counts[index]!.padEnd(10)} ${number.format(count).padStart(9)}`;
      return index === FAILED && count > 0 ? { text, style: 'red' } : { text };
    }),
  ];
}

function sizeOf(bytes: number): string {
  const [unit, size] = bytes < 1e6 ? ['kB', bytes / 1e3] : bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9];
  return `${size.toFixed(1)} ${unit}`;
}

function pauseLines({ pausedBecause }: Status, columns: number, language: Language): readonly Line[] {
  if (pausedBecause === null) return [];
  const lines = wrap(`${WORDS[language].paused}, ${pausedBecause}: ${explainPause(pausedBecause, language)}`, columns);
  return [{ text: '' }, ...lines.map((text): Line => ({ text, style: 'yellow' }))];
}

function embeddingLines(status: Status, words: Words, number: Intl.NumberFormat, columns: number): readonly Line[] {
  const { chunks, embeddedChunks, meaningOffBecause } = status;
  if (chunks === 0) return [];
  const counted = `${number.format(embeddedChunks)} ${words.of} ${number.format(chunks)} ${words.chunks}`;
  const text = `${words.byMeaning}  ${bar(embeddedChunks / chunks)}  ${counted}`;
  if (embeddedChunks > 0) return [{ text: '' }, { text }];
  const reason = words.zero[meaningOffBecause ?? 'SOON'];
  return [{ text: '' }, { text }, ...indented(reason, columns)];
}

function indented(text: string, columns: number): readonly Line[] {
  return wrap(text, columns - 2).map((line): Line => ({ text: `  ${line}`, style: 'dim' }));
}

function activeLines(columns: number): (document: ActiveDocument) => readonly Line[] {
  return ({ path, progress }) => {
    const start = `  ${bar(progress ?? 0)}  `;
    return [{ text: start + keepEnd(harmless(path), columns - widthOf(start)) }];
  };
}

function failureLines(columns: number, words: Words): (failure: Failure) => readonly Line[] {
  return ({ path, code, message, retryAt }) => {
    const retry = retryAt === null ? '' : ` (${words.nextTry} ${retryAt.slice(11, 19)} UTC)`;
    return [
      { text: `  ${keepEnd(harmless(path), columns - 2)}`, style: 'red' },
      ...wrap(`${code}: ${harmless(message)}${retry}`, columns - 4).map((text) => ({ text: `    ${text}` })),
    ];
  };
}

/** As many entries as fit below a heading, then the number of those that do not. */
function listed(
  heading: string,
  entries: readonly (readonly Line[])[],
  rows: number,
  omitted: (count: number) => string,
): readonly Line[] {
  if (entries.length === 0) return [];
  const lines: Line[] = [{ text: '' }, { text: heading, style: 'bold' }];
  for (const [index, entry] of entries.entries()) {
    const isLast = index === entries.length - 1;
    if (lines.length + entry.length + (isLast ? 0 : 1) > rows) {
      lines.push({ text: `  ${omitted(entries.length - index)}`, style: 'dim' });
      break;
    }
    lines.push(...entry);
  }
  return lines;
}

const BAR_COLUMNS = 20;

function bar(share: number): string {
  const full = Math.floor(share * BAR_COLUMNS);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)} ${percent}`;
}
