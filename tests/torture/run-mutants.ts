import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../fixtures/run-askbox.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import type { TortureReport } from './run-torture.ts';

/** The result for one mutant. */
export interface MutantReport {
  readonly mutant: string;
  readonly file: string;
  readonly test: string;
  /** What failed; null if nothing did, so that no test guards the safeguard. */
  readonly caughtBy: string | null;
}

/** A run that hangs is ended after this time, which counts as caught. */
const GIVE_UP_MS = 300_000;

/**
 * Removes one safeguard after another, in a copy of the sources only.
 * @param filter part of a mutant's name or file; '' selects all.
 */
export function* runMutants(filter: string): Generator<MutantReport> {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'askbox-mutants-'));
  try {
    // Copies what is committed, without changes in the working tree.
    execFileSync('sh', ['-c', `git archive HEAD | tar -x -C '${copy}'`], { cwd: root });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
    for (const mutant of MUTANTS.filter(({ name, file }) => `${name} ${file}`.includes(filter)))
      yield run(mutant, copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run({ name, file, from, to, test }: Mutant, copy: string): MutantReport {
  const place = path.join(copy, file);
  const source = readFileSync(place, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name}: ${file} does not contain this exactly once: ${from}`);
  writeFileSync(
    place,
    source.replace(from, () => to),
  );
  try {
    const find = (): string | null =>
      typeof test === 'string' ? firstFailure(test, copy) : firstProblem(test.kills, copy);
    // On a busy machine a test may fail now and then; without its safeguard it fails every time.
    const caughtBy = find() === null ? null : find();
    return { mutant: name, file, test: typeof test === 'string' ? test : `torture, ${test.kills} kills`, caughtBy };
  } finally {
    writeFileSync(place, source);
    endProcessesOf(copy);
  }
}

/** Ends the processes that a mutant without the safeguard has left behind. */
function endProcessesOf(copy: string): void {
  for (const line of execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')) {
    const [pid] = line.trim().split(' ');
    if (line.includes(`${copy}/`)) process.kill(Number(pid), 'SIGKILL');
  }
}

function firstFailure(test: string, copy: string): string | null {
  const found = path.join(copy, 'found.json');
  rmSync(found, { force: true });
  const args = ['run', test, '--bail', '1', '--reporter', 'json', '--outputFile', found];
  const { status } = node(['node_modules/vitest/vitest.mjs', ...args], copy);
  if (status === 0) return null;
  if (!existsSync(found)) return 'the tests did not finish';
  // `as`: the file was written by vitest's JSON reporter.
  const { testResults } = JSON.parse(readFileSync(found, 'utf8')) as {
    testResults: readonly { message: string; assertionResults: readonly { status: string; fullName: string }[] }[];
  };
  const failed = testResults.flatMap((suite) => suite.assertionResults).find((each) => each.status === 'failed');
  return (
    failed?.fullName ?? testResults.find(({ message }) => message)?.message.slice(0, 200) ?? 'the tests did not run'
  );
}

function firstProblem(kills: number, copy: string): string | null {
  const { stdout, status } = node(['scripts/torture.ts', '--seed', '1', '--kills', String(kills)], copy);
  if (status === 0) return null;
  // `as`: the last line of the torture test is its report.
  const { problems, folder } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as TortureReport;
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  return problems[0] ?? null;
}

function node(args: readonly string[], cwd: string): { stdout: string; status: number | null } {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: GIVE_UP_MS, maxBuffer: 1 << 28 });
}
