import { describe, expect, test } from 'vitest';
import type { GenerateRequest, Generator, GeneratorEvent } from '../generate/generator.ts';

/** A question with two minimal passages. */
export const REQUEST: GenerateRequest = {
  language: 'pt',
  question: 'Qual é o prazo de garantia?',
  passages: [
    {
      rank: 1,
      title: 'Manual',
      modifiedAt: '2026-03-31T12:00:00.000Z',
      places: [{ start: 0, name: 'p. 3' }],
      headings: ['Garantia'],
      text: 'O prazo de garantia é de 27 meses.',
    },
    {
      rank: 2,
      title: 'Loja',
      modifiedAt: '2026-03-31T12:00:00.000Z',
      places: [],
      headings: [],
      text: 'A loja abre às nove. O prazo da garantia se pede no balcão.',
    },
  ],
  compareMeaning: async () => null,
  maxTokens: 100,
  temperature: 0,
};

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** Reads all events, or rejects with what the iteration throws. */
export async function eventsOf<T>(events: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(events);
}

/** Joins the text of all deltas; other events are ignored. */
export function textOf(events: readonly { readonly type: string; readonly text?: string }[]): string {
  return events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
}

/**
 * Defines the tests that every generator passes.
 * @param open called in each test; returns a generator that can answer REQUEST. It is not disposed of here.
 */
export function testGenerator(name: string, open: () => Promise<Generator>): void {
  describe(`${name} as a generator`, () => {
    test('yields started, then deltas that are never empty, then finished', async () => {
      const generator = await open();
      const events = await eventsOf(generator.generate(REQUEST, NEVER));
      const types = events.map(({ type }) => type);
      expect(types.at(0)).toBe('started');
      expect(types.at(-1)).toBe('finished');
      expect(new Set(types.slice(1, -1))).toEqual(new Set(['delta']));
      expect(events.filter((event) => event.type === 'delta' && event.text === '')).toEqual([]);
    });

    test('reports ranks of the passages it was given, best first', async () => {
      const generator = await open();
      const [started] = await eventsOf(generator.generate(REQUEST, NEVER));
      expect(started).toMatchObject({ type: 'started', usedRanks: [1, 2] });
    });

    test('throws the reason of a signal that was aborted before', async () => {
      const generator = await open();
      const reason = new Error('the reader has gone');
      await expect(eventsOf(generator.generate(REQUEST, AbortSignal.abort(reason)))).rejects.toBe(reason);
    });

    test('answers many requests at once, each with its whole text', async () => {
      const generator = await open();
      const answers = await Promise.all(
        Array.from({ length: 5 }, (): Promise<GeneratorEvent[]> => eventsOf(generator.generate(REQUEST, NEVER))),
      );
      const texts = answers.map(textOf);
      expect(texts[0]).not.toBe('');
      expect(new Set(texts).size).toBe(1);
    });
  });
}
