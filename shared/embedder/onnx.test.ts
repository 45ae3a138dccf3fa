import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from './embedder.ts';
import { describeEmbedder } from './testing/embedder-contract.ts';
import { openEmbedder } from './open-embedder.ts';
import { type TinyEmbedder, writeTinyEmbedder } from './testing/tiny-onnx.ts';

/** Texts that take seconds to embed. */
const MUCH = Array.from({ length: 4000 }, () => 'A multa é de dez por cento. '.repeat(50));

let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'askbox-onnx-'));
  writeTinyEmbedder(path.join(root, 'tiny'));
});

afterAll(() => rm(root, { recursive: true }));

const openTiny = (name = 'tiny'): Promise<Embedder> => openEmbedder(path.join(root, name), { known: null, threads: 1 });

async function openVariant(name: string, options: TinyEmbedder): Promise<Embedder> {
  writeTinyEmbedder(path.join(root, name), options);
  return openTiny(name);
}

/** Returns the thread that the work starts. */
async function threadOf(work: () => Promise<unknown>): Promise<Worker> {
  const started = Promise.withResolvers<Worker>();
  process.once('worker', started.resolve);
  await work();
  return started.promise;
}

describeEmbedder('ONNX', () => openTiny());

describe('the ONNX embedder', () => {
  it('is started again when its thread died, after it rejected what was under way', async () => {
    let embedder!: Embedder;
    const thread = await threadOf(async () => (embedder = await openTiny()));
    await using _ = embedder;
    const before = await embedder.embed(['multa'], 'passage');
    const pending = embedder.embed(MUCH, 'passage');
    // A message that the thread does not understand is a bug, and ends it.
    thread.postMessage(null);
    const [rejected] = await Promise.allSettled([pending]);
    expect(rejected).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNUSABLE', isRetryable: true } });
    expect(await embedder.embed(['multa'], 'passage')).toEqual(before);
  });

  it.each(['exit', 'dispose'])('lets the runtime come to its end before the thread ends, by %s', async (way) => {
    const folder = path.join(root, 'slow');
    writeTinyEmbedder(folder, { dimensions: 2048, windowTokens: 8192 });
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'testing/exit-child.ts'), folder, way]);
    // Not SIGABRT, which ends a process whose thread is terminated inside the runtime.
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it('fails the call whose text the runtime refuses, and no other', async () => {
    writeTinyEmbedder(path.join(root, 'misfit'));
    const file = path.join(root, 'misfit/tokenizer.json');
    const tokenizer = JSON.parse(await readFile(file, 'utf8'));
    tokenizer.model.vocab.zebra = 1_000_000;
    await writeFile(file, JSON.stringify(tokenizer));
    await using embedder = await openTiny('misfit');
    const [zebra, lion] = await Promise.allSettled(['zebra', 'leão'].map((text) => embedder.embed([text], 'passage')));
    expect(zebra).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNUSABLE', isRetryable: false } });
    expect(lion).toMatchObject({ status: 'fulfilled' });
  });

  it('takes the output of a model that pools by itself', async () => {
    await using plain = await openTiny();
    await using pooled = await openVariant('pooled', { output: 'sentence_embedding' });
    const texts = ['multa', 'prazo de entrega', 'foro'];
    const [ours, theirs] = [await plain.embed(texts, 'passage'), await pooled.embed(texts, 'passage')];
    for (const [i, vector] of ours.vectors.entries()) {
      for (const [n, x] of vector.entries()) expect(theirs.vectors[i]![n]).toBeCloseTo(x, 5);
    }
  });

  it('takes the first token of a model that wants it', async () => {
    await using embedder = await openVariant('cls', { pooling: 'cls' });
    const { vectors } = await embedder.embed(['multa', 'A receita leva farinha e ovos.'], 'passage');
    // The fixture has no attention: its first token is the same for every text.
    expect(vectors[0]).toEqual(vectors[1]);
  });

  it('works beside another model in the same process', async () => {
    await using first = await openTiny();
    await using second = await openVariant('other', { seed: 7, dimensions: 32 });
    const [a, b] = await Promise.all([first.embed(['multa'], 'query'), second.embed(['multa'], 'query')]);
    expect([a.vectors[0]!.length, b.vectors[0]!.length]).toEqual([64, 32]);
  });
});
