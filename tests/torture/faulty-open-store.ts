import { appendFileSync, existsSync } from 'node:fs';
import type { Config } from '#shared/config.ts';
import { faultyWriter, type Fate } from '#shared/store/testing/faulty-store.ts';
import { openStoreWriter as openReal } from '#shared/store/open-store.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { openFates } from './fates.ts';

// In the watcher's process. Arguments: a seed; a file to note each batch of chunks in that was put; one to note each
// fault in; and one that, once it is there, ends the faults. With the seed alone nothing goes wrong.

/** Stands in for that of open-store.ts: counts what is put, and fails as told. */
export async function openStoreWriter(
  config: Config,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreWriter> {
  const [seed, putsFile, faultsFile, offFile] = process.argv.slice(2);
  const real = await openReal(config, signal, onWaiting);
  if (putsFile === undefined || faultsFile === undefined || offFile === undefined) return real;

  const fates = openFates(randomNumbers(Number(seed)));
  const store = countingPuts(real, putsFile);
  const faulty = faultyWriter(store, (): Fate => {
    if (existsSync(offFile)) return 'works';
    const fate = fates.next();
    if (fate !== 'works') appendFileSync(faultsFile, `${fate}\n`);
    if (fate === 'is late') setTimeout(() => void faulty.arrive(), fates.lateMs());
    return fate;
  });
  return faulty;
}

function countingPuts(writer: StoreWriter, putsFile: string): StoreWriter {
  const putChunks: StoreWriter['putChunks'] = async (content, chunks, signal) => {
    await writer.putChunks(content, chunks, signal);
    // Written with each call, so that a kill loses none.
    appendFileSync(putsFile, `${content.id} ${chunks.map(({ chunk }) => chunk.ordinal).join(' ')}\n`);
  };
  return new Proxy(writer, {
    get(target, name) {
      if (name === 'putChunks') return putChunks;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
