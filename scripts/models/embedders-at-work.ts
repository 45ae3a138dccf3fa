import { existsSync } from 'node:fs';
import type { Config } from '#shared/config.ts';
import { chooseEmbedder, installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { EmbeddersInUse } from '#shared/embedder/embedders-in-use.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import type { Language } from '#shared/text/language.ts';

const WORDS = {
  en: {
    used: 'here, in use',
    replaced: 'here, in use until it is replaced',
    next: 'here, embeds documents next',
    here: 'here',
  },
  pt: {
    used: 'aqui, em uso',
    replaced: 'aqui, em uso até ser substituído',
    next: 'aqui, será usado a seguir',
    here: 'aqui',
  },
} as const;

/** A store that is locked or does not respond within this time is not waited for: the list is of models. */
const STORE_PATIENCE_MS = 3000;

/**
 * Finds out what each embedder on this machine does: its vectors are searched, it is the one that embeds, or nothing.
 * @param storePatienceMs for how long the store may be silent; then it counts as none. Default: 3 s.
 * @returns the state to show, by the folder's path. Without a store, nothing is searched.
 */
export async function findEmbeddersAtWork(
  config: Config,
  language: Language = 'en',
  storePatienceMs = STORE_PATIENCE_MS,
): Promise<ReadonlyMap<string, string>> {
  const words = WORDS[language];
  const installed = installedEmbedders(config.modelsDir);
  const spaces = await spacesOfStore(config, storePatienceMs);
  const inUse = new EmbeddersInUse();
  const wanted = chooseEmbedder(config, await inUse.find(installed, spaces)).stamp;
  const searched = await inUse.find(installed, spaces.slice(0, 1));
  const states = new Map<string, string>();
  for (const model of installed) {
    const { folder, stamp } = model;
    const isWanted = stamp === wanted && (await inUse.canRead(model));
    if (stamp === searched) states.set(folder, isWanted ? words.used : words.replaced);
    else states.set(folder, isWanted ? words.next : words.here);
  }
  return states;
}

/** Returns the names of the store's spaces, the active one first; none when there is no store or it cannot be read. */
async function spacesOfStore(config: Config, patienceMs: number): Promise<readonly string[]> {
  // It would be waited for.
  if (config.qdrant === null && !existsSync(config.storeFile)) return [];
  try {
    const patience = AbortSignal.timeout(patienceMs);
    await using reader = await openStoreReader(config, patience);
    return (await reader.knownSpaces(patience)).map(({ name }) => name);
  } catch {
    return [];
  }
}
