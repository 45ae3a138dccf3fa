/**
 * Compares search in the embedded store with a plain scan in TypeScript and with LanceDB, in one run:
 *
 *   npm run bench -- search [--chunks 50000] [--text <file>] [--without-lancedb] [--json]
 *
 * Vectors are made up; texts are mixed from the sentences of the file, or made up as well. Compare the CPU times, which
 * are those of all threads: other load on the machine barely changes them. Everything is deleted at the end.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openSqliteReader, openSqliteWriter } from '#shared/store/sqlite/sqlite.ts';
import type { SearchRequest, StoreReader, StoreWriter } from '#shared/store/store.ts';
import { chunkVector, queryVector } from '#shared/text/sparse.ts';
import { DIMENSIONS, type MadeDocument, openCorpus } from './search/corpus.ts';
import { type LanceTable, openLanceTable } from './search/lancedb.ts';
import { costOf, costOnce, folderMB, residentMB } from './search/measure.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    chunks: { type: 'string', default: '50000' },
    text: { type: 'string' },
    'without-lancedb': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const SEED = 20_260;
const SPACE = { name: 'made-up', dimensions: DIMENSIONS };
const QUERIES = 100;
const PLAIN_QUERIES = 20;
const REPLACEMENTS = 60;
const LIMIT = 50;
const BATCH_DOCUMENTS = 500;

// Two fifths of the chunks in documents of 20, the rest one by one: at 50,000 chunks, 20,000 of 30,000 are filtered.
const chunkCount = Number(flags.chunks);
const longDocuments = Math.round((chunkCount * 0.4) / 20);
const shortDocuments = chunkCount - longDocuments * 20;
const filteredDocuments = Math.min(20_000, Math.round((shortDocuments * 2) / 3));

const figures: Record<string, number> = { chunks: chunkCount };
const corpus = openCorpus(SEED, flags.text);
const questions = Array.from({ length: QUERIES }, () => corpus.makeQuestion());
const denseOf = (i: number) => ({ space: SPACE, vector: questions[i % QUERIES]!.vector });
const sparseOf = (i: number) => queryVector(questions[i % QUERIES]!.text);
const hybridOf = (i: number): SearchRequest => ({ dense: denseOf(i), sparse: sparseOf(i), limit: LIMIT });

const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
const [ours, theirs] = [path.join(work, 'askbox'), path.join(work, 'lancedb')];
for (const folder of [ours, theirs]) mkdirSync(folder);
try {
  const lance = flags['without-lancedb'] ? '--without-lancedb is set' : await openLanceTable(theirs);
  if (typeof lance === 'string') console.log(`LanceDB is skipped: ${lance}`);
  await run(typeof lance === 'string' ? undefined : lance);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

async function run(lance: LanceTable | undefined): Promise<void> {
  const file = path.join(ours, 'store.db');
  await using writer = await openSqliteWriter(file);
  const filled = await fill(writer, lance);
  const beforeMB = residentMB();
  await using reader = await openSqliteReader(file);
  await measureColdLoad(reader);
  figures['memoryOfReaderMB'] = residentMB() - beforeMB;
  await measureDense(reader, filled);
  figures['sparseCpuMs'] = (await costOf(QUERIES, (i) => reader.search({ sparse: sparseOf(i), limit: 10 }))).cpuMs;
  await measureFilter(reader, filled.shortContents.slice(0, filteredDocuments));
  await measureReplacement(writer, reader, lance, filled.longContents);
  figures['diskMB'] = folderMB(ours);
  if (lance !== undefined) figures['lanceDiskMB'] = folderMB(path.join(theirs, 'database'));
  lance?.close();
}

interface Filled {
  /** All vectors unquantized, for the exact result. */
  readonly exact: Float32Array;
  /** The chunk of each vector. */
  readonly chunkIds: readonly string[];
  readonly longContents: readonly string[];
  readonly shortContents: readonly string[];
}

async function fill(writer: StoreWriter, lance: LanceTable | undefined): Promise<Filled> {
  const exact = new Float32Array(chunkCount * DIMENSIONS);
  const chunkIds: string[] = [];
  const longContents: string[] = [];
  const shortContents: string[] = [];
  let batch: MadeDocument[] = [];
  for (let i = 0; i < longDocuments + shortDocuments; i++) {
    const made = corpus.makeDocument(pathOf(i), i < longDocuments ? 20 : 1);
    await store(writer, made, i + 1);
    made.vectors.forEach((vector, n) => exact.set(vector, (chunkIds.length + n) * DIMENSIONS));
    chunkIds.push(...made.chunks.map(({ id }) => id));
    (i < longDocuments ? longContents : shortContents).push(made.document.content.id);
    batch.push(made);
    if (batch.length < BATCH_DOCUMENTS && i + 1 < longDocuments + shortDocuments) continue;
    await lance?.add(batch);
    batch = [];
  }
  await lance?.index();
  return { exact, chunkIds, longContents, shortContents };
}

async function measureColdLoad(reader: StoreReader): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cold = await costOnce(() => reader.search(hybridOf(0)));
  delay.disable();
  figures['coldLoadCpuMs'] = cold.cpuMs;
  figures['coldLoadWallMs'] = cold.wallMs;
  figures['coldLoadLongestLoopStopMs'] = delay.max / 1e6;
}

async function measureDense(reader: StoreReader, { exact, chunkIds }: Filled): Promise<void> {
  let found = 0;
  for (const [i, question] of questions.entries()) {
    const best = new Set(plainScan(exact, question.vector, 10).map((slot) => chunkIds[slot]));
    const { dense } = await reader.search({ dense: denseOf(i), limit: 10 });
    found += dense.filter((hit) => best.has(hit.chunk.id)).length;
  }
  const ours = await costOf(QUERIES, (i) => reader.search({ dense: denseOf(i), limit: 10 }));
  const plain = await costOf(PLAIN_QUERIES, (i) => plainScan(exact, questions[i]!.vector, 10));
  figures['recallAt10'] = found / (QUERIES * 10);
  figures['denseCpuMs'] = ours.cpuMs;
  figures['plainScanCpuMs'] = plain.cpuMs;
  figures['plainScanPerDenseRatio'] = plain.cpuMs / ours.cpuMs;
}

async function measureFilter(reader: StoreReader, contents: readonly string[]): Promise<void> {
  const unfiltered = await costOf(QUERIES, (i) => reader.search(hybridOf(i)));
  const filtered = await costOf(QUERIES, (i) => reader.search({ ...hybridOf(i), contents }));
  figures['filteredDocuments'] = contents.length;
  figures['filteredHybridCpuMs'] = filtered.cpuMs;
  figures['filteredPerUnfilteredRatio'] = filtered.cpuMs / unfiltered.cpuMs;
}

/** Replaces some documents of 20 chunks in both stores, then searches both. */
async function measureReplacement(
  writer: StoreWriter,
  reader: StoreReader,
  lance: LanceTable | undefined,
  longContents: readonly string[],
): Promise<void> {
  const made = Array.from({ length: REPLACEMENTS + 1 }, (_, i) => corpus.makeDocument(pathOf(i), 20));
  let revision = writer.lastRevision;
  const replaced = await costOf(REPLACEMENTS, async (i) => {
    await store(writer, made[i]!, ++revision);
    await writer.collect([longContents[i]!]);
  });
  const refresh = await costOnce(() => reader.search(hybridOf(0)));
  const hybrid = await costOf(QUERIES, (i) => reader.search(hybridOf(i)));
  figures['replaceDocumentCpuMs'] = replaced.cpuMs;
  figures[`refreshAfter${REPLACEMENTS}ReplacementsCpuMs`] = refresh.cpuMs - hybrid.cpuMs;
  figures['hybridCpuMs'] = hybrid.cpuMs;
  figures['hybridWallMs'] = hybrid.wallMs;
  if (lance === undefined) return;

  const theirReplaced = await costOf(REPLACEMENTS, (i) => lance.replace(made[i]!));
  const theirHybrid = await costOf(PLAIN_QUERIES, (i) => lance.search(questions[i]!.text, questions[i]!.vector, LIMIT));
  figures['lanceReplaceDocumentCpuMs'] = theirReplaced.cpuMs;
  figures['lancePerReplaceRatio'] = theirReplaced.cpuMs / replaced.cpuMs;
  figures['lanceHybridCpuMs'] = theirHybrid.cpuMs;
  figures['lanceHybridWallMs'] = theirHybrid.wallMs;
  figures['lancePerHybridRatio'] = theirHybrid.cpuMs / hybrid.cpuMs;
}

function pathOf(document: number): string {
  return `${document % 50}/${document}.txt`;
}

/** Stores a document as the watcher does: chunks, publication, then vectors. */
async function store(writer: StoreWriter, { document, chunks, vectors }: MadeDocument, revision: number) {
  const toStore = chunks.map((chunk) => ({
    chunk,
    sparse: chunkVector({ title: document.content.title, headings: chunk.headings, text: chunk.text }),
    embeddedTextHash: chunk.id,
  }));
  await writer.putChunks(document.content, toStore);
  await writer.publish(document, revision);
  const withOrdinals = vectors.map((vector, ordinal) => ({ ordinal, vector }));
  await writer.putVectors(SPACE, document.content.id, withOrdinals);
}

/** Returns the slots of the nearest vectors, in the most obvious way: f32, one loop. */
function plainScan(vectors: Float32Array, query: Float32Array, limit: number): number[] {
  const best: { readonly slot: number; readonly score: number }[] = [];
  for (let slot = 0, at = 0; at < vectors.length; slot++) {
    let score = 0;
    for (let i = 0; i < DIMENSIONS; i++) score += vectors[at++]! * query[i]!;
    if (best.length === limit && score <= best.at(-1)!.score) continue;
    best.push({ slot, score });
    best.sort((a, b) => b.score - a.score);
    best.length = Math.min(best.length, limit);
  }
  return best.map(({ slot }) => slot);
}
