/**
 * Measures how fast files are read, in the watcher's extraction process:
 *
 *   npm run bench -- extract [--pages 1000] [--files 200] [--folder <folder>] [--rivals] [--json]
 *
 * Reads a PDF of many pages, one of five scanned pages, and small files of eight formats, all made in code; with
 * --folder, the files of a folder instead of the small ones. With --rivals, officeparser is installed from npm into a
 * temporary folder and reads the same PDF, and those of the small files that it can, in the same run; markitdown, which
 * is no npm package, reads the PDF if it is installed as a program. CPU times are those of all threads: other load on the
 * machine barely changes them. Linux only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureExtraction, type FileResult } from '../eval/extraction/measure-extraction.ts';
import { installOfficeparser, OFFICEPARSER, secondsOfOfficeparser } from './extract/officeparser.ts';
import { sampleDocx, samplePdf, scannedPdf, zipOf } from '../watcher/testing/files.ts';
import { drawnPage } from '../watcher/testing/pictures.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    pages: { type: 'string', default: '1000' },
    files: { type: 'string', default: '200' },
    folder: { type: 'string' },
    rivals: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const LINES_A_PAGE = 45;
const SCANNED_PAGES = 5;
/** Formats of the small files that officeparser reads as well. */
const SHARED_FORMATS = new Set(['pdf', 'docx', 'html', 'csv', 'md']);

const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
const figures: Record<string, number> = {};
const note = (name: string, value: number): void => void (figures[name] = Number(value.toFixed(value < 10 ? 2 : 0)));
try {
  await run(Number(flags.pages), Number(flags.files));
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

async function run(pageCount: number, fileCount: number): Promise<void> {
  const bookName = '2 book.pdf';
  // They are read in the order of their names: the first one pays for the start of the process and the parser.
  write('1 warm-up.pdf', samplePdf([['Um.']]));
  write(bookName, samplePdf(Array.from({ length: pageCount }, (_, page) => linesOf(page))));
  const scans = Array.from({ length: SCANNED_PAGES }, (_, page) => drawnPage(linesOf(page).slice(0, 25)));
  write('3 scan.pdf', scannedPdf(scans.map((scan) => scan.toBuffer('image/jpeg'))));
  for (let i = 0; i < fileCount && flags.folder === undefined; i++) write(...smallFile(i));

  const results = await measureExtraction(work);
  const [, book, scan, ...made] = results;
  const small = flags.folder === undefined ? made : await measureExtraction(flags.folder);
  note('pagesPerCpuSecond', pageCount / cpuSecondsOf([book!]));
  note('scannedPagesPerCpuSecond', SCANNED_PAGES / cpuSecondsOf([scan!]));
  note('files', small.length);
  note('filesFailed', small.filter(({ failure }) => failure !== null).length);
  note('filesPerCpuSecond', small.length / cpuSecondsOf(small));
  note('peakMB', Math.max(...results.map(({ peakMb }) => peakMb)));
  if (!flags.rivals) return;
  const ours = small.filter(({ failure, format }) => failure === null && SHARED_FORMATS.has(format));
  compareWithOfficeparser(book!, flags.folder === undefined ? ours : []);
  const cpuSeconds = cpuSecondsOfProgram('markitdown', path.join(work, bookName));
  if (cpuSeconds === null) console.log('markitdown is skipped: it is not installed, or cannot read the PDF');
  else note('pagesRelativeTo:markitdown', cpuSeconds / cpuSecondsOf([book!]));
}

/** @param ours the small files that we have read, in the formats that it reads too. */
function compareWithOfficeparser(book: FileResult, ours: readonly FileResult[]): void {
  const folder = path.join(work, '..', `${path.basename(work)}-rivals`);
  mkdirSync(folder);
  try {
    const problem = installOfficeparser(folder);
    if (problem !== null) return console.log(`${OFFICEPARSER} is skipped: ${problem}`);
    console.log(`beside ${OFFICEPARSER}, installed from npm for this run`);
    const fileOf = ({ path: name }: FileResult): string => path.join(work, name);
    // The first file of each format pays for its parser, in both.
    const firsts = ours.slice(0, SHARED_FORMATS.size);
    const others = ours.slice(firsts.length);
    const warmUp = [path.join(work, '1 warm-up.pdf'), ...firsts.map(fileOf)];
    const [bookSeconds = null, ...seconds] = secondsOfOfficeparser(folder, warmUp, [book, ...others].map(fileOf));
    if (bookSeconds === null) console.log(`${OFFICEPARSER} cannot read the PDF`);
    else note('pagesRelativeTo:officeparser', bookSeconds / cpuSecondsOf([book]));
    // Only files that both have read.
    const both = others.flatMap((result, i) => (typeof seconds[i] === 'number' ? { result, seconds: seconds[i] } : []));
    if (both.length === 0) return;
    note('filesOfBoth:officeparser', both.length);
    const theirSeconds = both.reduce((sum, each) => sum + each.seconds, 0);
    note('filesRelativeTo:officeparser', theirSeconds / cpuSecondsOf(both.map(({ result }) => result)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(name: string, content: Buffer | string): void {
  const file = path.join(work, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function linesOf(page: number): readonly string[] {
  return Array.from({ length: LINES_A_PAGE }, (_, i) => {
    const number = page * LINES_A_PAGE + i;
    return `${number}. O aluguel da sala ${number} vence no dia ${1 + (number % 28)} e custa R$ ${800 + (number % 900)}.`;
  });
}

/** Returns the name and the content of a file with one page of text; eight formats take turns. */
function smallFile(i: number): readonly [name: string, content: Buffer | string] {
  const lines = linesOf(i);
  const text = lines.join('\n');
  const paragraphs = (open: string, close: string): string => lines.map((line) => open + line + close).join('');
  const kinds: readonly (readonly [extension: string, make: () => Buffer | string])[] = [
    ['pdf', () => samplePdf([lines])],
    ['docx', () => sampleDocx(paragraphs('<w:p><w:r><w:t>', '</w:t></w:r></w:p>'))],
    ['html', () => `<!doctype html><title>Salas</title><body>${paragraphs('<p>', '</p>')}`],
    ['md', () => `# Salas\n\n${text}\n`],
    ['csv', () => `sala;dia;valor\n${lines.map((_, row) => `${row};${1 + (row % 28)};${800 + row}`).join('\n')}\n`],
    ['eml', () => `From: Ana <ana@a.br>\nTo: Rui <rui@a.br>\nSubject: Salas ${i}\nMIME-Version: 1.0\n\n${text}\n`],
    ['zip', () => zipOf({ 'salas.txt': text })],
    ['txt', () => text],
  ];
  const [extension, make] = kinds[i % kinds.length]!;
  return [`small/${i}.${extension}`, make()];
}

function cpuSecondsOf(results: readonly FileResult[]): number {
  return results.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Returns the CPU time of a program that reads a file, with its start; null if it is not there or fails. */
function cpuSecondsOfProgram(program: string, file: string): number | null {
  // The second line of `times` has what the programs that the shell has started used, such as 0m1.20s 0m0.10s.
  const script = '"$0" "$1" >/dev/null 2>&1 || exit 1; times';
  const { status, stdout } = spawnSync('/bin/sh', ['-c', script, program, file], { encoding: 'utf8' });
  const used = stdout.split('\n')[1]?.matchAll(/(\d+)m([\d.]+)s/g);
  if (status !== 0 || used === undefined) return null;
  return [...used].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
