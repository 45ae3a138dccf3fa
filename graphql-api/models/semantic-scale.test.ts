import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { likelierLanguage } from '#shared/text/language.ts';
import { REFERENCE_TEXTS } from './reference-texts.ts';
import { measureSemanticScale } from './semantic-scale.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-scale-'));
/** Compares syllables, so that it knows no text in another language. */
let tiny: Embedder;

beforeAll(async () => {
  writeTinyEmbedder(folder);
  tiny = await openEmbedder(folder, { known: null, threads: 1 });
});
afterAll(async () => {
  await tiny[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('the reference texts are in the languages that they stand for', () => {
  for (const { pt, en } of REFERENCE_TEXTS) {
    expect([likelierLanguage(pt.passage), likelierLanguage(en.passage)]).toEqual(['pt', 'en']);
  }
});

test('tells a model that finds answers in one language only from one that crosses languages', async () => {
  const { standout } = (await measureSemanticScale(tiny)).scaleOf(new Float32Array(64));
  expect(standout.sameLanguage).toBeGreaterThan(0.2);
  expect(standout.otherLanguage).toBeLessThan(0.2);

  // Gives a text the number of its reference text, in whichever language: as near as a translation can be.
  const numberOf = (text: string): number =>
    REFERENCE_TEXTS.findIndex(({ pt, en }) => [pt.passage, pt.question, en.passage, en.question].includes(text));
  const perfect: Embedder = {
    ...tiny,
    embed: async (texts) => ({
      vectors: texts.map((text) => Float32Array.from({ length: 16 }, (_, i) => (i === numberOf(text) ? 1 : 0))),
      windowedTexts: 0,
    }),
  };
  const scale = (await measureSemanticScale(perfect)).scaleOf(Float32Array.from({ length: 16 }, () => 0.25));
  expect(scale).toEqual({
    unrelated: new Map([
      ['pt', 0.25],
      ['en', 0.25],
    ]),
    standout: { sameLanguage: 1, otherLanguage: 1 },
  });
});
