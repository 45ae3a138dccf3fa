import { openEmbedder } from '../open-embedder.ts';

/** A process that ends, in one of two ways, while its thread is in the middle of its work; started by onnx.test.ts. */
const [folder, way] = process.argv.slice(2);
const embedder = await openEmbedder(folder!, { known: null, threads: 1 });
// Many windows, computed one after the other without a pause; the question is served between the first two.
embedder.embed(['multa '.repeat(20_000)], 'passage').catch(() => {});
await embedder.embed(['multa'], 'query');
if (way === 'dispose') await embedder[Symbol.asyncDispose]();
process.exit(7);
