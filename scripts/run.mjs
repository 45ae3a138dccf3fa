// Runs a command of askbox on any machine: `node scripts/run.mjs <command> [arguments]`. Plain JavaScript that an old
// Node understands: it installs what is missing, then hands over to Node 24, which runs TypeScript as it is.
// package.json calls it for every npm command, because with install scripts off npm runs no `pre` scripts.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [24, 15];

const COMMANDS = {
  start: ['scripts/start.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  check: ['scripts/check.ts'],
  ask: ['scripts/ask.ts'],
  mcp: ['scripts/mcp.ts'],
  status: ['scripts/status.ts'],
  models: ['scripts/models.ts'],
  backup: ['scripts/backup.ts'],
  restore: ['scripts/restore.ts'],
  autostart: ['scripts/autostart.ts'],
  doctor: ['scripts/doctor.ts'],
  bench: ['scripts/bench.ts'],
  eval: ['eval/main.ts'],
  torture: ['scripts/torture.ts'],
  screenshots: ['scripts/screenshots.ts'],
  format: ['node_modules/oxfmt/bin/oxfmt'],
  codegen: ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.config.ts'],
};

/** Commands that need the page for people; see web/. */
const WITH_PAGE = ['start', 'test', 'screenshots'];

/** The terminal speaks Portuguese where the locale is: `terminalLanguage` in scripts/terminal/text.ts, for an old Node. */
const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const isPortuguese = /^pt\b|^pt_/i.test(LC_ALL || LC_MESSAGES || LANG || '');
const spoken = (en, pt) => (isPortuguese ? pt : en);

const USAGE = spoken(
  `usage: npm run <command> [-- options]    or, without npm's own lines: node scripts/run.mjs <command> [options]

  start    run askbox in this terminal
  ask      ask a question, or begin a conversation
  status   show what is ready, being read or failed
  doctor   explain why a file is or is not in the index
  models   list, download and remove models
  backup   copy what askbox knows into a folder, also while it runs
  restore  bring such a copy back
  autostart  start askbox when you log in
  eval     measure answers and retrieval with your own questions
  bench    measure speed
  torture  edit a folder at random, kill and compare
  check, test, format, codegen    for those who change askbox

npm run <command> -- --help shows the options of a command.`,
  `uso: npm run <comando> [-- opções]    ou, sem as linhas do próprio npm: node scripts/run.mjs <comando> [opções]

  start    executa o askbox neste terminal
  ask      faz uma pergunta, ou começa uma conversa
  status   mostra o que está pronto, em leitura ou com falha
  doctor   explica por que um arquivo está ou não no índice
  models   lista, baixa e remove modelos
  backup   copia o que o askbox sabe para uma pasta, também durante a execução
  restore  traz de volta uma cópia dessas
  autostart  inicia o askbox quando você entra no sistema
  eval     mede respostas e busca com as suas próprias perguntas
  bench    mede a velocidade
  torture  edita uma pasta ao acaso, mata e compara
  check, test, format, codegen    para quem muda o askbox

npm run <comando> -- --help mostra as opções de um comando.`,
);

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [command, ...rest] = process.argv.slice(2);
const isHelp = (argument) => argument === '--help' || argument === '-h';
if (command === undefined || isHelp(command)) {
  console.log(USAGE);
  process.exit(0);
}
if (!Object.hasOwn(COMMANDS, command)) {
  console.error(`${spoken('There is no command', 'Não existe o comando')} '${command}'\n\n${USAGE}`);
  process.exit(2);
}

installIfNeeded();
const needsPage = WITH_PAGE.includes(command) || (command === 'bench' && rest[0] === 'page');
if (needsPage && !rest.some(isHelp)) buildPageIfNeeded();
// Node keeps what it has compiled and the types it has stripped, so that a process starts in half the CPU time. Beside the
// packages, because whoever can write there can change what runs anyway.
const env = { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node-compile-cache'), ...process.env };
const child = spawn(findNode(), [...COMMANDS[command], ...rest], { cwd: root, env, stdio: 'inherit' });
// A terminal signals the whole group, a supervisor only us: passing it on makes both work.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

function installIfNeeded() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  // The standard output of `mcp` is a protocol, and its standard input that of the client.
  const isProtocol = command === 'mcp';
  const say = isProtocol ? console.error : console.log;
  say(
    spoken(
      'askbox: installing packages (about 1 GB, once; later starts take seconds) ...',
      'askbox: instalando pacotes (cerca de 1 GB, uma vez; depois iniciar leva segundos) ...',
    ),
  );
  // At this level npm does not warn about the Node version, which `findNode` takes care of.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: isProtocol ? ['ignore', 2, 2] : 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status === 0) return;
  fail(
    spoken(
      'npm ci failed, see above; check the network (npm ping) and run the same command again',
      'npm ci falhou, veja acima; confira a rede (npm ping) e execute o mesmo comando de novo',
    ),
  );
}

/** Builds the page if it is missing or older than what it is made from. Takes a second or two. */
function buildPageIfNeeded() {
  const web = path.join(root, 'web');
  const built = path.join(web, 'dist', 'index.html');
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // A copy without the sources, such as a container, has a page that was built elsewhere.
  if (!existsSync(path.join(web, 'index.html')) || !existsSync(vite)) return;
  const newest = Math.max(modifiedAt(path.join(root, 'package-lock.json')), newestBelow(web));
  if (existsSync(built) && modifiedAt(built) >= newest) return;
  console.log(spoken('askbox: building the page ...', 'askbox: montando a página ...'));
  const build = spawnSync(findNode(), [vite, 'build', 'web', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' });
  if (build.status === 0) return;
  // Everything else works without it, and `/` says that it is missing.
  console.error(
    spoken(
      'askbox: the page could not be built, see above; the GraphQL playground and npm run ask work without it',
      'askbox: não foi possível montar a página, veja acima; o playground do GraphQL e npm run ask funcionam sem ela',
    ),
  );
}

/** Folders count too: deleting or renaming a file changes only them. */
function newestBelow(folder) {
  let newest = modifiedAt(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue;
    const file = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestBelow(file) : modifiedAt(file));
  }
  return newest;
}

function modifiedAt(file) {
  return statSync(file).mtimeMs;
}

/** Returns this Node if it is new enough, or else the one that was installed with the packages. */
function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = path.join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  const [oldest, platform] = [OLDEST_NODE.join('.'), `${process.platform}-${process.arch}`];
  return fail(
    spoken(
      `askbox needs Node ${oldest} or newer; this is ${process.versions.node}, and no packaged one exists for ${platform}; ` +
        'install Node 24 from nodejs.org and run the same command again',
      `o askbox precisa do Node ${oldest} ou mais novo; este é o ${process.versions.node}, e não há um empacotado para ` +
        `${platform}; instale o Node 24 de nodejs.org e execute o mesmo comando de novo`,
    ),
  );
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
