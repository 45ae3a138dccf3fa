import { installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { messageOf } from '#shared/errors.ts';
import { silentLog } from '#shared/log.ts';
import type { DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { sendCommand } from '#shared/watcher-api/watcher-commands.ts';
import { loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import {
  isBeingRead,
  renderStatus,
  statusOf,
  type MeaningOff,
  type Status,
  type StatusSettings,
} from './terminal/render-status.ts';
import { keepEnd, spoken, terminalLanguage } from './terminal/text.ts';
import { apiUrlOf } from './terminal/wait-until-ready.ts';

const USAGE = spoken({
  en: `usage: npm run status [-- options]

Shows what is ready, being read or failed; on a terminal it stays current until Ctrl-C.

  --ready             also list the documents that are ready
  --json              print one JSON object and exit
  --confirm-removals  carry out the removal of many documents at once, which is held until confirmed
  --help              show this

exit codes: 0 shown, 1 askbox is not running, 2 wrong options
`,
  pt: `uso: npm run status [-- opções]

Mostra o que está pronto, em leitura ou com falha; em um terminal, fica atualizado até Ctrl-C.

  --ready             lista também os documentos prontos
  --json              imprime um objeto JSON e termina
  --confirm-removals  remove de uma vez os muitos documentos cuja remoção espera confirmação
  --help              mostra isto

códigos de saída: 0 mostrado, 1 o askbox não está em execução, 2 opções erradas
`,
});
/** Shortest time between two redraws of a terminal. */
const REDRAW_MS = 250;
const API_TIMEOUT_MS = 2000;
/** Width of what is written to a file or another program. */
const PRINTED_COLUMNS = 100;

const { values: options } = readCommandLine(
  USAGE,
  {
    ready: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'confirm-removals': { type: 'boolean', default: false },
  },
  0,
);
const { json, ready: listsReady } = options;
const config = loadConfigOrExit();
const language = terminalLanguage(process.env);
const isPortuguese = language === 'pt';
const watcher = { url: config.watcherUrl, keyFile: config.internalKeyFile };

// The reader is gone, as in `npm run status | head`.
process.stdout.on('error', () => process.exit(0));

if (options['confirm-removals']) await confirmRemovals();
await follow();

async function confirmRemovals(): Promise<void> {
  const command = { type: 'resume', confirmRemovals: true } as const;
  await sendCommand(watcher, command, new AbortController().signal).catch((error: unknown) => fail(messageOf(error)));
  console.error(
    isPortuguese
      ? 'confirmado: a próxima verificação remove os documentos cujos arquivos sumiram'
      : 'confirmed: the next scan removes the documents whose files are missing',
  );
}

/** Prints the status once; on a terminal, keeps it current until interrupted. */
async function follow(): Promise<void> {
  const documents = new Map<string, DocumentState>();
  const progress = new Map<string, number>();
  let ingestion: IngestionState | undefined;
  let screen: Screen | undefined;
  const stop = new AbortController();

  const show = (lost: string | null): void => {
    if (ingestion === undefined || stop.signal.aborted) return;
    const latest = ingestion;
    const status = (): Status => statusOf([...documents.values()], progress, latest, settings());
    if (!json && process.stdout.isTTY) {
      screen ??= openScreen(() => stop.abort());
      return screen.draw(status, lost);
    }
    stop.abort();
    if (json) console.log(JSON.stringify(status()));
    else
      console.log(
        renderStatus(status(), { columns: PRINTED_COLUMNS, rows: Infinity, listsReady }, language).join('\n'),
      );
  };

  await followWatcher({
    ...watcher,
    signal: stop.signal,
    log: silentLog,
    onSnapshot: (snapshot) => {
      documents.clear();
      for (const document of snapshot.documents) documents.set(document.id, document);
      ({ ingestion } = snapshot);
      show(null);
    },
    onEvent: (event) => {
      if (event.type === 'document') {
        documents.set(event.document.id, event.document);
        if (!isBeingRead(event.document)) progress.delete(event.document.id);
      } else if (event.type === 'removed') documents.delete(event.document.id);
      else if (event.type === 'progress') progress.set(event.progress.id, event.progress.progress);
      else ({ ingestion } = event);
      show(null);
    },
    onLost: (reason) => {
      if (ingestion === undefined) void explainAbsence(reason).then(fail);
      else show(reason);
    },
  });
  screen?.close();
}

interface Screen {
  /**
   * @param status called when the frame is drawn.
   * @param lost why the watcher cannot be followed now; null while it can.
   */
  draw(status: () => Status, lost: string | null): void;
  close(): void;
}

/** Switches to the terminal's alternate screen, so that the previous content is back afterwards. */
function openScreen(onInterrupt: () => void): Screen {
  const { stdout } = process;
  let latest = (): readonly string[] => [];
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    // Clears each line to its end, then all lines below: nothing flickers, and a longer frame leaves nothing behind.
    stdout.write(`\u001b[H${latest().join('\u001b[K\n')}\u001b[K\u001b[J`);
  };
  const redraw = (): void => {
    timer ??= setTimeout(write, REDRAW_MS);
  };
  stdout.write('\u001b[?1049h\u001b[?25l');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onInterrupt);
  stdout.on('resize', redraw);
  return {
    draw(status, lost) {
      const note = noteBelow(lost);
      latest = () => {
        const { columns, rows } = stdout;
        return [
          ...renderStatus(status(), { columns, rows: rows - 2, listsReady }, language),
          '',
          keepEnd(note, columns),
        ];
      };
      redraw();
    },
    close() {
      clearTimeout(timer);
      stdout.write('\u001b[?25h\u001b[?1049l');
    },
  };
}

function settings(): StatusSettings {
  return { meaningOffBecause: meaningOff(), usesQdrant: config.qdrant !== null };
}

/** Why nothing can be found by meaning, as far as settings and models folder say. */
function meaningOff(): MeaningOff | null {
  if (config.embedder === 'none') return 'SWITCHED_OFF';
  return config.embedder === 'auto' && installedEmbedders(config.modelsDir).length === 0 ? 'NO_MODEL' : null;
}

function noteBelow(lost: string | null): string {
  if (lost !== null) return `${isPortuguese ? 'o watcher não responde' : 'the watcher cannot be reached'}: ${lost}`;
  return isPortuguese
    ? 'Ctrl-C fecha esta tela; o askbox continua funcionando'
    : 'Ctrl-C closes this view; askbox keeps running';
}

/** Explains that the watcher cannot be reached: whether the API is running, and what to do. */
async function explainAbsence(reason: string): Promise<string> {
  const url = apiUrlOf(config);
  const isApiUp = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(API_TIMEOUT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isPortuguese) {
    return isApiUp
      ? `o watcher não está funcionando (${reason}); a API em ${url} continua respondendo com o que já foi lido; reinicie o askbox com: npm start`
      : `o askbox não está funcionando; inicie-o com: npm start (o watcher não responde: ${reason})`;
  }
  if (!isApiUp) return `askbox is not running; start it with: npm start (the watcher cannot be reached: ${reason})`;
  return `the watcher is not running (${reason}); the API at ${url} still answers from the documents read so far; restart askbox with: npm start`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
