import { parseArgs } from 'node:util';
import { loadConfig } from '#shared/config.ts';
import { messageOf } from '#shared/errors.ts';
import { silentLog } from '#shared/log.ts';
import type { DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { sendCommand } from '#shared/watcher-api/watcher-commands.ts';
import { isBeingRead, renderStatus, statusOf, type Status } from './terminal/render-status.ts';
import { keepEnd } from './terminal/text.ts';
import { apiUrlOf } from './terminal/wait-until-ready.ts';

const USAGE = `usage: npm run status [-- options]
  --json              print one JSON object and end
  --confirm-removals  take a sudden removal of many documents, which is held back, for real
`;
/** A terminal is drawn anew at most so often. */
const REDRAW_MS = 250;
const API_PATIENCE_MS = 2000;
/** Of what is printed into a file or another program. */
const PRINTED_COLUMNS = 100;

const config = loadConfig();
const { json, confirm } = readOptions();
const watcher = { url: config.watcherUrl, keyFile: config.internalKeyFile };

// `npm run status | head` has seen enough.
process.stdout.on('error', () => process.exit(0));

if (confirm) await confirmRemovals();
await follow();

function readOptions(): { readonly json: boolean; readonly confirm: boolean } {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, 'confirm-removals': { type: 'boolean', default: false } },
    });
    return { json: values.json, confirm: values['confirm-removals'] };
  } catch (error) {
    return fail(`${messageOf(error)}\n${USAGE}`);
  }
}

async function confirmRemovals(): Promise<void> {
  const command = { type: 'resume', confirmRemovals: true } as const;
  await sendCommand(watcher, command, new AbortController().signal).catch((error: unknown) => fail(messageOf(error)));
  console.error('confirmed: what is missing from the inbox is taken for removed by the next scan');
}

/** Prints the status once, or on a terminal again and again until it is interrupted. */
async function follow(): Promise<void> {
  const documents = new Map<string, DocumentState>();
  const progress = new Map<string, number>();
  let ingestion: IngestionState | undefined;
  let screen: Screen | undefined;
  const stop = new AbortController();

  const show = (lost: string | null): void => {
    if (ingestion === undefined || stop.signal.aborted) return;
    const latest = ingestion;
    const status = (): Status => statusOf([...documents.values()], progress, latest);
    if (!json && process.stdout.isTTY) {
      screen ??= openScreen(() => stop.abort());
      return screen.draw(status, lost);
    }
    stop.abort();
    if (json) console.log(JSON.stringify(status()));
    else console.log(renderStatus(status(), { columns: PRINTED_COLUMNS, rows: Infinity }).join('\n'));
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
  /** @param status is worked out when it is drawn. @param lost why the watcher is not followed any more; null while it is. */
  draw(status: () => Status, lost: string | null): void;
  close(): void;
}

/** The terminal's other page, so that what was on the screen is there again afterwards. */
function openScreen(onInterrupt: () => void): Screen {
  const { stdout } = process;
  let latest = (): readonly string[] => [];
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    // Each line is cleared to its end, then all below: nothing flickers, nothing of a longer frame stays.
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
      const note = lost === null ? 'Ctrl-C ends this view; askbox goes on' : `the watcher is not there now: ${lost}`;
      latest = () => {
        const { columns, rows } = stdout;
        return [...renderStatus(status(), { columns, rows: rows - 2 }), '', keepEnd(note, columns)];
      };
      redraw();
    },
    close() {
      clearTimeout(timer);
      stdout.write('\u001b[?25h\u001b[?1049l');
    },
  };
}

/** The watcher cannot be asked: whether anything of askbox runs, and what to do. */
async function explainAbsence(reason: string): Promise<string> {
  const url = apiUrlOf(config);
  const isApiUp = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(API_PATIENCE_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isApiUp) return `askbox is not running (${reason}); start it with: npm start`;
  return `the watcher is not running (${reason}); the API at ${url} still answers from what has been read; start askbox again with: npm start`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
