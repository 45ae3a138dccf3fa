import { expect, test } from 'vitest';
import type { Chunk } from '#shared/document.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { documentStateFromStore } from '../documents/replica.ts';
import { openTestStore, publish } from '../testing/running-api.ts';
import { excerptOf } from './excerpt.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { Passage } from './passage.ts';
import { RELEVANCE_FLOOR } from './relevance/relevance-floor.ts';
import { relevanceOfAnswer, retrieve } from './retrieve.ts';

async function openStore() {
  const opened = await openTestStore();
  return Object.assign(opened, {
    find: async (question: string, filter = EVERYWHERE, maxSources = 8, floor = RELEVANCE_FLOOR) => {
      const documents = (await opened.reader.documents()).map(documentStateFromStore);
      const parts = {
        reader: opened.reader,
        documents: () => documents,
        embedQuestion: async () => null,
        scorePassages: async () => null,
      };
      const found = await retrieve({ question, filter, maxSources }, parts, new AbortController().signal, floor);
      return found.passages;
    },
  });
}

test('ranks passages from 1, the best with score 1, at most as many as are wanted', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', ['A multa por atraso do aluguel é de dois por cento.']);
  await publish(opened.store, 'b.txt', ['A multa por atraso na devolução do carro é de cem reais.']);
  await publish(opened.store, 'c.txt', ['Receita de bolo de cenoura.']);
  const passages = await opened.find('Qual é a multa por atraso do aluguel?');
  expect(passages.map(({ rank, document }) => [rank, document.path])).toEqual([
    [1, 'a.txt'],
    [2, 'b.txt'],
  ]);
  expect(passages[0]).toMatchObject({ score: 1, keyword: { rank: 1, score: expect.any(Number) }, semantic: null });
  expect(passages[1]!.score).toBeGreaterThan(0);
  expect(passages[1]!.score).toBeLessThan(1);
  expect(await opened.find('Qual é a multa por atraso do aluguel?', EVERYWHERE, 1)).toHaveLength(1);
});

test('finds nothing when no passage holds enough of the words of the question, or the question has none', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', ['O aluguel vence no quinto dia do mês, e a multa é de dois por cento.']);
  expect(await opened.find('Qual é a capital da Austrália e quantos dias tem o seu mês de férias?')).toEqual([]);
  expect(await opened.find('o que é isso?')).toEqual([]);
  expect(await opened.find('')).toEqual([]);
});

test('a thing that only a document in the other language has is unknown to those in the language of the question', async () => {
  await using opened = await openStore();
  const trip = 'Passeio da escola ao museu do trem na sexta-feira, às 9h. Cada aluno leva lanche e boné.';
  await publish(opened.store, 'passeio.txt', [trip], { language: 'pt' });
  const question = 'que horas sai o ônibus pro museu do trem?';
  expect(await opened.find(question)).toEqual([]);
  await publish(opened.store, 'work.txt', ['The bus for the staff is late.'], { language: 'en' });
  expect(await opened.find(question)).toEqual([]);
  await publish(opened.store, 'ida.txt', ['O ônibus pro museu do trem sai às 8h.'], { language: 'pt' });
  expect(await opened.find(question)).not.toEqual([]);
});

test('without an answer, the three best passages are the nearest; the filter leaves them out too', async () => {
  await using opened = await openTestStore();
  for (const name of ['a', 'b', 'c', 'd']) {
    await publish(opened.store, `${name}.txt`, [`O aluguel da casa ${name} vence no quinto dia do mês.`]);
  }
  const documents = (await opened.reader.documents()).map(documentStateFromStore);
  const none = async (): Promise<null> => null;
  const parts = { reader: opened.reader, documents: () => documents, embedQuestion: none, scorePassages: none };
  const question = 'Qual é a capital da Austrália e quantos dias tem o seu mês de férias?';
  const find = (filter = EVERYWHERE) =>
    retrieve({ question, maxSources: 8, filter }, parts, new AbortController().signal);
  const { passages, nearest } = await find();
  expect(passages).toEqual([]);
  expect(nearest.map(({ rank }) => rank)).toEqual([1]); // the others say the same
  const only = await find({ ...EVERYWHERE, paths: ['c.txt'] });
  expect(only.nearest.map(({ document }) => document.path)).toEqual(['c.txt']);
  expect((await find({ ...EVERYWHERE, paths: ['x.txt'] })).nearest).toEqual([]);
});

test('the nearest passages are the most relevant ones, wherever the fused order has them', async () => {
  await using opened = await openTestStore();
  const filler = Array.from({ length: 120 }, (_, n) => `Trecho ${n} sem nada de especial.`).join(' ');
  await publish(opened.store, 'long.txt', [`${filler} O forno assa pamonha e broa.`]);
  for (const word of ['forno', 'lenha', 'broa', 'pamonha']) {
    await publish(opened.store, `${word}.txt`, [`${word} ${word} ${word}`]);
  }
  const documents = (await opened.reader.documents()).map(documentStateFromStore);
  const none = async (): Promise<null> => null;
  const parts = { reader: opened.reader, documents: () => documents, embedQuestion: none, scorePassages: none };
  const request = { question: 'Forno, broa, pamonha e lenha?', maxSources: 8, filter: EVERYWHERE };
  const find = (floor: number) => retrieve(request, parts, new AbortController().signal, floor);
  const ranked = (await find(0)).passages.map(({ relevance }) => relevance);
  const nearest = (await find(1)).nearest.map(({ relevance }) => relevance);
  expect(nearest).toEqual(ranked.toSorted((a, b) => b - a).slice(0, 3));
  expect(nearest).not.toEqual(ranked.slice(0, 3));
});

test('counts the words of the title as words of the passage', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', ['Vence no quinto dia.'], { title: 'Aluguel da loja' });
  expect(await opened.find('Em que dia vence o aluguel da loja?')).toHaveLength(1);
});

test('gives one of two passages that say the same', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', ['A multa por atraso do aluguel é de dois por cento ao mês.']);
  await publish(opened.store, 'b.txt', ['A multa por atraso do aluguel é de dois por cento ao mês!']);
  await publish(opened.store, 'c.txt', [
    'A multa por atraso do aluguel, no contrato antigo, era de dez por cento ao ano.',
  ]);
  const passages = await opened.find('multa por atraso do aluguel');
  expect(passages).toHaveLength(2);
  expect(passages.map(({ rank }) => rank)).toEqual([1, 2]);
  expect(passages.map(({ document }) => document.path)).toContain('c.txt');
});

test('a word of the path counts for the document', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'manuais/orion.txt', ['A garantia cobre doze meses.']);
  await publish(opened.store, 'manuais/zafira.txt', ['A garantia cobre trinta meses de uso normal em casa.']);
  const first = async (question: string): Promise<string | undefined> =>
    (await opened.find(question))[0]?.document.path;
  expect(await first('Qual é a garantia da Zafira?')).toBe('manuais/zafira.txt');
  expect(await first('Qual é a garantia da Orion?')).toBe('manuais/orion.txt');
});

test('the first three passages decide whether there is an answer; half of the floor makes a source', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', [
    'O aluguel da loja vence no dia cinco, e a multa por atraso é de dois por cento.',
  ]);
  await publish(opened.store, 'b.txt', ['O carnaval dura cinco dias na praia.']);
  const [best, ...others] = await opened.find('Qual é a multa por atraso do aluguel?');
  expect(best!.relevance).toBeGreaterThan(RELEVANCE_FLOOR);
  expect(others).toEqual([]);
  const passage = (relevance: number): Passage => ({ ...best!, relevance });
  expect(relevanceOfAnswer([0.1, 0.2, 0.3, 0.9].map(passage))).toBe(0.3);
  expect(relevanceOfAnswer([])).toBe(0);
});

test('never abstains with a floor of 0', async () => {
  await using opened = await openStore();
  await publish(opened.store, 'a.txt', ['O aluguel vence no quinto dia do mês, e a multa é de dois por cento.']);
  const question = 'Qual é a capital da Austrália e quantos dias tem o seu mês de férias?';
  expect(await opened.find(question)).toEqual([]);
  expect(await opened.find(question, EVERYWHERE, 8, 0)).toHaveLength(1);
});

test('names the copy with the shortest path, of those that the filter lets through', async () => {
  await using opened = await openStore();
  for (const file of ['arquivo/2025/a.txt', 'arquivo/a.txt', 'a.txt']) {
    await publish(opened.store, file, ['A multa por atraso do aluguel é de dois por cento.']);
  }
  const named = async (paths: readonly string[] | null): Promise<string | undefined> =>
    (await opened.find('multa do aluguel', { ...EVERYWHERE, paths }))[0]?.document.path;
  expect(await named(null)).toBe('a.txt');
  expect(await named(['arquivo/**'])).toBe('arquivo/a.txt');
  expect(await named(['nada/**'])).toBeUndefined();
});

test('finds the new version of a document under a filter as soon as the store has it, before the replica knows', async () => {
  for (const status of ['STORING', 'READY'] as const) {
    await using opened = await openTestStore();
    await publish(opened.store, 'x/a.txt', ['A cota do fundo Jatobá vale um real.']);
    await publish(opened.store, 'x/b.txt', ['Receita de bolo de cenoura.']);
    // As the replica has them, until it hears from the watcher.
    const documents = (await opened.reader.documents()).map(documentStateFromStore);
    const replica = documents.map((document) => ({ ...document, status }));
    await publish(opened.store, 'x/a.txt', ['A cota do fundo Jatobá vale dois reais.']);
    const parts = {
      reader: opened.reader,
      documents: () => replica,
      embedQuestion: async () => null,
      scorePassages: async () => null,
    };
    const found = async (paths: readonly string[]): Promise<readonly string[]> => {
      const request = {
        question: 'Quanto vale a cota do fundo Jatobá?',
        maxSources: 8,
        filter: { ...EVERYWHERE, paths },
      };
      return (await retrieve(request, parts, new AbortController().signal)).passages.map(({ chunk }) => chunk.text);
    };
    expect(await found(['x/a.txt'])).toEqual(['A cota do fundo Jatobá vale dois reais.']);
    expect(await found(['x/b.txt'])).toEqual([]);
  }
});

test('asks the store about no document under a filter that is at rest, once something was found', async () => {
  await using opened = await openTestStore();
  for (let n = 0; n < 30; n++) await publish(opened.store, `x/${n}.txt`, [`A cota do fundo Jatobá vale ${n} reais.`]);
  const documents = (await opened.reader.documents()).map(documentStateFromStore);
  let asked = 0;
  const ids = new Set<string>();
  const reader = Object.assign(Object.create(opened.reader) as StoreReader, {
    search: (...input: Parameters<StoreReader['search']>) => opened.reader.search(...input),
    findDocument: (...input: Parameters<StoreReader['findDocument']>) => {
      asked++;
      ids.add(input[0]);
      return opened.reader.findDocument(...input);
    },
  });
  const find = async (replica: readonly DocumentState[], question: string): Promise<void> => {
    const none = async (): Promise<null> => null;
    const parts = { reader, documents: () => replica, embedQuestion: none, scorePassages: none };
    const filter = { ...EVERYWHERE, paths: ['x/*'] };
    await retrieve({ question, maxSources: 8, filter }, parts, new AbortController().signal);
  };
  await find(documents, 'Quanto vale a cota do fundo Jatobá?');
  expect(asked).toBe(0);
  await find(documents, 'zzz qqq www');
  expect(asked).toBe(20);
  const changing = documents.map((document, seq): DocumentState => ({ ...document, status: 'STABLE', seq }));
  ids.clear();
  await find(changing, 'Quanto vale a cota do fundo Jatobá?');
  expect(ids).toEqual(new Set(changing.slice(-20).map(({ id }) => id)));
});

const chunkOf = (text: string): Chunk => ({
  id: 'id',
  contentId: 'content',
  ordinal: 0,
  text,
  startChar: 1_000,
  endChar: 1_000 + text.length,
  headings: [],
  marks: [],
});

test('an excerpt is the stretch of sentences that holds most of the words of the query, verbatim', () => {
  const filler =
    'Esta frase fala de outra coisa, e fala dela por muito tempo, até que ninguém mais leia o resto dela. ';
  const chunk = chunkOf(`${filler.repeat(4)}A garantia da Zafira é longa. São 27 meses. ${filler.repeat(4)}`);
  const excerpt = excerptOf(chunk, 'Qual é a garantia da Zafira em meses?');
  expect(excerpt.text).toContain('A garantia da Zafira é longa. São 27 meses.');
  expect(excerpt.text.length).toBeLessThanOrEqual(320);
  expect(chunk.text.slice(excerpt.startChar - 1_000, excerpt.endChar - 1_000)).toBe(excerpt.text);
});

test('an excerpt of one endless sentence ends at a whole word', () => {
  const chunk = chunkOf(`garantia ${'palavra '.repeat(200)}`);
  const excerpt = excerptOf(chunk, 'garantia');
  expect(excerpt.text).toMatch(/^garantia( palavra)+$/);
  expect(excerpt.text.length).toBeLessThanOrEqual(320);
  expect(excerptOf(chunkOf('x'.repeat(1_000)), 'y').text).toHaveLength(320);
});
