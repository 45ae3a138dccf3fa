import type { Config } from '#shared/config.ts';
import { chooseEmbedder, installedEmbedders, type EmbedderChoice } from '#shared/embedder/choose-embedder.ts';
import { readEmbedderFolder } from '#shared/embedder/embedder-folder.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { ModelError } from '#shared/models/model-error.ts';
import type { StoreReader, VectorSpaces } from '#shared/store/store.ts';
import { keepLooking } from './keep-looking.ts';
import type { EmbedQuestion } from './embedded-question.ts';

/** One question is short: more threads would only take them from the Llama. */
const THREADS = 1;

export interface QuestionEmbedder extends AsyncDisposable {
  readonly embed: EmbedQuestion;
  /** Resolves after the first look, when what is on the disk has been loaded. */
  readonly looked: Promise<void>;
  health(): { readonly status: 'OK' | 'DEGRADED'; readonly message: string };
}

type Found = EmbedderChoice & { readonly folder: string };

/**
 * Keeps the embedder loaded whose vectors are searched, and beside it the wanted one, which takes over once the watcher
 * has filled its space. Looks for both every 5 s: a model that is pulled or copied in later needs no restart.
 */
export function openQuestionEmbedder(
  config: Pick<Config, 'embedder' | 'modelsDir'>,
  reader: StoreReader,
  log: Log,
): QuestionEmbedder {
  /** By stamp of the model. */
  const loaded = new Map<string, Embedder>();
  /** By stamp, why a model cannot be used: only other files can make it do. */
  const refused = new Map<string, string>();
  const spaceNames = new Map<string, string | null>();
  let spaces: VectorSpaces = { active: null, filling: [], embeddedShare: 0 };
  let lack: string | null = 'looking for a model';
  const looks = keepLooking(look);

  /** Never rejects: what cannot be had now is tried again with the next look. */
  async function look(stop: AbortSignal): Promise<void> {
    try {
      const wanted = chooseEmbedder(config);
      if (wanted.folder === null && config.embedder === 'none') return setLack(wanted.message);
      spaces = await reader.spaces(stop);
      const needed = await neededModels(wanted);
      for (const stamp of [...loaded.keys(), ...refused.keys()]) {
        if (!needed.some((model) => model.stamp === stamp)) await forget(stamp);
      }
      for (const model of needed) await load(model, stop);
      const refusal = needed.map(({ stamp }) => refused.get(stamp)).find((reason) => reason !== undefined);
      setLack(refusal ?? (wanted.folder === null && loaded.size === 0 ? wanted.message : null));
    } catch (error) {
      if (!stop.aborted) setLack(messageOf(error));
    }
  }

  /** One that cannot be used keeps no other from being loaded. */
  async function load({ folder, known, stamp }: Found, stop: AbortSignal): Promise<void> {
    if (loaded.has(stamp) || refused.has(stamp)) return;
    try {
      const embedder = await openEmbedder(folder, { known, threads: THREADS, signal: stop });
      loaded.set(stamp, embedder);
      log.info({ model: embedder.model }, 'embedding model ready');
    } catch (error) {
      if (!(error instanceof ModelError) || error.isRetryable) throw error;
      refused.set(stamp, error.message);
    }
  }

  async function forget(stamp: string): Promise<void> {
    const embedder = loaded.get(stamp);
    loaded.delete(stamp);
    refused.delete(stamp);
    await embedder?.[Symbol.asyncDispose]();
  }

  function setLack(message: string | null): void {
    if (message !== null && message !== lack) log.info({ reason: message }, 'embedding model not ready');
    lack = message;
  }

  /** The wanted one, and the one whose vectors are searched, as far as they are on this machine. */
  async function neededModels(wanted: EmbedderChoice): Promise<readonly Found[]> {
    const models = installedEmbedders(config.modelsDir);
    const all = wanted.folder === null ? models : [wanted, ...models.filter(({ stamp }) => stamp !== wanted.stamp)];
    const needed: Found[] = [];
    for (const model of all) {
      if (model.stamp === wanted.stamp || (await spaceNameOf(model)) === spaces.active?.name) needed.push(model);
    }
    return needed;
  }

  async function spaceNameOf({ folder, known, stamp }: Found): Promise<string | null> {
    const read = spaceNames.get(stamp);
    if (read !== undefined) return read;
    // One that cannot be read is none of ours; the wanted one's error is told when it is opened.
    const name = await readEmbedderFolder(folder, known).then(
      ({ spaceName }) => spaceName,
      () => null,
    );
    spaceNames.set(stamp, name);
    return name;
  }

  /** The model whose vectors are searched. */
  function findSearched(): Embedder | undefined {
    return [...loaded.values()].find(({ space }) => space.name === spaces.active?.name);
  }

  return {
    async embed(question, signal, refusedSpace) {
      try {
        if (refusedSpace !== undefined) spaces = await reader.spaces(signal);
        const embedder = findSearched();
        if (embedder === undefined) return null;
        const { vectors } = await embedder.embed([question], 'query', signal);
        return { space: embedder.space, vector: vectors[0]! };
      } catch (error) {
        signal.throwIfAborted();
        log.warn({ reason: messageOf(error) }, 'question not embedded, searched by words alone');
        return null;
      }
    },
    looked: looks.looked,
    health() {
      const searched = findSearched();
      if (searched !== undefined) {
        const message = `${searched.model}; ${Math.floor(spaces.embeddedShare * 100)} % of the passages are embedded`;
        return lack === null ? { status: 'OK', message } : { status: 'DEGRADED', message: `${message}; ${lack}` };
      }
      const message = 'passages are found by their words alone';
      if (lack === null) return { status: 'DEGRADED', message: `${message} until documents are embedded` };
      return { status: config.embedder === 'none' ? 'OK' : 'DEGRADED', message: `${message}; ${lack}` };
    },
    async [Symbol.asyncDispose]() {
      await looks[Symbol.asyncDispose]();
      await Promise.all([...loaded.values()].map((embedder) => embedder[Symbol.asyncDispose]()));
    },
  };
}
