/**
 * Compares askbox with other tools that search or read files on one's own machine, without any model: qmd,
 * mcp-local-rag, LangChain.js and officeparser. They are installed from npm, with your npm settings, into a temporary
 * folder, and get the same made folder and the same questions in the same run. Prints a Markdown table; a number in
 * brackets says how many times better askbox is. Linux only. Installs about 4 GB and takes some 20 minutes.
 *
 *   npm run bench -- peers [--files 1500] [--only qmd,officeparser] [--packages <folder>] [--json]
 *
 * --only compares with these alone; --packages keeps what was installed in this folder, and uses what is there. A tool
 * that cannot be installed is skipped aloud.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '#shared/errors.ts';
import { markdownTable, rowsBehind, type Cells } from './peers/cells.ts';
import { makeFolder } from './peers/folder.ts';
import { MEASURED, measureOurs, ROWS, type Setting } from './peers/measure.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    files: { type: 'string', default: '1500' },
    only: { type: 'string', default: Object.keys(MEASURED).join(',') },
    packages: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const peers = flags.only.split(',').flatMap((name) => MEASURED[name] ?? []);
if (peers.length !== flags.only.split(',').length) {
  console.error(`--only takes some of these names, comma-separated: ${Object.keys(MEASURED).join(',')}`);
  process.exit(2);
}
const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-peers-'));
const packages = path.resolve(flags.packages ?? path.join(work, 'packages'));
mkdirSync(packages, { recursive: true });
const columns = new Map<string, Cells>();
try {
  const setting: Setting = { work, packages, made: makeFolder(Number(flags.files)) };
  columns.set('askbox', await measureOurs(setting));
  for (const peer of peers) {
    console.error(`measuring ${peer.packages.name} ...`);
    try {
      columns.set(peer.packages.name, await peer.measure(setting));
    } catch (error) {
      console.error(`${peer.packages.name} is skipped: ${messageOf(error)}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(markdownTable(ROWS, columns));
for (const { row, tool, times } of rowsBehind(ROWS, columns)) {
  console.log(`behind ${tool} by ${times.toFixed(1)}×: ${row.label}`);
}
if (flags.json) console.log(JSON.stringify(Object.fromEntries(columns)));
