import type { Embedded, EmbeddedKind } from './embedder.ts';
import type { EmbeddingSession } from './onnx-session.ts';
import { planRuns } from './plan-runs.ts';
import { poolWindows } from './pooling.ts';
import type { Encode } from './tokens.ts';

/** Pauses after each run of the model, so that another call may go in between; returns what was asked for. */
export type EmbeddingSteps = AsyncGenerator<undefined, Embedded>;

/** Embeds texts, one run of the model a step. */
export async function* embedTexts(
  encode: Encode,
  session: EmbeddingSession,
  texts: readonly string[],
  kind: EmbeddedKind,
): EmbeddingSteps {
  const vectors: Float32Array[] = [];
  let windowedTexts = 0;
  for (const places of planRuns(texts)) {
    const encoded = places.map((place) => ({ place, windows: encode(texts[place]!, kind) }));
    const whole = encoded.filter(({ windows }) => windows.length === 1);
    if (whole.length > 0) {
      const run = await session.run(whole.map(({ windows }) => windows[0]!.ids));
      whole.forEach(({ place }, i) => (vectors[place] = run[i]!));
      yield;
    }
    for (const { place, windows } of encoded.filter((text) => text.windows.length > 1)) {
      windowedTexts++;
      const ofWindows: Float32Array[] = [];
      for (const { ids } of windows) {
        ofWindows.push(...(await session.run([ids])));
        yield;
      }
      vectors[place] = poolWindows(
        ofWindows,
        windows.map(({ textTokens }) => textTokens),
      );
    }
  }
  return { vectors, windowedTexts };
}
