import type { Config } from '#shared/config.ts';
import { chooseEmbedder, installedEmbedders, type EmbedderChoice } from '#shared/embedder/choose-embedder.ts';
import { EmbeddersInUse } from '#shared/embedder/embedders-in-use.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { ModelError } from '#shared/models/model-error.ts';
import type { StoreReader, VectorSpaces } from '#shared/store/store.ts';
import { keepChecking } from './keep-checking.ts';
import type { EmbedQuestion } from './embedded-question.ts';
import { cosineOf, measureSemanticScale, type SemanticScale } from './semantic-scale.ts';

/** A question is short: more threads would only take cores from the Llama. */
const THREADS = 1;

/** Embeds questions with the model whose vectors are searched. */
export interface QuestionEmbedder extends AsyncDisposable {
  readonly embed: EmbedQuestion;
  /** Resolves after the first check, when the models found on the disk have been loaded. */
  readonly firstCheck: Promise<void>;
  /** Returns why questions are not searched by meaning now, and what to do; null while they are. */
  readonly offBecause: () => string | null;
  /**
   * Returns why a search by meaning may find nothing: no model, or passages that are not embedded yet; null when all of
   * them are.
   */
  shortfall(): string | null;
  /** Returns the embedders that are loaded, being loaded or rejected. */
  models(): readonly EmbeddingModel[];
  /** Returns which model is searched and how much is embedded, or why there is no semantic search. */
  health(): { readonly status: 'OK' | 'DEGRADED'; readonly message: string };
}

/** An embedder, as this process has it. */
interface EmbeddingModel {
  readonly folder: string;
  readonly state: 'LOADING' | 'READY' | 'FAILED';
  /** Length of its vectors; null until it is loaded. */
  readonly dimensions: number | null;
  /** Whether questions are embedded with it. */
  readonly isSearched: boolean;
  /** Why it cannot be used, and what to do; null unless it is FAILED. */
  readonly error: string | null;
}

const NOTHING_EMBEDDED = 'no passage is embedded yet; search again when documents have been embedded';

/** An embedder with what its cosines mean. */
interface Loaded {
  readonly folder: string;
  readonly embedder: Embedder;
  readonly scale: SemanticScale | null;
}

/** An embedder that is on this machine. */
type Found = EmbedderChoice & { readonly folder: string };

/**
 * Keeps two embedders loaded: the one whose vectors are searched, and the configured one, which takes over once the
 * watcher has filled its space. Checks for both every 5 s, so that a model that is pulled or copied in later needs no
 * restart.
 */
export function openQuestionEmbedder(
  config: Pick<Config, 'embedder' | 'modelsDir'>,
  reader: StoreReader,
  log: Log,
): QuestionEmbedder {
  /** Embedders by the stamp of their model. */
  const loaded = new Map<string, Loaded>();
  /** Why a model cannot be used, by its stamp: only a change of its files can help. */
  const rejected = new Map<string, { readonly folder: string; readonly error: string }>();
  /** The folder of the model that is being loaded. */
  let loading: string | null = null;
  const inUse = new EmbeddersInUse();
  let spaces: VectorSpaces = { active: null, filling: [], embeddedShare: 0 };
  /** What is wrong or missing; null when all is well. */
  let problem: string | null = 'looking for a model';
  const checks = keepChecking(check);

  /** Never rejects: what fails now is tried again at the next check. */
  async function check(stop: AbortSignal): Promise<void> {
    try {
      const named = chooseEmbedder(config);
      if (named.folder === null && config.embedder === 'none') return setProblem(named.message);
      spaces = await reader.spaces(stop);
      const installed = installedEmbedders(config.modelsDir);
      const names = [...(spaces.active === null ? [] : [spaces.active]), ...spaces.filling].map(({ name }) => name);
      const wanted = chooseEmbedder(config, await inUse.find(installed, names));
      const needed = await neededModels(wanted, installed);
      for (const stamp of [...loaded.keys(), ...rejected.keys()]) {
        if (!needed.some((model) => model.stamp === stamp)) await forget(stamp);
      }
      for (const model of needed) await load(model, stop);
      const rejection = needed.map(({ stamp }) => rejected.get(stamp)?.error).find((reason) => reason !== undefined);
      setProblem(rejection ?? (wanted.folder === null && loaded.size === 0 ? wanted.message : null));
    } catch (error) {
      if (!stop.aborted) setProblem(messageOf(error));
    }
  }

  /** Does not reject for a model that cannot be used, so that the others are loaded all the same. */
  async function load({ folder, known, stamp }: Found, stop: AbortSignal): Promise<void> {
    if (loaded.has(stamp) || rejected.has(stamp)) return;
    loading = folder;
    try {
      const embedder = await openEmbedder(folder, { known, threads: THREADS, signal: stop });
      loaded.set(stamp, { folder, embedder, scale: await measure(embedder, stop) });
      log.info({ model: embedder.model }, 'embedding model ready');
    } catch (error) {
      if (!(error instanceof ModelError) || error.isRetryable) throw error;
      rejected.set(stamp, { folder, error: error.message });
    } finally {
      loading = null;
    }
  }

  /** Without a scale, the semantic arm is neither levelled nor trusted across languages. */
  async function measure(embedder: Embedder, stop: AbortSignal): Promise<SemanticScale | null> {
    try {
      return await measureSemanticScale(embedder, stop);
    } catch (error) {
      if (!stop.aborted) log.warn({ model: embedder.model, reason: messageOf(error) }, 'embedding model not measured');
      return null;
    }
  }

  async function forget(stamp: string): Promise<void> {
    const model = loaded.get(stamp);
    loaded.delete(stamp);
    rejected.delete(stamp);
    await model?.embedder[Symbol.asyncDispose]();
  }

  function setProblem(message: string | null): void {
    if (message !== null && message !== problem) log.info({ reason: message }, 'embedding model not ready');
    problem = message;
  }

  /** Returns the configured model and the one whose vectors are searched, as far as they are on this machine. */
  async function neededModels(wanted: EmbedderChoice, models: readonly Found[]): Promise<readonly Found[]> {
    const all = wanted.folder === null ? models : [wanted, ...models.filter(({ stamp }) => stamp !== wanted.stamp)];
    const needed: Found[] = [];
    for (const model of all) {
      const isSearched = async (): Promise<boolean> =>
        spaces.active !== null && (await inUse.makesVectorsOf(model, spaces.active.name));
      if (model.stamp === wanted.stamp || (await isSearched())) needed.push(model);
    }
    return needed;
  }

  /** Finds the model whose vectors are searched. */
  function findSearched(): Loaded | undefined {
    const { active } = spaces;
    if (active === null) return undefined;
    return [...loaded.values()].find(({ embedder }) => embedder.makesVectorsOf(active.name));
  }

  function offBecause(): string | null {
    return findSearched() === undefined ? (problem ?? NOTHING_EMBEDDED) : null;
  }

  return {
    async embed(question, signal, refusedSpace) {
      try {
        if (refusedSpace !== undefined) spaces = await reader.spaces(signal);
        const searched = findSearched();
        const { active } = spaces;
        if (searched === undefined || active === null) return null;
        const { vectors } = await searched.embedder.embed([question], 'query', signal);
        const vector = vectors[0]!;
        return {
          space: active,
          vector,
          scale: searched.scale?.scaleOf(vector) ?? null,
          async compare(texts, stop) {
            const passages = await searched.embedder.embed(texts, 'passage', stop);
            return passages.vectors.map((passage) => cosineOf(vector, passage));
          },
        };
      } catch (error) {
        signal.throwIfAborted();
        log.warn({ reason: messageOf(error) }, 'question not embedded, searched by words alone');
        return null;
      }
    },
    firstCheck: checks.firstCheck,
    offBecause,
    shortfall() {
      const reason = offBecause();
      if (reason !== null) return reason;
      if (spaces.embeddedShare === 0) return NOTHING_EMBEDDED;
      const percent = Math.floor(spaces.embeddedShare * 100);
      return percent === 100 ? null : `only ${percent} % of the passages are embedded yet; search again later`;
    },
    models() {
      const searched = findSearched();
      const ready = [...loaded.values()].map((model) => ({
        folder: model.folder,
        state: 'READY' as const,
        dimensions: model.embedder.space.dimensions,
        isSearched: model === searched,
        error: null,
      }));
      const others = { dimensions: null, isSearched: false };
      const failed = [...rejected.values()].map((model) => ({ ...model, ...others, state: 'FAILED' as const }));
      if (loading === null) return [...ready, ...failed];
      return [...ready, ...failed, { folder: loading, ...others, state: 'LOADING', error: null }];
    },
    health() {
      const searched = findSearched();
      if (searched !== undefined) {
        const message = `${searched.embedder.model}; ${Math.floor(spaces.embeddedShare * 100)} % of the passages are embedded`;
        return problem === null ? { status: 'OK', message } : { status: 'DEGRADED', message: `${message}; ${problem}` };
      }
      const message = 'passages are found by their words alone';
      if (problem === null) return { status: 'DEGRADED', message: `${message} until documents are embedded` };
      return { status: config.embedder === 'none' ? 'OK' : 'DEGRADED', message: `${message}; ${problem}` };
    },
    async [Symbol.asyncDispose]() {
      await checks[Symbol.asyncDispose]();
      await Promise.all([...loaded.values()].map(({ embedder }) => embedder[Symbol.asyncDispose]()));
    },
  };
}
