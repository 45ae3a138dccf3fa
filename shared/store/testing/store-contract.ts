import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkIdOf, contentIdOf, documentIdOf } from '../../document.ts';
import { queryVector } from '../../text/sparse.ts';
import { type TestContent, makeContent, makeDocument, store } from './contents.ts';
import type { Hit, StoreReader, StoreWriter, VectorSpace } from '../store.ts';

/** One empty store of a driver, for one test. Disposing of it deletes it. */
export interface StoreUnderTest extends AsyncDisposable {
  openWriter(): Promise<StoreWriter>;
  openReader(signal?: AbortSignal): Promise<StoreReader>;
}

const SPACE: VectorSpace = { name: 'model-a', dimensions: 3 };
const OTHER_SPACE: VectorSpace = { name: 'model-b', dimensions: 2 };

/** Tests everything that a driver of the store has to do. @param makeStore returns a new, empty store. */
export function describeStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name}, the store's contract`, () => {
    let underTest: StoreUnderTest;
    let writer: StoreWriter;
    let reader: StoreReader;

    beforeEach(async () => {
      underTest = await makeStore();
      writer = await underTest.openWriter();
      reader = await underTest.openReader();
    });

    afterEach(async () => {
      await reader[Symbol.asyncDispose]();
      await writer[Symbol.asyncDispose]();
      await underTest[Symbol.asyncDispose]();
    });

    const find = async (question: string, contents?: readonly string[], limit = 10): Promise<readonly Hit[]> => {
      const request = { sparse: queryVector(question), limit };
      return (await reader.search(contents === undefined ? request : { ...request, contents })).sparse;
    };
    const findPaths = async (question: string): Promise<string[]> =>
      (await find(question)).flatMap((hit) => hit.documents.map((document) => document.path));
    const findTexts = async (question: string): Promise<string[]> =>
      (await find(question)).map((hit) => hit.chunk.text);

    describe('publishing', () => {
      it('hides chunks until their content is published', async () => {
        const content = makeContent('a', ['prazo de entrega']);
        await writer.putChunks(content.summary, content.chunks);
        expect(await find('entrega')).toEqual([]);
        await writer.publish(makeDocument('a.txt', content), 1);
        expect(await findPaths('entrega')).toEqual(['a.txt']);
      });

      it('gives back document and chunk as they were stored', async () => {
        const content = makeContent('a', ['um\n', 'dois'], { title: 'Contrato', headings: ['Cláusula 1', 'Preço'] });
        await store(writer, 'pasta/a.txt', content, 1);
        const document = makeDocument('pasta/a.txt', content);
        const hit = await reader.findChunk(chunkIdOf(content.summary.id, 1));
        expect(hit?.chunk).toEqual(content.chunks[1]?.chunk);
        expect(hit?.documents).toEqual([document]);
        expect(await reader.findDocument(documentIdOf('pasta/a.txt'))).toEqual(document);
        expect(await reader.documents()).toEqual([document]);
      });

      it('replaces a content at once and whole', async () => {
        await store(writer, 'a.txt', makeContent('old', ['laranja antiga', 'laranja velha']), 1);
        await store(writer, 'a.txt', makeContent('new', ['laranja nova']), 2);
        expect(await findTexts('laranja')).toEqual(['laranja nova']);
      });

      it('never shows a reader half of a replacement, nor none', async () => {
        const contents = [3, 1, 4].map((count, version) =>
          makeContent(
            `v${version}`,
            Array.from({ length: count }, (_, i) => `abacaxi versão${version} parte ${i}. `),
          ),
        );
        await store(writer, 'a.txt', contents[0]!, 1);
        let revision = 1;
        let isReading = true;
        const writing = (async () => {
          while (isReading) {
            revision++;
            await store(writer, 'a.txt', contents[revision % contents.length]!, revision);
            await nextTurn();
          }
        })();
        try {
          for (let reads = 0; reads <= 10 || revision < 60; reads++) {
            const hits = await find('abacaxi');
            const ids = new Set(hits.map((hit) => hit.chunk.contentId));
            expect(ids.size).toBe(1);
            expect(hits).toHaveLength(hits[0]!.documents[0]!.content.chunkCount);
            await nextTurn();
          }
        } finally {
          isReading = false;
          await writing;
        }
      });

      it('refuses a content whose chunks are not all there, and keeps the one before', async () => {
        await store(writer, 'a.txt', makeContent('old', ['pera']), 1);
        const content = makeContent('new', ['uva', 'uva', 'uva']);
        await writer.putChunks(content.summary, [content.chunks[0]!, content.chunks[2]!]);
        await expect(writer.publish(makeDocument('a.txt', content), 2)).rejects.toMatchObject({
          code: 'CONTENT_INCOMPLETE',
          message: expect.stringContaining('a.txt'),
        });
        expect(await findPaths('pera')).toEqual(['a.txt']);
        expect(await find('uva')).toEqual([]);
      });

      it('refuses a content with as many chunks as it should have, but not the right ones', async () => {
        const { summary, chunks } = makeContent('a', ['uva', 'uva']);
        const content = { ...makeContent('a', ['uva']), summary: { ...summary, chunkCount: 1 } };
        await writer.putChunks(content.summary, chunks.slice(1));
        await expect(writer.publish(makeDocument('a.txt', content), 1)).rejects.toMatchObject({
          code: 'CONTENT_INCOMPLETE',
        });
      });

      it('goes on with a content after a crash, chunk by chunk', async () => {
        const content = makeContent('a', ['um ', 'dois ', 'três']);
        await writer.putChunks(content.summary, content.chunks.slice(0, 1));
        expect(await writer.countChunks(content.summary.id)).toBe(1);
        await writer.putChunks(content.summary, content.chunks);
        expect(await writer.countChunks(content.summary.id)).toBe(3);
        await writer.publish(makeDocument('a.txt', content), 1);
        expect(await reader.stats()).toMatchObject({ documents: 1, chunks: 3 });
      });

      it('counts no chunks of a content that it does not know', async () => {
        expect(await writer.countChunks(contentIdOf('unknown', 'test'))).toBe(0);
      });

      it('publishes a content without chunks', async () => {
        await writer.publish(makeDocument('vazio.txt', makeContent('empty', [])), 1);
        expect(await reader.stats()).toMatchObject({ documents: 1, chunks: 0 });
      });

      it('takes every call twice without a difference', async () => {
        const content = makeContent('a', ['manga']);
        await store(writer, 'a.txt', content, 1);
        const once = [await find('manga'), await reader.stats()];
        await store(writer, 'a.txt', content, 1);
        expect([await find('manga'), await reader.stats()]).toEqual(once);
        await writer.unpublish('a.txt', 2);
        await writer.unpublish('a.txt', 2);
        await writer.collect([content.summary.id]);
        await writer.collect([content.summary.id]);
        expect(await reader.documents()).toEqual([]);
      });

      it('ignores a revision at or below the one of the path', async () => {
        const [old, current] = [makeContent('old', ['figo']), makeContent('new', ['caju'])];
        await store(writer, 'a.txt', current, 5);
        await store(writer, 'a.txt', old, 4);
        await store(writer, 'a.txt', old, 5);
        await writer.unpublish('a.txt', 5);
        expect(await findPaths('caju')).toEqual(['a.txt']);
        expect(await find('figo')).toEqual([]);
      });

      it('ignores a late revision also when its content is incomplete', async () => {
        await store(writer, 'a.txt', makeContent('new', ['caju']), 5);
        await writer.publish(makeDocument('a.txt', makeContent('old', ['figo'])), 4);
        expect(await findPaths('caju')).toEqual(['a.txt']);
      });

      it('does not bring a removed path back by a late publish', async () => {
        const content = makeContent('a', ['goiaba']);
        await store(writer, 'a.txt', content, 1);
        await writer.unpublish('a.txt', 3);
        await writer.publish(makeDocument('a.txt', content), 2);
        expect(await find('goiaba')).toEqual([]);
        await writer.publish(makeDocument('a.txt', content), 4);
        expect(await findPaths('goiaba')).toEqual(['a.txt']);
      });

      it('leaves a tombstone also for a path that was never published', async () => {
        await writer.unpublish('a.txt', 3);
        await store(writer, 'a.txt', makeContent('a', ['goiaba']), 2);
        expect(await reader.documents()).toEqual([]);
      });

      it('answers for two paths with one content, and for the other when one goes', async () => {
        const content = makeContent('a', ['kiwi']);
        await store(writer, 'b.txt', content, 1);
        await writer.publish(makeDocument('a.txt', content), 2);
        expect(await findPaths('kiwi')).toEqual(['a.txt', 'b.txt']);
        expect(await reader.stats()).toMatchObject({ documents: 2, chunks: 1 });
        await writer.unpublish('b.txt', 3);
        expect(await findPaths('kiwi')).toEqual(['a.txt']);
      });

      it('renames without new chunks', async () => {
        const content = makeContent('a', ['melancia']);
        await store(writer, 'old.txt', content, 1);
        await writer.publish(makeDocument('new.txt', content), 2);
        await writer.unpublish('old.txt', 3);
        expect(await findPaths('melancia')).toEqual(['new.txt']);
        expect(await writer.countChunks(content.summary.id)).toBe(1);
      });

      it('remembers the highest revision, also of removals, when it is opened again', async () => {
        expect(writer.lastRevision).toBe(0);
        await store(writer, 'a.txt', makeContent('a', ['um']), 7);
        await writer.unpublish('b.txt', 9);
        await store(writer, 'c.txt', makeContent('c', ['um']), 8);
        await writer[Symbol.asyncDispose]();
        writer = await underTest.openWriter();
        expect(writer.lastRevision).toBe(9);
        expect(await findPaths('um')).toEqual([]);
        expect((await reader.documents()).map(({ path }) => path)).toEqual(['a.txt', 'c.txt']);
      });
    });

    describe('keyword search', () => {
      it.each([
        ['licitacao', 'Das licitações em geral'],
        ['LICITAÇÕES', 'a licitacao foi aberta'],
        ['rescisao', 'sobre rescisões'],
        ['contratos', 'o contrato vigente'],
        ['14.133/2021', 'conforme a Lei 14.133/2021, art. 5'],
        ['12.345.678/0001-90', 'CNPJ 12.345.678/0001-90'],
        ['maria@empresa.com.br', 'escreva para Maria@empresa.com.br.'],
        ['policy', 'our policies'],
      ])('finds by %s: %s', async (question, text) => {
        await store(writer, 'a.txt', makeContent('a', [text]), 1);
        await store(writer, 'b.txt', makeContent('b', ['nada parecido aqui']), 2);
        expect((await findPaths(question))[0]).toBe('a.txt');
      });

      it('finds every chunk by the words of its title and headings', async () => {
        const content = makeContent('a', ['primeiro. ', 'segundo.'], { title: 'Estatuto', headings: ['Assembleia'] });
        await store(writer, 'a.txt', content, 1);
        expect(await find('estatuto')).toHaveLength(2);
        expect(await find('assembleia')).toHaveLength(2);
      });

      it('finds nothing for a question of stop words only', async () => {
        await store(writer, 'a.txt', makeContent('a', ['o que é isso?']), 1);
        expect(await find('o que é?')).toEqual([]);
      });

      it('puts the better match first and keeps to the limit', async () => {
        await store(writer, 'a.txt', makeContent('a', ['férias e muitas outras coisas do trabalho']), 1);
        await store(writer, 'b.txt', makeContent('b', ['férias vencidas em dobro']), 2);
        await store(writer, 'c.txt', makeContent('c', ['dobro de nada']), 3);
        const hits = await find('férias vencidas em dobro');
        expect(hits[0]?.documents[0]?.path).toBe('b.txt');
        expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((x, y) => y - x));
        expect(await find('férias vencidas em dobro', undefined, 1)).toEqual(hits.slice(0, 1));
        expect(await find('férias vencidas em dobro', undefined, 2)).toEqual(hits.slice(0, 2));
      });

      it('weighs a rare term more than a common one', async () => {
        for (const i of [1, 2, 3, 4]) await store(writer, `${i}.txt`, makeContent(`${i}`, ['relatório']), i);
        await store(writer, 'x.txt', makeContent('x', ['xilofone']), 5);
        const hits = await find('relatório xilofone');
        expect(hits[0]?.documents[0]?.path).toBe('x.txt');
      });

      it('orders ties by chunk id, however they were stored', async () => {
        for (const i of [5, 2, 4, 1, 3]) await store(writer, `${i}.txt`, makeContent(`${i}`, ['igual']), i);
        const ids = (await find('igual')).map((hit) => hit.chunk.id);
        expect(ids).toEqual(ids.toSorted());
        expect((await find('igual', undefined, 3)).map((hit) => hit.chunk.id)).toEqual(ids.slice(0, 3));
      });

      it('looks only into the contents that it is given', async () => {
        const contents = ['a', 'b', 'c'].map((name) => makeContent(name, ['morango']));
        for (const [i, content] of contents.entries()) await store(writer, `${i}.txt`, content, i + 1);
        const [, second, third] = contents.map((content) => content.summary.id);
        const found = await find('morango', [third!, second!, second!, contentIdOf('unknown', 'test')]);
        expect(new Set(found.map((hit) => hit.chunk.contentId))).toEqual(new Set([second, third]));
        expect(found).toHaveLength(2);
        expect(await find('morango', [])).toEqual([]);
      });

      it('does not find an unpublished content that it is asked for', async () => {
        const content = makeContent('a', ['morango']);
        await writer.putChunks(content.summary, content.chunks);
        expect(await find('morango', [content.summary.id])).toEqual([]);
      });

      it('leaves the arms alone that were not asked', async () => {
        await store(writer, 'a.txt', makeContent('a', ['morango']), 1);
        expect(await reader.search({ limit: 5 })).toEqual({ sparse: [], dense: [] });
      });

      it('finds a content again that was deleted and stored anew between two questions', async () => {
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

      it('finds and scores after many replacements as in a store that is opened anew', async () => {
        const vector = Float32Array.of(0, 0, 1);
        const numbered = (i: number): TestContent =>
          makeContent(
            `n${i}`,
            Array.from({ length: 50 }, (_, part) => `lote ${i} item ${part} `),
          );
        const ask = async (): Promise<unknown> =>
          reader.search({ sparse: queryVector('item lote 30'), dense: { space: SPACE, vector }, limit: 100 });

        const lasting = makeContent('lasting', ['lote 30 ', 'outro lote ']);
        await store(writer, 'a.txt', numbered(1), 1);
        await store(writer, 'b.txt', lasting, 100);
        await writer.putVectors(SPACE, lasting.summary.id, [{ ordinal: 1, vector }]);
        for (let i = 2; i <= 30; i++) {
          await ask();
          await store(writer, 'a.txt', numbered(i), i);
        }
        const followed = await ask();
        await reader[Symbol.asyncDispose]();
        reader = await underTest.openReader();
        expect(await ask()).toEqual(followed);
        expect(followed).toMatchObject({ dense: [{ chunk: { text: 'outro lote ' }, score: 1 }] });
        expect(followed).toHaveProperty('sparse.length', 52);
      });
    });

    describe('reading around a hit', () => {
      it('gives the neighbours of a chunk as far as they exist, in order', async () => {
        const content = makeContent('a', ['a', 'b', 'c', 'd', 'e']);
        await store(writer, 'a.txt', content, 1);
        const texts = async (from: number, to: number): Promise<string> =>
          (await reader.neighbours(content.summary.id, from, to)).map((chunk) => chunk.text).join('');
        expect(await texts(1, 3)).toBe('bcd');
        expect(await texts(-2, 0)).toBe('a');
        expect(await texts(4, 9)).toBe('e');
        expect(await texts(7, 9)).toBe('');
      });

      it('gives any span of the text, across borders and overlaps', async () => {
        const parts = ['Primeira parte. ', 'Segunda 📎 parte. ', 'Terceira.'];
        const content = makeContent('a', parts, { overlap: 7 });
        await store(writer, 'a.txt', content, 1);
        const { id, textLength } = content.summary;
        for (let start = 0; start <= textLength; start += 3) {
          for (let end = start; end <= textLength; end += 2) {
            expect(await reader.text(id, start, end)).toBe(content.text.slice(start, end));
          }
        }
        expect(await reader.text(id, -5, 1000)).toBe(content.text);
        expect(await reader.text(id, textLength, textLength + 5)).toBe('');
        expect(await reader.text(id, 5, 2)).toBe('');
      });

      it('gives nothing of a content that is no longer published', async () => {
        const content = makeContent('old', ['sigilo']);
        await store(writer, 'a.txt', content, 1);
        await store(writer, 'a.txt', makeContent('new', ['aberto']), 2);
        const { id } = content.summary;
        expect(await reader.text(id, 0, 10)).toBe('');
        expect(await reader.neighbours(id, 0, 10)).toEqual([]);
        expect(await reader.findChunk(chunkIdOf(id, 0))).toBeUndefined();
        expect(await find('sigilo', [id])).toEqual([]);
      });

      it('finds no unknown chunk or document', async () => {
        expect(await reader.findChunk(chunkIdOf(contentIdOf('unknown', 'test'), 0))).toBeUndefined();
        await writer.unpublish('a.txt', 1);
        expect(await reader.findDocument(documentIdOf('a.txt'))).toBeUndefined();
      });

      it('lists documents in the order of code units', async () => {
        const paths = ['b.txt', 'a/z.txt', '\u{1F4CE}.txt', '\uFF21.txt', 'B.txt', 'á.txt'];
        for (const [i, path] of paths.entries()) await store(writer, path, makeContent('a', ['um']), i + 1);
        expect((await reader.documents()).map(({ path }) => path)).toEqual(paths.toSorted());
      });

      it('counts what is published', async () => {
        expect(await reader.stats()).toMatchObject({ documents: 0, chunks: 0 });
        await store(writer, 'a.txt', makeContent('a', ['um', 'dois']), 1);
        const hidden = makeContent('b', ['três']);
        await writer.putChunks(hidden.summary, hidden.chunks);
        const stats = await reader.stats();
        expect(stats).toMatchObject({ documents: 1, chunks: 2 });
        expect(stats.sizeBytes).toBeGreaterThan(0);
      });
    });

    describe('vectors', () => {
      const unit = (...numbers: readonly number[]): Float32Array => {
        const length = Math.hypot(...numbers);
        return Float32Array.from(numbers, (x) => x / length);
      };
      const putVector = (content: TestContent, vector: Float32Array, space = SPACE): Promise<void> =>
        writer.putVectors(space, content.summary.id, [{ ordinal: 0, vector }]);
      const findNear = async (vector: Float32Array, space = SPACE): Promise<string[]> =>
        (await reader.search({ dense: { space, vector }, limit: 5 })).dense.map((hit) => hit.chunk.text);
      const missing = async (space: VectorSpace): Promise<string[]> =>
        (await Array.fromAsync(writer.missingVectors(space))).map(({ chunk }) => chunk.text);

      it('finds the nearest first, and chunks without a vector not at all', async () => {
        const contents = ['perto', 'longe', 'oposto', 'sem'].map((text) => makeContent(text, [text]));
        for (const [i, content] of contents.entries()) await store(writer, `${i}.txt`, content, i + 1);
        await putVector(contents[0]!, unit(1, 0.1, 0));
        expect(await findNear(unit(1, 0, 0))).toEqual(['perto']);
        await putVector(contents[1]!, unit(1, 3, 0));
        await putVector(contents[2]!, unit(-1, 0, 0));
        expect(await findNear(unit(1, 0, 0))).toEqual(['perto', 'longe', 'oposto']);
        const { dense } = await reader.search({ dense: { space: SPACE, vector: unit(1, 0, 0) }, limit: 1 });
        expect(dense).toHaveLength(1);
        expect(dense[0]?.score).toBeCloseTo(1 / Math.hypot(1, 0.1), 2);
      });

      it('finds by vectors that were there before the content was published again', async () => {
        const content = makeContent('a', ['volta']);
        await store(writer, 'a.txt', content, 1);
        await putVector(content, unit(1, 0, 0));
        await writer.unpublish('a.txt', 2);
        expect(await findNear(unit(1, 0, 0))).toEqual([]);
        await writer.publish(makeDocument('a.txt', content), 3);
        expect(await findNear(unit(1, 0, 0))).toEqual(['volta']);
      });

      it('finds by a vector that was written after the last ones were deleted', async () => {
        const [a, b] = [makeContent('a', ['antes']), makeContent('b', ['depois'])];
        await store(writer, 'a.txt', a, 1);
        await putVector(a, unit(1, 0, 0));
        expect(await findNear(unit(1, 0, 0))).toEqual(['antes']);
        await store(writer, 'a.txt', b, 2);
        await writer.collect([a.summary.id]);
        expect(await findNear(unit(1, 0, 0))).toEqual([]);
        await putVector(b, unit(1, 0, 0));
        expect(await findNear(unit(1, 0, 0))).toEqual(['depois']);
      });

      it('refuses vectors and questions of another space', async () => {
        const content = makeContent('a', ['um']);
        await store(writer, 'a.txt', content, 1);
        const mismatch = { code: 'SPACE_MISMATCH' };
        await expect(findNear(unit(1, 0, 0))).rejects.toMatchObject(mismatch);
        await putVector(content, unit(1, 0, 0));
        await expect(putVector(content, unit(1, 0))).rejects.toMatchObject(mismatch);
        await expect(putVector(content, unit(1, 0), { ...SPACE, dimensions: 2 })).rejects.toMatchObject(mismatch);
        await expect(findNear(unit(1, 0), OTHER_SPACE)).rejects.toMatchObject(mismatch);
        await expect(findNear(unit(1, 0))).rejects.toMatchObject(mismatch);
      });

      it('makes the first space active by itself, and another one when told to', async () => {
        expect(await reader.spaces()).toEqual({ active: null, filling: [], embeddedShare: 0 });
        const [a, b] = [makeContent('a', ['um']), makeContent('b', ['dois'])];
        await store(writer, 'a.txt', a, 1);
        await store(writer, 'b.txt', b, 2);
        await putVector(a, unit(1, 0, 0));
        expect(await reader.spaces()).toEqual({ active: SPACE, filling: [], embeddedShare: 0.5 });
        await putVector(b, unit(0, 1, 0));
        await putVector(b, unit(0, 1), OTHER_SPACE);
        expect(await reader.spaces()).toEqual({ active: SPACE, filling: [OTHER_SPACE], embeddedShare: 1 });
        expect(await findNear(unit(1, 0, 0))).toEqual(['um', 'dois']);
        await writer.activate(OTHER_SPACE);
        expect(await reader.spaces()).toEqual({ active: OTHER_SPACE, filling: [SPACE], embeddedShare: 0.5 });
        expect(await findNear(unit(0, 1), OTHER_SPACE)).toEqual(['dois']);
      });

      it('forgets spaces with their vectors, but the active one and the one it is told to keep', async () => {
        const content = makeContent('a', ['um']);
        await store(writer, 'a.txt', content, 1);
        await putVector(content, unit(1, 0, 0));
        await putVector(content, unit(0, 1), OTHER_SPACE);
        await writer.forgetSpacesBut(OTHER_SPACE);
        expect((await reader.spaces()).filling).toEqual([OTHER_SPACE]);
        await writer.activate(OTHER_SPACE);
        await writer.forgetSpacesBut(OTHER_SPACE);
        expect(await reader.spaces()).toEqual({ active: OTHER_SPACE, filling: [], embeddedShare: 1 });
        expect(await missing(SPACE)).toEqual(['um']);
        await putVector(content, unit(1, 0, 0));
        expect(await missing(SPACE)).toEqual([]);
        expect(await findNear(unit(0, 1), OTHER_SPACE)).toEqual(['um']);
      });

      it('names the published chunks without a vector, newest documents first', async () => {
        const [a, b, c] = [makeContent('a', ['a0', 'a1']), makeContent('b', ['b0']), makeContent('c', ['c0'])];
        await store(writer, 'b.txt', b, 1);
        await store(writer, 'a.txt', a, 2);
        await store(writer, 'copy-of-b.txt', b, 3);
        await writer.putChunks(c.summary, c.chunks);
        expect(await missing(SPACE)).toEqual(['b0', 'a0', 'a1']);
        await putVector(a, unit(1, 0, 0));
        expect(await missing(SPACE)).toEqual(['b0', 'a1']);
        expect(await missing(OTHER_SPACE)).toEqual(['b0', 'a0', 'a1']);
        const [first] = await Array.fromAsync(writer.missingVectors(SPACE));
        const { chunk, embeddedTextHash } = b.chunks[0]!;
        expect(first).toEqual({ chunk, title: b.summary.title, embeddedTextHash });
      });

      it('can be filled while the missing ones are read', async () => {
        const content = makeContent('a', ['a0', 'a1', 'a2']);
        await store(writer, 'a.txt', content, 1);
        for await (const { chunk } of writer.missingVectors(SPACE)) {
          await writer.putVectors(SPACE, chunk.contentId, [{ ordinal: chunk.ordinal, vector: unit(1, 0, 0) }]);
        }
        expect(await missing(SPACE)).toEqual([]);
      });

      it('knows the vector of an embedded text again, for another content as well', async () => {
        const content = makeContent('a', ['igual']);
        await store(writer, 'a.txt', content, 1);
        await putVector(content, unit(1, 2, 3));
        const hash = makeContent('b', ['igual']).chunks[0]!.embeddedTextHash;
        const found = await writer.findVectors(SPACE, [hash, 'unknown']);
        expect([...found.keys()]).toEqual([hash]);
        unit(1, 2, 3).forEach((x, i) => expect(found.get(hash)?.[i]).toBeCloseTo(x, 2));
        expect((await writer.findVectors(OTHER_SPACE, [hash])).size).toBe(0);
      });

      it('keeps the first of two vectors for one chunk', async () => {
        const content = makeContent('a', ['um']);
        await store(writer, 'a.txt', content, 1);
        await putVector(content, unit(1, 0, 0));
        await putVector(content, unit(0, 1, 0));
        const { dense } = await reader.search({ dense: { space: SPACE, vector: unit(1, 0, 0) }, limit: 5 });
        expect(dense.map((hit) => hit.score)).toEqual([1]);
      });
    });

    describe('audit', () => {
      it('lists contents with what is stored of them, and every path with its tombstones', async () => {
        const [a, b] = [makeContent('a', ['um']), makeContent('b', ['dois', 'três'])];
        await store(writer, 'a.txt', a, 1);
        await writer.putChunks(b.summary, b.chunks.slice(0, 1));
        await writer.unpublish('gone.txt', 2);
        const contents = await Array.fromAsync(writer.contents());
        expect(contents.toSorted((x, y) => x.storedChunks - y.storedChunks || (x.id < y.id ? -1 : 1))).toEqual(
          [
            { id: a.summary.id, storedChunks: 1, isPublished: true },
            { id: b.summary.id, storedChunks: 1, isPublished: false },
          ].toSorted((x, y) => (x.id < y.id ? -1 : 1)),
        );
        const publications = await Array.fromAsync(writer.publications());
        expect(publications.toSorted((x, y) => x.revision - y.revision)).toEqual([
          { path: 'a.txt', revision: 1, content: a.summary.id },
          { path: 'gone.txt', revision: 2, content: null },
        ]);
      });

      it('deletes unpublished contents with their chunks, and never one that a path refers to', async () => {
        const [live, dead] = [makeContent('live', ['viva']), makeContent('dead', ['morta'])];
        await store(writer, 'a.txt', dead, 1);
        await store(writer, 'b.txt', live, 2);
        await writer.unpublish('a.txt', 3);
        await writer.collect([live.summary.id, dead.summary.id, contentIdOf('unknown', 'test')]);
        expect(await writer.countChunks(dead.summary.id)).toBe(0);
        expect(await writer.countChunks(live.summary.id)).toBe(1);
        expect(await findPaths('viva')).toEqual(['b.txt']);
        expect((await Array.fromAsync(writer.contents())).map(({ id }) => id)).toEqual([live.summary.id]);
      });
    });

    describe('opening and aborting', () => {
      it('lets a reader wait for the store, and work once a writer has made it', async () => {
        const other = await makeStore();
        const opening = other.openReader();
        expect(await Promise.race([opening.then(() => 'open'), nextTurn('waiting')])).toBe('waiting');
        const firstWriter = await other.openWriter();
        await store(firstWriter, 'a.txt', makeContent('a', ['enfim']), 1);
        const waited = await opening;
        expect((await waited.search({ sparse: queryVector('enfim'), limit: 1 })).sparse).toHaveLength(1);
        await waited[Symbol.asyncDispose]();
        await firstWriter[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
      });

      it('ends that wait when it is aborted', async () => {
        const other = await makeStore();
        const controller = new AbortController();
        const opening = other.openReader(controller.signal);
        const reason = new Error('enough');
        controller.abort(reason);
        await expect(opening).rejects.toBe(reason);
        await other[Symbol.asyncDispose]();
      });

      it('rejects an aborted call with the reason, and leaves nothing behind', async () => {
        const reason = new Error('enough');
        const signal = AbortSignal.abort(reason);
        const content = makeContent('a', ['um']);
        const { id } = content.summary;
        const calls = [
          () => writer.putChunks(content.summary, content.chunks, signal),
          () => writer.countChunks(id, signal),
          () => writer.publish(makeDocument('a.txt', content), 1, signal),
          () => writer.unpublish('a.txt', 1, signal),
          () => writer.findVectors(SPACE, [], signal),
          () => writer.putVectors(SPACE, id, [], signal),
          () => writer.activate(SPACE, signal),
          () => writer.collect([id], signal),
          () => Array.fromAsync(writer.missingVectors(SPACE, signal)),
          () => Array.fromAsync(writer.contents(signal)),
          () => Array.fromAsync(writer.publications(signal)),
          () => reader.search({ sparse: queryVector('um'), limit: 1 }, signal),
          () => reader.spaces(signal),
          () => reader.findChunk(chunkIdOf(id, 0), signal),
          () => reader.neighbours(id, 0, 1, signal),
          () => reader.text(id, 0, 1, signal),
          () => reader.findDocument(documentIdOf('a.txt'), signal),
          () => reader.documents(signal),
          () => reader.stats(signal),
        ];
        for (const call of calls) await expect(call()).rejects.toBe(reason);
        expect(await writer.countChunks(id)).toBe(0);
        expect((await reader.spaces()).active).toBeNull();
      });

      it('stops an iteration in the middle when it is aborted', async () => {
        const controller = new AbortController();
        await store(writer, 'a.txt', makeContent('a', ['a0', 'a1']), 1);
        const seen: string[] = [];
        const reading = (async () => {
          for await (const { chunk } of writer.missingVectors(SPACE, controller.signal)) {
            seen.push(chunk.text);
            controller.abort(new Error('enough'));
          }
        })();
        await expect(reading).rejects.toThrow('enough');
        expect(seen).toEqual(['a0']);
      });

      it('may be closed twice', async () => {
        await writer[Symbol.asyncDispose]();
        await expect(writer[Symbol.asyncDispose]()).resolves.toBeUndefined();
        await reader[Symbol.asyncDispose]();
        await expect(reader[Symbol.asyncDispose]()).resolves.toBeUndefined();
      });
    });
  });
}
