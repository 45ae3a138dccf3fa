import type { Embedded, EmbeddedKind } from './embedder.ts';
import type { EmbeddingSession } from './onnx-session.ts';
import { planRuns } from './plan-runs.ts';
import { poolWindows } from './pooling.ts';
import type { Encode } from './tokens.ts';

/** Yields after each run of the model, so that another call can be served in between; returns the result. */
export type EmbeddingSteps = AsyncGenerator<undefined, Embedded>;

/** Embeds texts, with one run of the model per step. @throws what the session or the tokenizer throws. */
export async function* embedTexts(
  encode: Encode,
  session: EmbeddingSession,
  texts: readonly string[],
  kind: EmbeddedKind,
): EmbeddingSteps {
  const vectors: Float32Array[] = [];
  let windowedTexts = 0;
  for (const indexes of planRuns(texts)) {
    const encoded = indexes.map((index) => ({ index, windows: encode(texts[index]!, kind) }));
    const whole = encoded.filter(({ windows }) => windows.length === 1);
    if (whole.length > 0) {
      const run = await session.run(whole.map(({ windows }) => windows[0]!.ids));
      whole.forEach(({ index }, i) => (vectors[index] = run[i]!));
      yield;
    }
    for (const { index, windows } of encoded.filter((text) => text.windows.length > 1)) {
      windowedTexts++;
      const ofWindows: Float32Array[] = [];
      for (const { ids } of windows) {
        ofWindows.push(...(await session.run([ids])));
        yield;
      }
      vectors[index] = poolWindows(
        ofWindows,
        windows.map(({ textTokens }) => textTokens),
      );
    }
  }
  return { vectors, windowedTexts };
}
