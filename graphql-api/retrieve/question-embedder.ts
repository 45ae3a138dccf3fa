import type { Config } from '#shared/config.ts';
import { chooseEmbedder, present, type EmbedderChoice } from '#shared/embedder/choose-embedder.ts';
import { readEmbedderFolder } from '#shared/embedder/embedder-folder.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { StoreReader, VectorSpaces } from '#shared/store/store.ts';
import type { EmbeddedQuestion } from './embedded-question.ts';

const LOOK_EVERY_MS = 5000;
/** One question is short: more threads would only take them from the Llama. */
const THREADS = 1;

export interface QuestionEmbedder extends AsyncDisposable {
  /** Null when nothing can be searched by meaning now; only an abort rejects, for words alone can answer too. */
  readonly embed: (question: string, signal: AbortSignal) => Promise<EmbeddedQuestion | null>;
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
  const stop = new AbortController();
  /** By stamp of the model. */
  const loaded = new Map<string, Embedder>();
  const spaceNames = new Map<string, string | null>();
  let spaces: VectorSpaces = { active: null, filling: [], embeddedShare: 0 };
  let lack: string | null = 'looking for a model';
  const looked = look();
  let looking = looked;
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS).unref();

  /** Never rejects: what cannot be had now is tried again with the next look. */
  async function look(): Promise<void> {
    try {
      const wanted = chooseEmbedder(config);
      if (wanted.folder === null && config.embedder === 'none') return setLack(wanted.message);
      spaces = await reader.spaces(stop.signal);
      const needed = await neededModels(wanted);
      for (const [stamp, embedder] of loaded) {
        if (needed.some((model) => model.stamp === stamp)) continue;
        loaded.delete(stamp);
        await embedder[Symbol.asyncDispose]();
      }
      for (const model of needed) {
        if (loaded.has(model.stamp)) continue;
        const embedder = await openEmbedder(model.folder, {
          known: model.known,
          threads: THREADS,
          signal: stop.signal,
        });
        loaded.set(model.stamp, embedder);
        log.info({ model: embedder.model }, 'embedding model ready');
      }
      setLack(wanted.folder === null && loaded.size === 0 ? wanted.message : null);
    } catch (error) {
      if (!stop.signal.aborted) setLack(messageOf(error));
    }
  }

  function setLack(message: string | null): void {
    if (message !== null && message !== lack) log.info({ reason: message }, 'no search by meaning');
    lack = message;
  }

  /** The wanted one, and the one whose vectors are searched, as far as they are on this machine. */
  async function neededModels(wanted: EmbedderChoice): Promise<readonly Found[]> {
    const models = present(config.modelsDir);
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

  return {
    async embed(question, signal) {
      const { active, embeddedShare } = spaces;
      const embedder = [...loaded.values()].find(({ space }) => space.name === active?.name);
      if (embedder === undefined || embeddedShare === 0) return null;
      try {
        const { vectors } = await embedder.embed([question], 'query', signal);
        return { space: embedder.space, vector: vectors[0]!, embeddedShare };
      } catch (error) {
        signal.throwIfAborted();
        log.warn({ model: embedder.model, reason: messageOf(error) }, 'question not embedded, searched by words alone');
        return null;
      }
    },
    looked,
    health() {
      if (lack !== null) {
        const status = config.embedder === 'none' ? 'OK' : 'DEGRADED';
        return { status, message: `passages are found by their words alone; ${lack}` };
      }
      const { active, embeddedShare } = spaces;
      const searched = [...loaded.values()].find(({ space }) => space.name === active?.name);
      if (searched === undefined) {
        return { status: 'DEGRADED', message: 'passages are found by their words alone until documents are embedded' };
      }
      const percent = Math.floor(embeddedShare * 100);
      return { status: 'OK', message: `${searched.model}; ${percent} % of the passages are embedded` };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort(new Error('the API is stopping'));
      await looking;
      await Promise.all([...loaded.values()].map((embedder) => embedder[Symbol.asyncDispose]()));
    },
  };
}
