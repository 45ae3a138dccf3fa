import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import { measureAskbox, readWithAskbox } from './askbox.ts';
import { figure, NEEDS_A_MODEL, part, wordsFound, type Cell, type Cells, type Row } from './cells.ts';
import { writeFolder, type Format, type MadeFolder } from './folder.ts';
import { start, type Found, type Job, type Texts } from './job.ts';
import {
  install,
  installAskbox,
  installedMB,
  LANGCHAIN,
  MCP_LOCAL_RAG,
  OFFICEPARSER,
  QMD,
  type Packages,
} from './packages.ts';

/** What all tools are measured with. */
export interface Setting {
  /** A temporary folder. */
  readonly work: string;
  /** Where the tools are installed. */
  readonly packages: string;
  readonly made: MadeFolder;
}

/** A tool that askbox is compared with. */
export interface Peer {
  readonly packages: Packages;
  /** Installs and measures it. */
  readonly measure: (setting: Setting) => Promise<Cells>;
}

const RENAMES = 1000;
const DOES_NOT_WATCH: Cell = { why: 'does not watch' };
const FORMATS: readonly Format[] = ['md', 'docx', 'pdf', 'csv'];

const INDEX_ROWS: readonly Row[] = [
  { key: 'firstSeconds', label: 'first index, s', better: 'less' },
  { key: 'firstCpu', label: 'first index, CPU s', better: 'less' },
  { key: 'againSeconds', label: 'second index, nothing changed, s', better: 'less' },
  { key: 'againCpu', label: 'second index, nothing changed, CPU s', better: 'less' },
  { key: 'watchingCpu', label: 'watching a minute, nothing changes, CPU s', better: 'less' },
  { key: 'editSeconds', label: 'one edit, s', better: 'less' },
  { key: 'editCpu', label: 'one edit, CPU s', better: 'less' },
  { key: 'renamesSeconds', label: '1,000 renames, s', better: 'less' },
  { key: 'renamesCpu', label: '1,000 renames, CPU s', better: 'less' },
  { key: 'searchCpuMs', label: 'one search, CPU ms', better: 'less' },
  { key: 'sentences', label: 'evidence in the first 3, questions as sentences', better: 'more' },
  { key: 'keywords', label: 'evidence in the first 3, questions as keywords', better: 'more' },
];
const READING_ROWS: readonly Row[] = [
  { key: 'filesRead', label: 'files read', better: 'more' },
  ...FORMATS.map((format): Row => ({ key: `words:${format}`, label: `words found, ${format}`, better: 'more' })),
  { key: 'readCpuMs', label: 'reading a file, CPU ms', better: 'less' },
];

export const ROWS: readonly Row[] = [
  { key: 'installMB', label: 'installed, MB', better: 'less' },
  ...INDEX_ROWS,
  ...READING_ROWS,
];

/** The tools by the names of the command line. */
export const MEASURED: Readonly<Record<string, Peer>> = {
  qmd: { packages: QMD, measure: measureQmd },
  'mcp-local-rag': { packages: MCP_LOCAL_RAG, measure: measureMcpLocalRag },
  langchain: { packages: LANGCHAIN, measure: measureLangchain },
  officeparser: { packages: OFFICEPARSER, measure: measureOfficeparser },
};

/** Measures askbox itself. */
export async function measureOurs({ work, packages, made }: Setting): Promise<Cells> {
  console.error('measuring askbox ...');
  const installMB = sizeOfOurs(path.join(packages, 'askbox'));
  const folder = path.join(work, 'askbox');
  mkdirSync(folder);
  const { first, again, rest, edit, renames, found } = await measureAskbox(
    folder,
    made,
    renamesOf(made),
    queriesOf(made),
  );
  writeFolder(path.join(work, 'read'), made);
  const { texts, cpuSeconds } = await readWithAskbox(path.join(work, 'read'), made.files);
  return {
    installMB,
    firstSeconds: figure(first.seconds),
    firstCpu: figure(first.cpuSeconds),
    againSeconds: figure(again.seconds),
    againCpu: figure(again.cpuSeconds),
    watchingCpu: figure((60 * rest.cpuSeconds) / rest.seconds),
    editSeconds: figure(edit.seconds),
    editCpu: figure(edit.cpuSeconds),
    renamesSeconds: figure(renames.seconds),
    renamesCpu: figure(renames.cpuSeconds),
    ...searchCells(made, found),
    ...readingCells(made, texts, cpuSeconds),
  };
}

function sizeOfOurs(clone: string): Cell {
  try {
    installAskbox(clone);
    return figure(installedMB(clone));
  } catch (error) {
    console.error(`the size of askbox is skipped: ${messageOf(error)}`);
    return { why: 'not installed' };
  }
}

async function measureQmd(setting: Setting): Promise<Cells> {
  const job = prepare(setting, QMD, 'qmd');
  const cells = indexCells(setting, 'qmd-process.ts', job);
  const texts = start<Texts>('qmd-process.ts', { ...job, phase: 'extract' });
  return {
    ...installCells(job),
    ...cells,
    ...readingCells(setting.made, texts.result, null),
    readCpuMs: { why: 'reads text files only' },
  };
}

async function measureLangchain(setting: Setting): Promise<Cells> {
  const job = prepare(setting, LANGCHAIN, 'langchain');
  const cells = indexCells(setting, 'langchain-process.ts', job);
  const { result, cpuSeconds } = start<Texts>('langchain-process.ts', { ...job, phase: 'extract' });
  return { ...installCells(job), ...cells, ...readingCells(setting.made, result, cpuSeconds) };
}

async function measureMcpLocalRag(setting: Setting): Promise<Cells> {
  const job = prepare(setting, MCP_LOCAL_RAG, 'mcp-local-rag');
  const { result, cpuSeconds } = start<Texts>('readers-process.ts', { ...job, phase: 'extract' });
  const reading = readingCells(setting.made, result, cpuSeconds);
  return {
    ...installCells(job),
    ...withoutIndex(NEEDS_A_MODEL),
    watchingCpu: DOES_NOT_WATCH,
    ...reading,
    'words:pdf': NEEDS_A_MODEL,
  };
}

async function measureOfficeparser(setting: Setting): Promise<Cells> {
  const job = prepare(setting, OFFICEPARSER, 'officeparser');
  const { result, cpuSeconds } = start<Texts>('readers-process.ts', { ...job, phase: 'extract' });
  const reading = readingCells(setting.made, result, cpuSeconds);
  return { ...installCells(job), ...withoutIndex({ why: 'no index' }), ...reading };
}

function withoutIndex(cell: Cell): Cells {
  return Object.fromEntries(INDEX_ROWS.map(({ key }) => [key, cell]));
}

/** Installs a tool and writes the folder for it. */
function prepare({ work, packages, made }: Setting, tool: Packages, name: string): Job {
  const installed = path.join(packages, name);
  install(installed, tool);
  const folder = path.join(work, name, 'files');
  rmSync(folder, { recursive: true, force: true });
  writeFolder(folder, made);
  const files = made.files.map((file) => file.path);
  return { phase: 'index', installed, folder, index: path.join(work, name, 'index'), queries: queriesOf(made), files };
}

function installCells({ installed }: Job): Cells {
  return { installMB: figure(installedMB(installed)) };
}

/** Indexes four times: the full folder, again, after an edit, and after the renames; then searches. */
function indexCells({ made }: Setting, processFile: string, job: Job): Cells {
  const at = (name: string): string => path.join(job.folder, name);
  const first = start(processFile, job);
  const again = start(processFile, job);
  const [edited] = made.files;
  writeFileSync(at(edited!.path), `${edited!.text}\nAgora com a palavra zafirolim.\n`);
  const edit = start(processFile, job);
  for (const [from, to] of renamesOf(made)) renameSync(at(from), at(to));
  const renames = start(processFile, job);
  const { result: found } = start<Found>(processFile, { ...job, phase: 'search' });
  for (const [from, to] of renamesOf(made)) renameSync(at(to), at(from));
  start(processFile, job); // back to the names that are read afterwards
  return {
    firstSeconds: figure(first.seconds),
    firstCpu: figure(first.cpuSeconds),
    againSeconds: figure(again.seconds),
    againCpu: figure(again.cpuSeconds),
    watchingCpu: DOES_NOT_WATCH,
    editSeconds: figure(edit.seconds),
    editCpu: figure(edit.cpuSeconds),
    renamesSeconds: figure(renames.seconds),
    renamesCpu: figure(renames.cpuSeconds),
    ...searchCells(made, found),
  };
}

/** The second and later notes, which are not the one that is edited. */
function renamesOf({ files }: MadeFolder): readonly (readonly [from: string, to: string])[] {
  const notes = files.filter(({ format }) => format === 'md').slice(1, RENAMES + 1);
  return notes.map((file) => [file.path, file.path.replace('nota-', 'novo-')]);
}

function queriesOf({ questions }: MadeFolder): readonly string[] {
  return [...questions.map(({ sentence }) => sentence), ...questions.map(({ keywords }) => keywords)];
}

function searchCells({ questions }: MadeFolder, { cpuMsEach, passages }: Found): Cells {
  const evident = (from: number): Cell => {
    const found = questions.filter(({ fact }, i) =>
      passages[from + i]!.slice(0, 3).some((text) => text.includes(fact)),
    );
    return part(found.length, questions.length);
  };
  return { searchCpuMs: figure(cpuMsEach), sentences: evident(0), keywords: evident(questions.length) };
}

/** @param cpuSeconds for all files that were read; null if reading is not separate from the rest. */
function readingCells({ files }: MadeFolder, texts: Texts, cpuSeconds: number | null): Cells {
  const words = FORMATS.map((format): [string, Cell] => {
    const counts = files
      .filter((file) => file.format === format)
      .map((file) => wordsFound(file.text, texts[file.path] ?? ''));
    const found = counts.reduce((sum, count) => sum + count.found, 0);
    const of = counts.reduce((sum, count) => sum + count.of, 0);
    return [`words:${format}`, { value: found / of, shown: `${((100 * found) / of).toFixed(1)}%` }];
  });
  const read = files.filter((file) => texts[file.path] !== undefined).length;
  const cost: Cells = cpuSeconds === null ? {} : { readCpuMs: figure((cpuSeconds * 1000) / read) };
  return { filesRead: part(read, files.length), ...Object.fromEntries(words), ...cost };
}
