/** A process that embeds some texts in one of the ways and prints the memory that this took; embed.ts starts it. */
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { openRivals } from './rivals.ts';
import { inventTexts } from './texts.ts';

const [way, modelFolder, rivalsFolder] = process.argv.slice(2);
const texts = inventTexts(100);
const startMB = process.memoryUsage.rss() / 1e6;
if (way === 'langchain') {
  const rivals = await openRivals(rivalsFolder!, modelFolder!);
  await rivals.langchain(texts);
} else {
  const embedder = await openEmbedder(modelFolder!, { known: null, threads: 1 });
  await embedder.embed(texts, 'passage');
}
const residentMB = process.memoryUsage.rss() / 1e6;
// maxRSS is in units of 1,024 bytes.
const peakMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
console.log(JSON.stringify({ residentMB, peakMB, addedMB: residentMB - startMB }));
process.exit();
