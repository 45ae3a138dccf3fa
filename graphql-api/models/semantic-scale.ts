import type { Embedder } from '#shared/embedder/embedder.ts';
import type { QuestionScale } from './embedded-question.ts';
import { REFERENCE_TEXTS } from './reference-texts.ts';

/** What the cosines of one model mean. */
export interface SemanticScale {
  /** Measures a question. @param vector of unit length, of the model that the scale was made with. */
  scaleOf(vector: Float32Array): QuestionScale;
}

const LANGUAGES = ['pt', 'en'] as const;

/**
 * Measures what a model's cosines mean by embedding the reference texts: 64 short texts, less than a second of computing
 * with a small model. Each model crowds its cosines into its own band and prefers texts in the language of the question
 * by its own measure, which neither its files nor the documents of one user tell.
 * @throws what the embedder throws.
 */
export async function measureSemanticScale(embedder: Embedder, signal?: AbortSignal): Promise<SemanticScale> {
  const embed = async (of: 'passage' | 'question', language: (typeof LANGUAGES)[number]) =>
    (
      await embedder.embed(
        REFERENCE_TEXTS.map((text) => text[language][of]),
        of === 'passage' ? 'passage' : 'query',
        signal,
      )
    ).vectors;
  const passages = { pt: await embed('passage', 'pt'), en: await embed('passage', 'en') };
  const questions = { pt: await embed('question', 'pt'), en: await embed('question', 'en') };

  const standouts = (asked: 'pt' | 'en', answered: 'pt' | 'en'): readonly number[] =>
    questions[asked].map((question, own) => {
      const cosines = passages[answered].map((passage) => cosineOf(question, passage));
      const unrelated = meanOf(cosines.filter((_, text) => text !== own));
      return (cosines[own]! - unrelated) / (1 - unrelated);
    });
  const standout = {
    sameLanguage: meanOf([...standouts('pt', 'pt'), ...standouts('en', 'en')]),
    otherLanguage: meanOf([...standouts('pt', 'en'), ...standouts('en', 'pt')]),
  };
  return {
    scaleOf: (vector) => ({
      unrelated: new Map(
        LANGUAGES.map((language) => [language, meanOf(passages[language].map((passage) => cosineOf(vector, passage)))]),
      ),
      standout,
    }),
  };
}

/** Returns the cosine of two vectors of unit length. */
export function cosineOf(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
