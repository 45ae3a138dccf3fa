import { describe, expect } from 'vitest';
import { contentIdOf } from '../../document.ts';
import { queryVector } from '../../text/sparse.ts';
import { type TestContent, makeContent, store } from './contents.ts';
import { SPACE, type StoreTest } from './store-test.ts';
import type { SearchRequest, StoreReader } from '../store.ts';

/** Tests the keyword arm of the search. */
export function describeKeywordSearch(it: StoreTest): void {
  describe('keyword search', () => {
    it.for([
      ['licitacao', 'Das licitações em geral'],
      ['LICITAÇÕES', 'a licitacao foi aberta'],
      ['rescisao', 'sobre rescisões'],
      ['contratos', 'o contrato vigente'],
      ['14.133/2021', 'conforme a Lei 14.133/2021, art. 5'],
      ['12.345.678/0001-90', 'CNPJ 12.345.678/0001-90'],
      ['maria@empresa.com.br', 'escreva para Maria@empresa.com.br.'],
      ['policy', 'our policies'],
    ] as const)('finds by %s: %s', async ([question, text], { writer, findPaths }) => {
      await store(writer, 'a.txt', makeContent('a', [text]), 1);
      await store(writer, 'b.txt', makeContent('b', ['nada parecido aqui']), 2);
      expect((await findPaths(question))[0]).toBe('a.txt');
    });

    it('finds every chunk by the words of its title and headings', async ({ writer, find }) => {
      const content = makeContent('a', ['primeiro. ', 'segundo.'], { title: 'Estatuto', headings: ['Assembleia'] });
      await store(writer, 'a.txt', content, 1);
      expect(await find('estatuto')).toHaveLength(2);
      expect(await find('assembleia')).toHaveLength(2);
    });

    it('finds nothing for a question of stop words only', async ({ writer, find }) => {
      await store(writer, 'a.txt', makeContent('a', ['o que é isso?']), 1);
      expect(await find('o que é?')).toEqual([]);
    });

    it('puts the better match first and keeps to the limit', async ({ writer, find }) => {
      await store(writer, 'a.txt', makeContent('a', ['férias e muitas outras coisas do trabalho']), 1);
      await store(writer, 'b.txt', makeContent('b', ['férias vencidas em dobro']), 2);
      await store(writer, 'c.txt', makeContent('c', ['dobro de nada']), 3);
      const hits = await find('férias vencidas em dobro');
      expect(hits[0]?.documents[0]?.path).toBe('b.txt');
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((x, y) => y - x));
      expect(await find('férias vencidas em dobro', undefined, 1)).toEqual(hits.slice(0, 1));
      expect(await find('férias vencidas em dobro', undefined, 2)).toEqual(hits.slice(0, 2));
    });

    it('weighs a rare term more than a common one', async ({ writer, find }) => {
      for (const i of [1, 2, 3, 4]) await store(writer, `${i}.txt`, makeContent(`${i}`, ['relatório']), i);
      await store(writer, 'x.txt', makeContent('x', ['xilofone']), 5);
      const hits = await find('relatório xilofone');
      expect(hits[0]?.documents[0]?.path).toBe('x.txt');
    });

    it('orders ties by chunk id, however they were stored', async ({ writer, find }) => {
      for (const i of [5, 2, 4, 1, 3]) await store(writer, `${i}.txt`, makeContent(`${i}`, ['igual']), i);
      const ids = (await find('igual')).map((hit) => hit.chunk.id);
      expect(ids).toEqual(ids.toSorted());
      expect((await find('igual', undefined, 3)).map((hit) => hit.chunk.id)).toEqual(ids.slice(0, 3));
    });

    it('looks only into the contents that it is given', async ({ writer, find }) => {
      const contents = ['a', 'b', 'c'].map((name) => makeContent(name, ['morango']));
      for (const [i, content] of contents.entries()) await store(writer, `${i}.txt`, content, i + 1);
      const [, second, third] = contents.map((content) => content.summary.id);
      const found = await find('morango', [third!, second!, second!, contentIdOf('unknown', 'test')]);
      expect(new Set(found.map((hit) => hit.chunk.contentId))).toEqual(new Set([second, third]));
      expect(found).toHaveLength(2);
      expect(await find('morango', [])).toEqual([]);
    });

    it('looks only into contents of the language that it is given, and of the list if there is one', async ({
      writer,
      reader,
    }) => {
      const contents = (['pt', 'en', null, 'en'] as const).map((language, n) =>
        makeContent(`n${n}`, ['hotel'], { language }),
      );
      for (const [n, content] of contents.entries()) await store(writer, `${n}.txt`, content, n + 1);
      const paths = async (among: Pick<SearchRequest, 'language' | 'contents'>): Promise<string[]> => {
        const { sparse } = await reader.search({ sparse: queryVector('hotel'), limit: 5, ...among });
        return sparse.flatMap((hit) => hit.documents.map(({ path }) => path)).toSorted();
      };
      expect(await paths({ language: 'en' })).toEqual(['1.txt', '3.txt']);
      expect(await paths({ language: 'en', contents: contents.slice(0, 2).map(({ summary }) => summary.id) })).toEqual([
        '1.txt',
      ]);
      expect(await paths({ language: 'fr' })).toEqual([]);
      await store(writer, '0.txt', makeContent('new', ['hotel'], { language: 'en' }), 5);
      await writer.unpublish('1.txt', 6);
      expect(await paths({ language: 'en' })).toEqual(['0.txt', '3.txt']);
      expect(await paths({ language: 'pt' })).toEqual([]);
    });

    it('does not find an unpublished content that it is asked for', async ({ writer, find }) => {
      const content = makeContent('a', ['morango']);
      await writer.putChunks(content.summary, content.chunks);
      expect(await find('morango', [content.summary.id])).toEqual([]);
    });

    it('leaves the arms alone that were not asked', async ({ writer, reader }) => {
      await store(writer, 'a.txt', makeContent('a', ['morango']), 1);
      expect(await reader.search({ limit: 5 })).toEqual({ sparse: [], dense: [] });
    });

    it('finds a content again that was deleted and stored anew between two questions', async ({ writer, find }) => {
      const content = makeContent('a', ['jaca']);
      await store(writer, 'a.txt', content, 1);
      expect(await find('jaca')).toHaveLength(1);
      await writer.unpublish('a.txt', 2);
      await writer.collect([content.summary.id]);
      await store(writer, 'b.txt', makeContent('b', ['amora']), 3);
      await store(writer, 'a.txt', content, 4);
      expect(await find('jaca')).toHaveLength(1);
      expect(await find('amora')).toHaveLength(1);
    });

    it('finds and scores after many replacements as in a store that is opened anew', async ({
      underTest,
      writer,
      reader,
    }) => {
      const vector = Float32Array.of(0, 0, 1);
      const numbered = (i: number): TestContent =>
        makeContent(
          `n${i}`,
          Array.from({ length: 50 }, (_, part) => `lote ${i} item ${part} `),
        );
      const ask = (asked: StoreReader): Promise<unknown> =>
        asked.search({ sparse: queryVector('item lote 30'), dense: { space: SPACE, vector }, limit: 100 });

      const lasting = makeContent('lasting', ['lote 30 ', 'outro lote ']);
      await store(writer, 'a.txt', numbered(1), 1);
      await store(writer, 'b.txt', lasting, 100);
      await writer.putVectors(SPACE, lasting.summary.id, [{ ordinal: 1, vector }]);
      for (let i = 2; i <= 30; i++) {
        await ask(reader);
        await store(writer, 'a.txt', numbered(i), i);
      }
      const followed = await ask(reader);
      await using fresh = await underTest.openReader();
      expect(await ask(fresh)).toEqual(followed);
      expect(followed).toMatchObject({ dense: [{ chunk: { text: 'outro lote ' }, score: 1 }] });
      expect(followed).toHaveProperty('sparse.length', 52);
    });
  });
}
