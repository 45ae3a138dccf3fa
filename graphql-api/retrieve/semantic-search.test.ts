import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { documentStateFromStore } from '../documents/replica.ts';
import { openTestStore, publish } from '../testing/running-api.ts';
import { semanticRelevanceMeasure, type NearCandidate } from './relevance/semantic-relevance.ts';
import { searchTurns } from '../turns/turns.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { Passage } from './passage.ts';
import type { SearchMode } from './find-candidates.ts';
import { RELEVANCE_FLOOR } from './relevance/relevance-floor.ts';
import { searchPassages } from './retrieve.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-meaning-'));
/** Works on syllables, so that "pagamentos" is near "pagará" to it. */
let embedder: Embedder;

beforeAll(async () => {
  writeTinyEmbedder(path.join(folder, 'tiny'));
  embedder = await openEmbedder(path.join(folder, 'tiny'), { known: null, threads: 1 });
});
afterAll(async () => {
  await embedder[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function openStore() {
  const opened = await openTestStore();
  const embedded = new Set<string>();
  const states = async (): Promise<readonly DocumentState[]> =>
    (await opened.reader.documents()).map((document) => {
      const state = documentStateFromStore(document);
      return { ...state, embeddedChunks: embedded.has(document.path) ? state.chunkCount : 0 };
    });
  const vectorOf = async (text: string, kind: 'query' | 'passage'): Promise<Float32Array> =>
    (await embedder.embed([text], kind)).vectors[0]!;
  return Object.assign(opened, {
    /** @param vector null for a document that is not embedded yet; by default the vector of its text. */
    put: async (file: string, text: string, vector?: Float32Array | null): Promise<void> => {
      await publish(opened.store, file, [text]);
      if (vector === null) return;
      embedded.add(file);
      const { content } = (await opened.reader.documents()).find((document) => document.path === file)!;
      await opened.store.putVectors(embedder.space, content.id, [
        { ordinal: 0, vector: vector ?? (await vectorOf(text, 'passage')) },
      ]);
    },
    search: async (
      question: string,
      mode: SearchMode = 'HYBRID',
      space = embedder.space,
      title?: string,
    ): Promise<readonly Passage[]> => {
      const documents = (await states()).map((state) => ({ ...state, title: title ?? state.title }));
      const parts = {
        reader: opened.reader,
        documents: () => documents,
        embedQuestion: async () => ({
          space,
          vector: await vectorOf(question, 'query'),
          scale: null,
          compare: async () => [],
        }),
        scorePassages: async () => null,
      };
      return searchPassages(question, EVERYWHERE, 10, parts, signal, mode);
    },
  });
}
const pathsOf = (passages: readonly Passage[]): readonly string[] => passages.map(({ document }) => document.path);

describe('search by meaning', () => {
  test('finds what shares no word with the question, and says by which arm', async () => {
    await using opened = await openStore();
    await opened.put('a.txt', 'O inquilino pagará o condomínio.');
    await opened.put('b.txt', 'Receita de bolo de fubá.');
    const [first] = await opened.search('pagamentos condominiais', 'SEMANTIC');
    expect(first).toMatchObject({ document: { path: 'a.txt' }, keyword: null, semantic: { rank: 1 } });
    expect(await opened.search('xyz', 'KEYWORD')).toEqual([]);
    expect((await opened.search('condomínio', 'KEYWORD'))[0]).toMatchObject({ semantic: null, keyword: { rank: 1 } });
  });

  test('a passage that both arms put first is first, with both of its places', async () => {
    await using opened = await openStore();
    await opened.put('a.txt', 'O condomínio é pago pelo inquilino.');
    await opened.put('b.txt', 'O bolo é pago pelo cliente.');
    const [first] = await opened.search('quem paga o condomínio?');
    expect(first).toMatchObject({ document: { path: 'a.txt' }, keyword: { rank: 1 }, semantic: { rank: 1 }, score: 1 });
  });

  test('the title that people gave is the one that is shown', async () => {
    await using opened = await openStore();
    await opened.put('a.txt', 'O condomínio é pago pelo inquilino.');
    const [first] = await opened.search('condomínio', 'KEYWORD', embedder.space, 'Contrato da loja');
    expect(first?.document.title).toBe('Contrato da loja');
  });

  test('a passage without a vector keeps its place among those that have one', async () => {
    await using opened = await openStore();
    await opened.put('certo.txt', 'A multa por atraso do aluguel da loja é de dois por cento.', null);
    for (let i = 0; i < 30; i++) await opened.put(`${i}.txt`, `Multa ${i} por outra coisa qualquer.`);
    expect(pathsOf(await opened.search('Qual é a multa por atraso do aluguel da loja?'))[0]).toBe('certo.txt');
  });

  test('a question embedded by a model that is no longer searched is answered by words', async () => {
    await using opened = await openStore();
    await opened.put('a.txt', 'O condomínio é pago pelo inquilino.');
    const found = await opened.search('quem paga o condomínio?', 'HYBRID', {
      ...embedder.space,
      name: 'another model',
    });
    expect(found[0]).toMatchObject({ document: { path: 'a.txt' }, semantic: null });
  });

  test('words decide when they find the question, meaning when they find little of it', async () => {
    await using opened = await openStore();
    const question = 'trimestre inquilino locatário fiador condomínio';
    const near = await embedder.embed([question], 'query');
    const far = near.vectors[0]!.map((x) => -x);
    await opened.put('palavra.txt', 'Trimestre.', far);
    // More than the semantic arm returns, so that the far one is not among them.
    for (let i = 0; i < 60; i++) await opened.put(`${i}.txt`, `Bolo ${i}.`, near.vectors[0]);
    expect(pathsOf(await opened.search(question))[0]).not.toBe('palavra.txt');
    expect(pathsOf(await opened.search('trimestre'))[0]).toBe('palavra.txt');
  });
});

describe('nearness', () => {
  const others = Array.from({ length: 40 }, () => 0.8);
  /** Of a model without a scale. */
  const unmeasured = (cosines: readonly number[]): ((cosine: number) => number) => {
    const candidates = cosines.map((cosine) => ({ language: 'pt', cosine }));
    const measure = semanticRelevanceMeasure(candidates, null, 'pt');
    return (cosine) => measure({ language: 'pt', cosine });
  };

  test('is how far a passage stands out of the others, whatever band a model crowds its cosines into', () => {
    const [high, low] = [unmeasured([0.91, ...others]), unmeasured([0.55, ...others.map(() => 0)])];
    expect(high(0.91)).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(high(0.91)).toBeCloseTo(low(0.55), 5);
    expect(high(0.8)).toBeCloseTo(0, 5);
  });

  test('says nothing with few candidates to compare with', () => {
    expect(unmeasured([0.99, 0.1])(0.99)).toBe(0);
  });

  /** As of multilingual-e5-small, for a Portuguese question. */
  const scale = {
    unrelated: new Map([
      ['pt', 0.79],
      ['en', 0.73],
    ]),
    standout: { sameLanguage: 0.5, otherLanguage: 0.33 },
  };
  /** Passages of both languages that have nothing to do with the question. */
  const unrelated = (count: number): NearCandidate[] =>
    ['pt', 'en'].flatMap((language) =>
      Array.from({ length: count }, () => ({ language, cosine: language === 'pt' ? 0.81 : 0.75 })),
    );
  const relevanceOf = (language: string | null, cosine: number, of = scale, count = 30): number =>
    semanticRelevanceMeasure([{ language, cosine }, ...unrelated(count)], of, 'pt')({ language, cosine });

  test('needs less in another language than in that of the question, with a model that was measured', () => {
    expect(relevanceOf('en', 0.83)).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(relevanceOf('en', 0.8)).toBeLessThan(RELEVANCE_FLOOR);
    expect(relevanceOf('pt', 0.87)).toBeLessThan(RELEVANCE_FLOOR);
    expect(relevanceOf('pt', 0.9)).toBeGreaterThan(RELEVANCE_FLOOR);
    // Of an unknown language: as cautious as in that of the question.
    expect(relevanceOf(null, 0.87)).toBeLessThan(RELEVANCE_FLOOR);
    expect(relevanceOf('fr', 0.87)).toBeGreaterThan(RELEVANCE_FLOOR);
  });

  test('is known in a folder of a few notes, from texts about other things', () => {
    expect(relevanceOf('en', 0.83, scale, 1)).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(relevanceOf('en', 0.78, scale, 1)).toBeLessThan(RELEVANCE_FLOOR);
    expect(relevanceOf('pt', 0.89, scale, 0)).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(relevanceOf('pt', 0.85, scale, 0)).toBeLessThan(RELEVANCE_FLOOR);
  });

  test('means nothing across languages with a model that does not know the other one', () => {
    const monolingual = { ...scale, standout: { sameLanguage: 0.5, otherLanguage: 0.1 } };
    expect(relevanceOf('en', 0.95, monolingual)).toBe(0);
    expect(relevanceOf('pt', 0.95, monolingual)).toBeGreaterThan(RELEVANCE_FLOOR);
  });
});

describe('a question in another language', () => {
  // The first number stands for the language, the others for what a text is about.
  const space = { name: 'two languages', dimensions: 4 };
  const about = (language: number, ...topic: readonly number[]): Float32Array => {
    const numbers = [language, ...topic];
    return Float32Array.from(numbers, (x) => x / Math.hypot(...numbers));
  };
  const question = about(1, 0.9, 0, 0);
  const scale = {
    unrelated: new Map([
      ['pt', 0.55],
      ['en', -0.55],
    ]),
    standout: { sameLanguage: 0.6, otherLanguage: 0.6 },
  };

  async function openTwoLanguages() {
    const opened = await openTestStore();
    const put = async (file: string, language: string, vector: Float32Array): Promise<void> => {
      await publish(opened.store, file, [`${file.replace(/\W/g, '')} ${language}.`], { language });
      const { content } = (await opened.reader.documents()).find((document) => document.path === file)!;
      await opened.store.putVectors(space, content.id, [{ ordinal: 0, vector }]);
    };
    for (let i = 0; i < 120; i++) await put(`outro${i}.txt`, 'pt', about(1, 0, 0.5 + (i % 7) / 10, i % 2));
    await put('right.txt', 'en', about(-1, 0.9, 0, 0));
    await put('other.txt', 'en', about(-1, 0, 0.9, 0));
    const documents = (await opened.reader.documents()).map(documentStateFromStore);
    const parts = {
      reader: opened.reader,
      documents: () => documents,
      scorePassages: async () => null,
      turns: searchTurns,
    };
    return Object.assign(opened, {
      find: async (of: typeof scale | null, mode: SearchMode = 'SEMANTIC') => {
        const embedQuestion = async () => ({ space, vector: question, scale: of, compare: async () => [] });
        return pathsOf(await searchPassages('xyz', EVERYWHERE, 3, { ...parts, embedQuestion }, signal, mode));
      },
    });
  }

  test('finds the passage that answers it among many in its own language, once languages are levelled', async () => {
    await using opened = await openTwoLanguages();
    expect((await opened.find(null))[0]).toMatch(/^outro/);
    expect((await opened.find(scale))[0]).toBe('right.txt');
    expect((await opened.find(scale, 'HYBRID'))[0]).toBe('right.txt');
  });
});
