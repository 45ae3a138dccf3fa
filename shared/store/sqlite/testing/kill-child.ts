import { makeContent, makeDocument } from '../../testing/contents.ts';
import { openSqliteWriter } from '../sqlite.ts';

/**
 * The writer that kill-run.ts kills. It replaces documents until it dies, as the watcher does, each version with
 * another number of chunks. Arguments: the store's file, the number of documents. Prints one byte each time all were
 * replaced.
 */
const [file = '', documentCount = ''] = process.argv.slice(2);
const writer = await openSqliteWriter(file);

for (let revision = writer.lastRevision + 1, replaced = 1; ; revision++, replaced++) {
  const path = `${revision % Number(documentCount)}.txt`;
  const parts = Array.from(
    { length: 1 + (revision % 7) },
    (_, part) => `todos ${path} revisão ${revision} parte ${part}. `,
  );
  const content = makeContent(`${path} ${revision}`, parts);
  await writer.putChunks(content.summary, content.chunks.slice(0, 2));
  await writer.putChunks(content.summary, content.chunks.slice(2));
  await writer.publish(makeDocument(path, content), revision);
  const unpublished = (await Array.fromAsync(writer.contents())).filter(({ isPublished }) => !isPublished);
  await writer.collect(unpublished.map(({ id }) => id));
  if (replaced % Number(documentCount) === 0) process.stdout.write('.');
}
