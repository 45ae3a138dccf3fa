import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { documentStateFromStore } from '../documents/replica.ts';
import { openReranker } from '../rerank/open-reranker.ts';
import type { Reranker } from '../rerank/reranker.ts';
import { writeTinyReranker } from '../testing/tiny-reranker.ts';
import { openTestStore, publish, startTestApi } from '../testing/running-api.ts';
import type { SearchMode } from './find-candidates.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { Passage } from './passage.ts';
import type { RetrieveParts } from './rank-passages.ts';
import type { ScorePassages } from './order-by-scores.ts';
import { retrieve, searchPassages } from './retrieve.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-rerank-'));
const QUESTION = 'Qual é a multa por atraso do aluguel da loja?';
const keepOrder: ScorePassages = async () => null;

/** Prefers the passages that have least in common with the question, unlike the search. */
let contrary: Reranker;

beforeAll(async () => {
  writeTinyReranker(folder, { weight: -4 });
  contrary = await openReranker(folder, { known: null, threads: 1 });
});
afterAll(async () => {
  await contrary[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const byModel: ScorePassages = (question, passages) =>
  Promise.all(passages.map((passage) => contrary.score(question, passage)));

async function openStore() {
  const opened = await openTestStore();
  const partsOf = async (scorePassages: ScorePassages): Promise<RetrieveParts> => {
    const documents = (await opened.reader.documents()).map(documentStateFromStore);
    return { reader: opened.reader, documents: () => documents, embedQuestion: async () => null, scorePassages };
  };
  return Object.assign(opened, {
    search: async (scorePassages: ScorePassages, limit = 10, mode: SearchMode = 'HYBRID') =>
      searchPassages(QUESTION, EVERYWHERE, limit, await partsOf(scorePassages), signal, mode),
    retrieve: async (question: string, scorePassages: ScorePassages) =>
      (await retrieve({ question, filter: EVERYWHERE, maxSources: 4 }, await partsOf(scorePassages), signal)).passages,
  });
}

const pathsOf = (passages: readonly Passage[]): readonly string[] => passages.map(({ document }) => document.path);

async function openLease() {
  const opened = await openStore();
  await publish(opened.store, 'a.txt', ['A multa por atraso do aluguel da loja é de dois por cento.']);
  await publish(opened.store, 'b.txt', ['A multa por atraso do aluguel da casa é de um por cento.']);
  await publish(opened.store, 'c.txt', ['O atraso do aluguel dá multa, diz o síndico, sem dizer quanto.']);
  return opened;
}

test('the order is the model’s, and nothing else changes', async () => {
  await using opened = await openLease();
  const [fused, reranked] = [await opened.search(keepOrder), await opened.search(byModel)];
  expect(pathsOf(fused)).toEqual(['a.txt', 'b.txt', 'c.txt']);
  expect(pathsOf(reranked)).toEqual(['c.txt', 'b.txt', 'a.txt']);
  expect(reranked.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  const scores = reranked.map(({ rerank }) => rerank!);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(reranked.toReversed().map((passage) => ({ ...passage, rank: 0, rerank: null }))).toEqual(
    fused.map((passage) => ({ ...passage, rank: 0 })),
  );
});

test('an answer takes its sources in the order of the model', async () => {
  await using opened = await openLease();
  expect(pathsOf(await opened.retrieve(QUESTION, keepOrder))).toEqual(['a.txt', 'b.txt', 'c.txt']);
  const sources = await opened.retrieve(QUESTION, byModel);
  expect(pathsOf(sources)).toEqual(['c.txt', 'b.txt', 'a.txt']);
  expect(sources.map(({ rank }) => rank)).toEqual([1, 2, 3]);
});

test('a question that nothing is about is abstained from before the model reads anything', async () => {
  await using opened = await openLease();
  const score = vi.fn<ScorePassages>(byModel);
  expect(await opened.retrieve('Quem descobriu a penicilina em Londres?', score)).toEqual([]);
  expect(score).not.toHaveBeenCalled();
});

test('an arm that is asked alone keeps its own order', async () => {
  await using opened = await openLease();
  expect(await opened.search(byModel, 10, 'KEYWORD')).toEqual(await opened.search(keepOrder, 10, 'KEYWORD'));
});

test('the first twenty are read with title and text, whatever is wanted of them; the others follow as they were', async () => {
  await using opened = await openStore();
  for (let i = 0; i < 25; i++) {
    await publish(opened.store, `${i}.txt`, [`A multa ${'muito '.repeat(i)}alta por atraso do aluguel.`], {
      title: `Nota ${i}`,
    });
  }
  const score = vi.fn<ScorePassages>(async (_, passages) => passages.map((_passage, i) => i / 100));
  const fused = pathsOf(await opened.search(keepOrder, 25));
  const reranked = await opened.search(score, 25);
  expect(pathsOf(reranked)).toEqual([...fused.slice(0, 20).toReversed(), ...fused.slice(20)]);
  expect(reranked.map(({ rank }) => rank)).toEqual(fused.map((_, i) => i + 1));
  expect(reranked.slice(20).map(({ rerank }) => rerank)).toEqual([null, null, null, null, null]);
  expect(score.mock.calls[0]![1]).toHaveLength(20);
  expect(score.mock.calls[0]![1][0]).toMatch(/^Nota \d+\nA multa .*aluguel\.$/);
  expect(pathsOf(await opened.search(score, 3))).toEqual(fused.slice(17, 20).toReversed());
});

test('passages of the same score keep their order', async () => {
  await using opened = await openLease();
  const same = await opened.search(async (_, passages) => passages.map(() => 0.5));
  expect(pathsOf(same)).toEqual(['a.txt', 'b.txt', 'c.txt']);
});

test('the API shows the score of the model, and its health', async () => {
  await using api = await startTestApi({ reranker: folder });
  await publish(api.store, 'a.txt', ['A multa por atraso do aluguel da loja é de dois por cento.']);
  await publish(api.store, 'b.txt', ['O atraso do aluguel dá multa, diz o síndico, sem dizer quanto.']);
  const LOOK = `query ($query: String!) {
    search(query: $query) { hits { scores { rerank } chunk { documents { path } } } }
    health { components { name status message } }
  }`;
  interface Seen {
    search: { hits: { scores: { rerank: number | null }; chunk: { documents: { path: string }[] } }[] };
    health: { components: { name: string; status: string; message: string }[] };
  }
  await vi.waitFor(
    async () => {
      const { search, health } = await api.query<Seen>(LOOK, { query: QUESTION });
      expect(search.hits.map(({ chunk }) => chunk.documents[0]!.path)).toEqual(['b.txt', 'a.txt']);
      expect(search.hits[0]!.scores.rerank).toBeGreaterThan(search.hits[1]!.scores.rerank!);
      expect(health.components).toContainEqual(
        expect.objectContaining({
          name: 'RERANKER',
          status: 'OK',
          message: expect.stringContaining('orders the best'),
        }),
      );
    },
    { timeout: 20_000, interval: 50 },
  );
});
