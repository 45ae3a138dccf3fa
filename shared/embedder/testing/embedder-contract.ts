import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../embedder.ts';

/** Longer than the window of any model under test. */
const LONG_TEXT = 'O contrato de locação vence em março. '.repeat(400);

/**
 * The contract that every driver fulfils.
 * @param open opens an embedder with different prefixes for questions and passages.
 */
export function describeEmbedder(name: string, open: () => Promise<Embedder>): void {
  describe(`${name}, the embedder's contract`, () => {
    let embedder: Embedder;

    beforeEach(async () => {
      embedder = await open();
    });

    afterEach(() => embedder[Symbol.asyncDispose]());

    const embedOne = async (text: string): Promise<Float32Array> =>
      (await embedder.embed([text], 'passage')).vectors[0]!;

    it('gives vectors of unit length and of the dimensions of its space', async () => {
      const { vectors } = await embedder.embed(['multa', 'Prazo de entrega: 30 dias.', LONG_TEXT], 'passage');
      for (const vector of vectors) {
        expect(vector).toHaveLength(embedder.space.dimensions);
        expect(dot(vector, vector)).toBeCloseTo(1, 5);
      }
    });

    it('gives texts that say the same nearly the same vector, and others another', async () => {
      const { vectors } = await embedder.embed(
        ['O prazo de pagamento é de trinta dias.', 'O pagamento tem prazo de trinta dias.', 'A receita leva ovos.'],
        'passage',
      );
      expect(dot(vectors[0]!, vectors[1]!)).toBeGreaterThan(dot(vectors[0]!, vectors[2]!) + 0.1);
    });

    it('gives a text the same vector whatever stands beside it, in the order of the texts', async () => {
      const words = [
        'multa',
        'foro',
        'prazo',
        'locação',
        'fiador',
        'reajuste',
        'vistoria',
        'caução',
        'índice',
        'aluguel',
      ];
      const texts = words.flatMap((word, i) => [word, `A cláusula ${i} trata de ${word}. `.repeat(i + 1)]);
      const { vectors } = await embedder.embed(texts, 'passage');
      expect(vectors).toHaveLength(texts.length);
      for (const [i, text] of texts.entries()) expect(dot(vectors[i]!, await embedOne(text))).toBeCloseTo(1, 5);
    });

    it('embeds a question otherwise than a passage', async () => {
      const { vectors } = await embedder.embed(['Qual é a multa?'], 'query');
      expect(dot(vectors[0]!, await embedOne('Qual é a multa?'))).toBeLessThan(0.9999);
    });

    it('gives nothing for no texts, and a vector for an empty one', async () => {
      expect(await embedder.embed([], 'passage')).toEqual({ vectors: [], windowedTexts: 0 });
      const { vectors } = await embedder.embed(['', 'multa'], 'passage');
      expect(dot(vectors[0]!, vectors[0]!)).toBeCloseTo(1, 5);
      expect(dot(vectors[1]!, await embedOne('multa'))).toBeCloseTo(1, 5);
    });

    it('counts the texts that are longer than the window of the model', async () => {
      const { windowedTexts } = await embedder.embed([LONG_TEXT, 'curto', LONG_TEXT], 'passage');
      expect(windowedTexts).toBe(2);
    });

    it('reads a long text to its end', async () => {
      const ending = 'O fiador pagará a multa de vinte por cento. '.repeat(300);
      const [whole, ofEnding, other] = [
        await embedOne(LONG_TEXT + ending),
        await embedOne(ending),
        await embedOne(LONG_TEXT),
      ];
      expect(dot(whole, ofEnding)).toBeGreaterThan(dot(other, ofEnding) + 0.1);
    });

    it('answers many calls at once, each with its own vectors', async () => {
      const texts = Array.from({ length: 60 }, (_, i) => `A cláusula ${i} trata do item ${i * 7}.`);
      const answers = await Promise.all(texts.map((text) => embedder.embed([text], 'passage')));
      const { vectors } = await embedder.embed(texts, 'passage');
      for (const [i, answer] of answers.entries()) expect(dot(answer.vectors[0]!, vectors[i]!)).toBeCloseTo(1, 5);
    });

    it('answers a question before the passages that wait', async () => {
      const answered: string[] = [];
      const ask = async (label: string, texts: readonly string[], kind: 'query' | 'passage'): Promise<void> => {
        await embedder.embed(texts, kind);
        answered.push(label);
      };
      const passages = Array.from({ length: 40 }, () => LONG_TEXT);
      await Promise.all([
        ask('first passages', passages, 'passage'),
        ask('second passages', ['multa'], 'passage'),
        ask('question', ['Qual é a multa?'], 'query'),
      ]);
      expect(answered).toEqual(['question', 'first passages', 'second passages']);
    });

    it('rejects an aborted call with the reason, before it began and in the middle', async () => {
      const reason = new Error('não interessa mais');
      await expect(embedder.embed(['multa'], 'query', AbortSignal.abort(reason))).rejects.toBe(reason);
      const stop = new AbortController();
      // Seconds of work: on a busy machine the reply to the question may arrive late.
      const aborted = embedder.embed(
        Array.from({ length: 400 }, () => LONG_TEXT),
        'passage',
        stop.signal,
      );
      await embedder.embed(['Qual é a multa?'], 'query');
      stop.abort(reason);
      await expect(aborted).rejects.toBe(reason);
    });

    it('drops the work behind an aborted call', async () => {
      const stop = new AbortController();
      // Minutes of work, for which the next call would have to wait.
      const aborted = embedder.embed(
        Array.from({ length: 4000 }, () => LONG_TEXT),
        'passage',
        stop.signal,
      );
      stop.abort(new Error('não interessa mais'));
      await expect(aborted).rejects.toThrow('não interessa mais');
      expect(await embedOne('multa')).toHaveLength(embedder.space.dimensions);
    });

    it('rejects what is under way when it is disposed, and every later call', async () => {
      const pending = embedder.embed(
        Array.from({ length: 4000 }, () => LONG_TEXT),
        'passage',
      );
      const [rejected] = await Promise.allSettled([pending, embedder[Symbol.asyncDispose]()]);
      expect(rejected).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNUSABLE' } });
      await expect(embedder.embed(['multa'], 'query')).rejects.toMatchObject({ code: 'MODEL_UNUSABLE' });
      await embedder[Symbol.asyncDispose]();
    });
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}
