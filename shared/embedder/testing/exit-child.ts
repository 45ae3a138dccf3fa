import { openEmbedder } from '../open-embedder.ts';

/** A process that ends, one way or the other, while its thread is in the middle of its work; onnx.test.ts starts it. */
const [folder, way] = process.argv.slice(2);
const embedder = await openEmbedder(folder!, { known: null, threads: 1 });
// Many windows, which are computed one after the other without a pause; the question goes in between the first two.
embedder.embed(['multa '.repeat(20_000)], 'passage').catch(() => {});
await embedder.embed(['multa'], 'query');
if (way === 'dispose') await embedder[Symbol.asyncDispose]();
process.exit(7);
