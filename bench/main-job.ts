/**
 * Measures the main job as a new user experiences it: the time from start to ready and from a drop to an answer, and
 * the memory at rest; with --install also what a fresh clone costs. Real processes, real files, no model. The figures
 * hold for this machine at this moment.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makePdf } from '../tests/fixtures/make-pdf.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: { json: { type: 'boolean', default: false }, install: { type: 'boolean', default: false } },
});

const root = path.dirname(import.meta.dirname);
const SMALL_FILES = 300;
const GIVE_UP_MS = 120_000;
const PROCESS_NAMES = [
  ['scripts/start.ts', 'supervisor'],
  ['watcher/main.ts', 'watcher'],
  ['graphql-api/main.ts', 'api'],
  ['extract-process.ts', 'extractors'],
] as const;

const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
const inbox = path.join(work, 'inbox');
mkdirSync(inbox);
const port = 20_000 + Math.floor(Math.random() * 20_000);
const url = `http://127.0.0.1:${port}`;

const figures: Record<string, number> = {};
if (flags.install) Object.assign(figures, await measureInstall());
let askbox: ChildProcess | undefined;
try {
  figures['startToReadyMs'] = await timed(async () => {
    askbox = start();
    await until(isReady);
  });

  figures['noteToAnswerableMs'] = await timed(async () => {
    writeFileSync(path.join(inbox, 'nota.md'), '# Garantia\n\nO liquidificador Zafira tem garantia de 27 meses.\n');
    await until(() => isAnswered('Qual é a garantia do liquidificador Zafira?', /27 meses/));
  });

  figures['pdfToAnswerableMs'] = await timed(async () => {
    writeFileSync(
      path.join(inbox, 'manual.pdf'),
      makePdf(['Instalacao do Quorlim.', 'A senha do Quorlim fica na etiqueta violeta.']),
    );
    await until(() => isAnswered('Onde fica a senha do Quorlim?', /violeta/));
  });

  figures[`files${SMALL_FILES}ToReadyMs`] = await timed(async () => {
    for (let i = 0; i < SMALL_FILES; i++) {
      writeFileSync(
        path.join(inbox, `ficha-${i}.md`),
        `# Ficha ${i}\n\nO produto ${i} custa ${i * 7} reais e pesa ${i % 13} kg.\n`,
      );
    }
    await until(async () => (await countReady()) >= SMALL_FILES + 2);
  });

  await sleep(5000); // at rest: nothing left to read, the extractors idle
  Object.assign(figures, memoryAtRest(askbox!.pid!));
} finally {
  askbox?.kill('SIGTERM');
  if (askbox && askbox.exitCode === null) await new Promise((resolve) => askbox!.once('exit', resolve));
  rmSync(work, { recursive: true, force: true });
}

console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

function start(): ChildProcess {
  return spawn(process.execPath, [path.join(root, 'scripts/start.ts')], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      ASKBOX_INBOX: inbox,
      ASKBOX_DATA: path.join(work, 'data'),
      ASKBOX_PORT: String(port),
      ASKBOX_WATCHER_PORT: String(port + 1),
      ASKBOX_MODEL: 'none',
    },
  });
}

async function isReady(): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok;
}

async function isAnswered(question: string, fact: RegExp): Promise<boolean> {
  const data = await query('query ($q: String!) { ask(input: { question: $q }) { text } }', { q: question });
  return fact.test(JSON.stringify(data));
}

async function countReady(): Promise<number> {
  const data = await query('{ documents(first: 1, filter: { status: [READY] }) { totalCount } }');
  return Number(/"totalCount":(\d+)/.exec(JSON.stringify(data))?.[1] ?? 0);
}

async function query(text: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt)
      throw new Error(`${holds.name || 'the condition'} was not met within ${GIVE_UP_MS} ms`);
    await sleep(50);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.round(performance.now() - startedMs);
}

/** Returns the resident megabytes of every process below `npm start`, as `ps` shows them; nothing except on Linux. */
function memoryAtRest(parentPid: number): Record<string, number> {
  if (process.platform !== 'linux') return {};
  const children = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match === null ? [] : { pid: Number(match[1]), parent: Number(match[2]), kib: Number(match[3]), args: match[4]! },
    );
  const family = new Set([parentPid]);
  for (const child of children) if (family.has(child.parent)) family.add(child.pid);
  for (const child of children) if (family.has(child.parent)) family.add(child.pid);
  const megabytes: Record<string, number> = {};
  for (const { pid, kib, args } of children) {
    if (!family.has(pid)) continue;
    const name = PROCESS_NAMES.find(([file]) => args.includes(file))?.[1] ?? 'other';
    megabytes[`${name}RestMB`] = (megabytes[`${name}RestMB`] ?? 0) + Math.round(kib / 1024);
  }
  return megabytes;
}

/** Installs a fresh clone of HEAD, with the network and npm cache of this machine. */
async function measureInstall(): Promise<Record<string, number>> {
  const clone = path.join(work, 'clone');
  execFileSync('git', ['clone', '--quiet', root, clone]);
  const installMs = await timed(async () => {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: clone });
  });
  const kib = Number(
    execFileSync('du', ['-sk', path.join(clone, 'node_modules')], { encoding: 'utf8' }).split('\t')[0],
  );
  return { installSeconds: Math.round(installMs / 1000), nodeModulesMB: Math.round(kib / 1024) };
}
