import { StoreError } from '../../errors.ts';
import type { StoreWriter } from '../store.ts';

/** The writer's methods that change something. */
type Change =
  | 'putChunks'
  | 'publish'
  | 'unpublish'
  | 'unpublishAll'
  | 'putVectors'
  | 'activate'
  | 'forgetSpacesBut'
  | 'collect'
  | 'erase';

/**
 * What happens to a call. `fails`: it has no effect. `is cut`: it takes effect, but rejects. `is late`: it rejects, and
 * takes effect when `arrive` is called, after whatever came later.
 */
export type Fate = 'works' | 'fails' | 'is cut' | 'is late';

/** A writer whose late calls can be let through. */
export interface FaultyWriter extends StoreWriter {
  /** Carries out the late calls. */
  arrive(): Promise<void>;
}

/** Returns a writer for tests whose changes go wrong. @param fateOf called for each; `count` is its number, from 1. */
export function faultyWriter(writer: StoreWriter, fateOf: (call: Change, count: number) => Fate): FaultyWriter {
  let count = 0;
  let late: (() => Promise<void>)[] = [];

  const change = async (call: Change, signal: AbortSignal | undefined, perform: () => Promise<void>): Promise<void> => {
    signal?.throwIfAborted();
    const fate = fateOf(call, ++count);
    if (fate === 'works' || fate === 'is cut') await perform();
    if (fate === 'works') return;
    if (fate === 'is late') late.push(perform);
    throw new StoreError('STORE_UNAVAILABLE', `${call}, call ${count}, ${fate}`);
  };

  return {
    get lastRevision() {
      return writer.lastRevision;
    },
    putChunks: (content, chunks, signal) =>
      change('putChunks', signal, () => writer.putChunks(content, chunks, signal)),
    publish: (document, revision, signal) =>
      change('publish', signal, () => writer.publish(document, revision, signal)),
    unpublish: (path, revision, signal) => change('unpublish', signal, () => writer.unpublish(path, revision, signal)),
    unpublishAll: (removals, signal) => change('unpublishAll', signal, () => writer.unpublishAll(removals, signal)),
    putVectors: (space, content, vectors, signal) =>
      change('putVectors', signal, () => writer.putVectors(space, content, vectors, signal)),
    activate: (space, signal) => change('activate', signal, () => writer.activate(space, signal)),
    forgetSpacesBut: (space, signal) => change('forgetSpacesBut', signal, () => writer.forgetSpacesBut(space, signal)),
    collect: (contents, signal) => change('collect', signal, () => writer.collect(contents, signal)),
    erase: (paths, signal) => change('erase', signal, () => writer.erase(paths, signal)),
    countChunks: (content, signal) => writer.countChunks(content, signal),
    knownSpaces: (signal) => writer.knownSpaces(signal),
    findVectors: (space, hashes, signal) => writer.findVectors(space, hashes, signal),
    missingVectors: (space, signal) => writer.missingVectors(space, signal),
    contents: (signal) => writer.contents(signal),
    publications: (signal) => writer.publications(signal),
    async arrive() {
      const arriving = late;
      late = [];
      // A late call has been rejected already, so its own errors go nowhere.
      for (const perform of arriving) await perform().catch(() => {});
    },
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
