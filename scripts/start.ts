import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { EXIT_CONFIG, WATCHER_NODE_ARGS } from '#shared/lifecycle.ts';
import { wantedModels } from './models/wanted-models.ts';
import { loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import { findRunning } from './terminal/find-running.ts';
import { formatLogLine } from './terminal/format-log-line.ts';
import { offerLlama } from './models/offer-llama.ts';
import { describeModel } from './models/pull-aloud.ts';
import { spoken, terminalLanguage } from './terminal/text.ts';
import { waitUntilReady } from './terminal/wait-until-ready.ts';
import { isIndexed, welcome } from './terminal/welcome.ts';

const USAGE = spoken({
  en: `usage: npm start [-- options]

Runs askbox in this terminal until Ctrl-C. Settings come from the environment or .env; see docs/configuration.md.

  --offer  offer a Llama model again, after a no
  --help   show this

exit codes: 0 stopped, or already running in this folder; 78 something has to be changed first, such as a setting
`,
  pt: `uso: npm start [-- opções]

Executa o askbox neste terminal até Ctrl-C. As configurações vêm do ambiente ou de .env; veja docs/configuration.md.

  --offer  oferece de novo um modelo Llama, depois de um não
  --help   mostra isto

códigos de saída: 0 parado, ou já em execução nesta pasta; 78 é preciso mudar algo antes, por exemplo uma configuração
`,
});

/**
 * Delay before a service that died is restarted; it doubles each time, and starts over once a service has run for a
 * minute.
 */
const RESTART_MS = { first: 1000, max: 30_000, forgetAfter: 60_000 };
/**
 * A second Ctrl-C kills the services. It counts only after this time: npm and the terminal may deliver the first one
 * twice.
 */
const SECOND_SIGNAL_AFTER_MS = 1500;

const SERVICES = [
  { name: 'watcher', main: 'watcher/main.ts', colour: 'cyan', nodeArgs: WATCHER_NODE_ARGS },
  { name: 'api', main: 'graphql-api/main.ts', colour: 'magenta', nodeArgs: [] },
] as const;
type Service = (typeof SERVICES)[number];
/** The child that downloads models; it exits when they are installed. */
const PULL = { name: 'models', colour: 'yellow' } as const;

/** While a question stays open, so many of the latest lines are kept. */
const MOST_HELD_LINES = 1000;
/** The log is calm after so long without a line. */
const CALM_MS = 3000;

const root = path.dirname(import.meta.dirname);
/** Distinguishes our services from those of another askbox on the same ports. */
const instance = randomUUID();
const running = new Map<string, ChildProcess>();
let stoppedAtMs: number | undefined;
/** What waits to be printed until a question is answered; null while nothing waits. */
let heldLines: string[] | null = null;
/** Lines that the services have printed so far. */
let loggedLines = 0;

const { values: options } = readCommandLine(USAGE, { offer: { type: 'boolean', default: false } }, 0);
const config = loadConfigOrExit();
const language = terminalLanguage(process.env);
const isPortuguese = language === 'pt';
const runningUrl = await findRunning(config);
if (runningUrl !== null) {
  say(
    isPortuguese
      ? `o askbox já está em execução nesta pasta: ${runningUrl}\npara parar, tecle Ctrl-C onde ele foi iniciado`
      : `askbox already runs in this folder: ${runningUrl}\nto stop it, press Ctrl-C where it was started`,
  );
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
for (const service of SERVICES) keepAlive(service, RESTART_MS.first);
pullWanted();
const isReady = await waitUntilReady(config, instance, () => stoppedAtMs === undefined);
if (isReady) {
  const first = await welcome(config, language);
  say(first);
  holdLog();
  const llama = await offerLlama(config, { root, say, language, isWanted: options.offer }).finally(releaseLog);
  if (llama !== null) pull([llama]);
  await welcomeAgain(first);
}

/**
 * The first indexing pushes the welcome off the screen, and only after it there is a document to ask about: shows it
 * again once everything has been read and the log is calm. Not if nothing was printed since and it says the same.
 */
async function welcomeAgain(first: string): Promise<void> {
  const linesAtFirst = loggedLines;
  let linesBefore = -1;
  while (stoppedAtMs === undefined) {
    await sleep(CALM_MS);
    const isCalm = loggedLines === linesBefore && (await isIndexed(config));
    linesBefore = loggedLines;
    if (!isCalm) continue;
    const latest = await welcome(config, language);
    if (loggedLines > linesAtFirst || latest !== first) say(latest);
    return;
  }
}

function keepAlive(service: Service, backoffMs: number): void {
  const startedMs = Date.now();
  const child = spawn(
    process.execPath,
    [...service.nodeArgs, '--disable-warning=ExperimentalWarning', path.join(root, service.main)],
    {
      cwd: root,
      env: { ...process.env, ASKBOX_INSTANCE: instance },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // a service ends when this channel does, so none outlives a killed npm start
    },
  );
  running.set(service.name, child);
  for (const stream of [child.stdout, child.stderr]) printLines(service, stream);
  child.on('exit', (code, signal) => {
    running.delete(service.name);
    if (stoppedAtMs !== undefined) return exitWhenAllStopped(0);
    if (code === EXIT_CONFIG) {
      stop();
      return exitWhenAllStopped(EXIT_CONFIG);
    }
    const waitMs = Date.now() - startedMs > RESTART_MS.forgetAfter ? RESTART_MS.first : backoffMs;
    const how = signal ?? (isPortuguese ? `código de saída ${code}` : `exit code ${code}`);
    sayInLog(
      isPortuguese
        ? `${service.name} parou (${how}); reinício em ${waitMs / 1000} s`
        : `${service.name} has stopped (${how}); restarting it in ${waitMs / 1000} s`,
    );
    setTimeout(() => {
      if (stoppedAtMs === undefined) keepAlive(service, Math.min(waitMs * 2, RESTART_MS.max));
    }, waitMs);
  });
}

function pullWanted(): void {
  const wanted = wantedModels(config);
  if (!config.isOffline) return pull(wanted.map(({ model }) => model.name));
  for (const { model, setting } of wanted) {
    if (isPortuguese) {
      say(
        `não instalado: ${describeModel(model, language)}, que ${setting} pede; o askbox funciona sem ele, porque ASKBOX_OFFLINE é true\n` +
          'copie os arquivos de uma máquina com internet e execute: npm run models -- import <pasta ou arquivo>',
      );
      continue;
    }
    const notice = `not installed: ${describeModel(model, language)}, which ${setting} asks for; askbox runs without it, because ASKBOX_OFFLINE is true`;
    say(`${notice}\ncopy its files from a machine with internet, then run: npm run models -- import <folder or file>`);
  }
}

/** Downloads models in a child process, so that neither gigabytes nor a hanging network hold up the supervisor. */
function pull(names: readonly string[]): void {
  if (names.length === 0 || stoppedAtMs !== undefined) return;
  const args = ['--disable-warning=ExperimentalWarning', path.join(root, 'scripts/pull-models.ts'), ...names];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const key = names.join();
  running.set(key, child);
  for (const stream of [child.stdout, child.stderr]) printLines(PULL, stream);
  child.on('exit', () => {
    running.delete(key);
    if (stoppedAtMs !== undefined) exitWhenAllStopped(0);
  });
}

function stop(): void {
  const isSecond = stoppedAtMs !== undefined && Date.now() - stoppedAtMs > SECOND_SIGNAL_AFTER_MS;
  stoppedAtMs ??= Date.now();
  releaseLog();
  for (const child of running.values()) child.kill(isSecond ? 'SIGKILL' : 'SIGTERM');
  exitWhenAllStopped(0);
}

function exitWhenAllStopped(code: number): void {
  process.exitCode ||= code;
  if (running.size === 0) process.exit();
}

function printLines({ name, colour }: Service | typeof PULL, stream: Readable | null): void {
  if (stream === null) return;
  const prefix = styleText(colour, name.padEnd(7));
  createInterface({ input: stream }).on('line', (line) => {
    loggedLines++;
    printLine(`${prefix} ${formatLogLine(line)}`);
  });
}

/** Makes the log wait, so that it does not push a question away. */
function holdLog(): void {
  heldLines = [];
}

function releaseLog(): void {
  const lines = heldLines ?? [];
  heldLines = null;
  for (const line of lines) console.log(line);
}

function printLine(line: string): void {
  if (heldLines === null) return console.log(line);
  heldLines.push(line);
  if (heldLines.length > MOST_HELD_LINES) heldLines.shift();
}

function say(text: string): void {
  console.log(withPrefix(text));
}

/** Like `say`, but waits with the log. */
function sayInLog(text: string): void {
  printLine(withPrefix(text));
}

function withPrefix(text: string): string {
  return text.replaceAll(/^/gm, `${styleText('green', 'askbox'.padEnd(7))} `);
}
