import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '#shared/config.ts';
import { faultyWriter, type Fate } from '#shared/store/testing/faulty-store.ts';
import { openStoreWriter as openReal } from '#shared/store/open-store.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { openFates } from './fates.ts';

// Runs in the watcher's process. Its arguments are a seed, a file that records each batch of chunks that was written, a
// file that records each fault, and a file whose existence ends the faults. With the seed alone, nothing fails.

/** Replaces `openStoreWriter` of open-store.ts: records what is written, and fails as the seed determines. */
export async function openStoreWriter(
  config: Config,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreWriter> {
  const [seed, putsFile, faultsFile, offFile] = process.argv.slice(2);
  const real = await openReal(config, signal, onWaiting);
  if (putsFile === undefined || faultsFile === undefined || offFile === undefined) return real;

  const fates = openFates(randomNumbers(Number(seed)));
  const slowMs = (): number => (existsSync(offFile) ? 0 : fates.slowMs());
  const store = slowed(countingPuts(real, putsFile), slowMs);
  const faulty = faultyWriter(store, (): Fate => {
    if (existsSync(offFile)) return 'works';
    const fate = fates.next();
    if (fate !== 'works') appendFileSync(faultsFile, `${fate}\n`);
    if (fate === 'is late') setTimeout(() => void faulty.arrive(), fates.lateMs());
    return fate;
  });
  return faulty;
}

/** Returns the same store, with slower calls that change something. */
function slowed(writer: StoreWriter, slowMs: () => number): StoreWriter {
  const after =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await delay(slowMs());
      return call(...args);
    };
  const calls: Partial<StoreWriter> = {
    putChunks: after(writer.putChunks.bind(writer)),
    publish: after(writer.publish.bind(writer)),
    unpublish: after(writer.unpublish.bind(writer)),
    unpublishAll: after(writer.unpublishAll.bind(writer)),
  };
  return new Proxy(writer, {
    get(target, name) {
      const value: unknown = Reflect.get(name in calls ? calls : target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function countingPuts(writer: StoreWriter, putsFile: string): StoreWriter {
  const putChunks: StoreWriter['putChunks'] = async (content, chunks, signal) => {
    await writer.putChunks(content, chunks, signal);
    // Appended at each call, so that a kill loses none.
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
