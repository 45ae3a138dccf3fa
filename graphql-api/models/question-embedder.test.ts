import { truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { silentLog } from '#shared/log.ts';
import { openTestStore, publish } from '../testing/running-api.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { openQuestionEmbedder, type QuestionEmbedder } from './question-embedder.ts';
import { searchPassages } from '../retrieve/retrieve.ts';

const never = new AbortController().signal;
const QUESTION = 'pagamentos';

let opened: Awaited<ReturnType<typeof openTestStore>>;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  opened = await openTestStore();
  await publish(opened.store, 'a.txt', ['O inquilino pagará.']);
});
afterEach(async () => {
  vi.useRealTimers();
  await opened[Symbol.asyncDispose]();
});

const folderOf = (name: string): string => path.join(opened.dir, 'models', name);
const open = (embedder = 'auto'): QuestionEmbedder =>
  openQuestionEmbedder({ embedder, modelsDir: folderOf('') }, opened.reader, silentLog);
const openModel = (name: string): Promise<Embedder> => openEmbedder(folderOf(name), { known: null, threads: 1 });

/** Makes a model and stores its vectors of all passages. */
async function embedWith(name: string, seed: number, activate = false): Promise<void> {
  writeTinyEmbedder(folderOf(name), { seed });
  await using embedder = await openModel(name);
  const [document] = await opened.reader.documents();
  const { vectors } = await embedder.embed(['O inquilino pagará.'], 'passage');
  await opened.store.putVectors(embedder.space, document!.content.id, [{ ordinal: 0, vector: vectors[0]! }]);
  if (activate) await opened.store.activate(embedder.space);
}

it('says why a search by meaning finds nothing, or not all', async () => {
  const shortfallWith = async (embedder?: string): Promise<string | null> => {
    await using questions = open(embedder);
    await questions.firstCheck;
    return questions.shortfall();
  };
  expect(await shortfallWith('none')).toContain('ASKBOX_EMBEDDER=none');
  expect(await shortfallWith()).toContain('npm run models -- pull');
  writeTinyEmbedder(folderOf('b'), { seed: 1 });
  expect(await shortfallWith()).toContain('no passage is embedded yet');
  await embedWith('b', 1);
  expect(await shortfallWith()).toBeNull();
  await publish(opened.store, 'b.txt', ['A fiança vence.']);
  expect(await shortfallWith()).toContain('only 50 % of the passages are embedded yet');
});

it('searches with the model whose vectors are there also when the wanted one cannot be used', async () => {
  await embedWith('b', 1);
  writeTinyEmbedder(folderOf('a'), { seed: 2 });
  truncateSync(path.join(folderOf('a'), 'onnx/model_quantized.onnx'), 1000);
  await using questions = open('a');
  await questions.firstCheck;
  expect((await questions.embed(QUESTION, never))?.space.name).toMatch(/^b@/);
  expect(questions.health()).toEqual({
    status: 'DEGRADED',
    message: expect.stringMatching(/^b; 100 % of the passages are embedded; cannot use the model a in .*cut short/),
  });
});

it('finds by meaning at once after another model has taken over, before the next look', async () => {
  await embedWith('b', 1);
  writeTinyEmbedder(folderOf('a'), { seed: 2 });
  await using questions = open('a');
  await questions.firstCheck;
  await embedWith('a', 2, true);
  const search = () =>
    searchPassages(
      QUESTION,
      EVERYWHERE,
      5,
      {
        reader: opened.reader,
        documents: () => [],
        embedQuestion: questions.embed,
        scorePassages: async () => null,
      },
      never,
      'SEMANTIC',
    );
  expect(await search()).toHaveLength(1);
  expect((await questions.embed(QUESTION, never))?.space.name).toMatch(/^a@/);
});

it('searches a space that an earlier version named until its vectors are copied', async () => {
  await embedWith('b', 1);
  await using embedder = await openModel('b');
  const earlier = { ...embedder.space, name: embedder.space.name.replace(/ MEAN [\da-f]{16} /, ' ') };
  await opened.store.activate(earlier);
  await using questions = open();
  await questions.firstCheck;
  expect((await questions.embed(QUESTION, never))?.space).toEqual(earlier);
  await opened.store.activate(embedder.space);
  expect((await questions.embed(QUESTION, never, earlier))?.space).toEqual(embedder.space);
});

it('finds by meaning what was embedded since the last look', async () => {
  await embedWith('b', 1);
  await publish(opened.store, 'a.txt', ['O inquilino pagará.', 'A fiança vence.']);
  await using questions = open();
  await questions.firstCheck;
  expect(questions.health().message).toContain('0 %');
  expect(questions.shortfall()).toContain('no passage is embedded yet');
  expect(await questions.embed(QUESTION, never)).not.toBeNull();
});

it('compares texts with the question that it embedded', async () => {
  await embedWith('b', 1, true);
  await using questions = open();
  await questions.firstCheck;
  const embedded = await questions.embed(QUESTION, never);
  const [near, far] = await embedded!.compare(['O inquilino pagará.', 'Bolo de fubá.'], never);
  expect(near).toBeGreaterThan(far!);
  await expect(embedded!.compare(['Bolo.'], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});
