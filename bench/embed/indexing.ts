/** A process that embeds passages between the messages `start` and `stop`, as the watcher would; embed.ts starts it. */
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { inventTexts } from './texts.ts';

const texts = inventTexts(1000);
const embedder = await openEmbedder(process.argv[2]!, { known: null, threads: 1 });
let stop = new AbortController();

process.on('message', (message) => void (message === 'start' ? start() : end()));
process.once('disconnect', () => process.exit());
process.send!('ready');

function start(): void {
  stop = new AbortController();
  embedder.embed(texts, 'passage', stop.signal).catch(() => {});
  process.send!('started');
}

async function end(): Promise<void> {
  stop.abort();
  // Resolves after the run in progress.
  await embedder.embed(['end'], 'query');
  process.send!('ended');
}
