import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { CATALOGUE, type Model } from '#shared/models/catalogue.ts';
import { findModel } from '#shared/models/find-model.ts';
import { tryLockModel } from '#shared/models/model-lock.ts';
import { bytesAt, isPresent, modelPathOf, partFolderOf } from '#shared/models/model-path.ts';
import type { KnownGenerator } from '#shared/models/catalogue.ts';
import type { Engines } from '../generate/engines/engines.ts';
import { findModelFile, listModelFiles } from '../generate/model-files/model-file.ts';
import type { QuestionEmbedder } from '../models/question-embedder.ts';
import type { PassageScorer } from '../rerank/passage-scorer.ts';
import type { ModelPulls } from './model-pulls.ts';

/** A model that this process uses, finds in the models folder, or knows by name. */
export interface ListedModel {
  readonly name: string;
  readonly kind: Model['kind'];
  readonly provider: 'LOCAL' | 'OPENAI_COMPATIBLE';
  readonly state: 'MISSING' | 'DOWNLOADING' | 'UNLOADED' | 'LOADING' | 'READY' | 'FAILED';
  readonly contextTokens: number | null;
  /** Length of an embedder's vectors. */
  readonly dimensions: number | null;
  /** Whether it is the one of its kind that is used when none is asked for. */
  readonly default: boolean;
  /** Whether it is the generator of the catalogue that suits this machine. */
  readonly suggested: boolean;
  readonly licence: string | null;
  readonly sizeBytes: number | null;
  /** How much of it is here, 0 to 1, of a model that is being downloaded or was in part; else null. */
  readonly progress: number | null;
  /** Why it cannot be used, and what to do. */
  readonly error: string | null;
  /** Of a language model that is here and not in use: why it is not, and what to do. Else null. */
  readonly notUsed: string | null;
}

/** What the list is made from. */
export interface ModelListParts {
  readonly config: Pick<Config, 'modelsDir' | 'model' | 'modelUri'>;
  readonly engines: Engines;
  readonly questions: QuestionEmbedder;
  readonly scorer: PassageScorer;
  /** Returns the generator of the catalogue that suits this machine. */
  readonly suggest: () => Promise<KnownGenerator>;
  readonly pulls: ModelPulls;
}

/** What the process has of a model, as far as it has it. */
type Loaded = Pick<ListedModel, 'state' | 'contextTokens' | 'dimensions' | 'default' | 'error'>;

/** A model of the list, before its state is known. */
interface Entry {
  readonly name: string;
  readonly kind: Model['kind'];
  /** Its folder or .gguf file, whether or not that is there. */
  readonly path: string;
  /** What is known of it by its name; null for a model that was put there by hand. */
  readonly known: Model | null;
}

/**
 * Returns the endpoint's model if there is one, those of the catalogue and of the settings, and those that lie in the
 * models folder: what the process has of each, or what is on the disk now. Reads no model.
 */
export async function listModels(parts: ModelListParts): Promise<readonly ListedModel[]> {
  const suggested = await parts.suggest();
  const loaded = loadedModels(parts);
  const remote = parts.engines.models().filter(({ kind }) => kind === 'REMOTE');
  return [
    ...remote.map(({ name, contextTokens, isDefault, state, error }): ListedModel => {
      const unknown = {
        dimensions: null,
        licence: null,
        sizeBytes: null,
        progress: null,
        suggested: false,
        notUsed: null,
      };
      const what = { name, kind: 'GENERATION', provider: 'OPENAI_COMPATIBLE' } as const;
      return { ...what, ...unknown, state, contextTokens, default: isDefault, error };
    }),
    ...entriesOf(parts, loaded).map((entry): ListedModel => {
      const { name, kind, known } = entry;
      const disk = onDisk(entry);
      return {
        name,
        kind,
        provider: 'LOCAL',
        licence: known?.licence ?? null,
        suggested: known === suggested,
        sizeBytes: disk.sizeBytes,
        progress: disk.progress,
        notUsed: kind === 'GENERATION' && disk.state === 'UNLOADED' ? parts.engines.whyUnused(entry.path) : null,
        ...(loaded.get(entry.path) ?? {
          state: disk.state,
          contextTokens: contextOf(known),
          dimensions: known?.kind === 'EMBEDDING' ? known.dimensions : null,
          default: false,
          error: null,
        }),
        ...pullOf(entry, disk, parts.pulls),
      };
    }),
  ];
}

/** Returns what is to be shown of a pull of this process, if there is one. */
function pullOf(
  { known }: Entry,
  disk: Pick<ListedModel, 'progress'>,
  pulls: ModelPulls,
): Partial<Pick<ListedModel, 'state' | 'progress' | 'error'>> {
  const pull = known === null ? undefined : pulls.find(known.name);
  return pull === undefined ? {} : { ...pull, progress: pull.progress ?? disk.progress };
}

/** Returns what the process has loaded, is loading or could not load, by the path of the model. */
function loadedModels({ config, engines, questions, scorer }: ModelListParts): ReadonlyMap<string, Loaded> {
  const loaded = new Map<string, Loaded>();
  const known = new Map(CATALOGUE.map((model) => [modelPathOf(config.modelsDir, model), model]));
  for (const { folder, state, dimensions, isSearched, error } of questions.models()) {
    const contextTokens = contextOf(known.get(folder) ?? null);
    loaded.set(folder, { state, contextTokens, dimensions, default: isSearched, error });
  }
  const reranker = scorer.model();
  if (reranker !== null) {
    const contextTokens = contextOf(known.get(reranker.folder) ?? null);
    const { state, error } = reranker;
    loaded.set(reranker.folder, { state, contextTokens, dimensions: null, default: true, error });
  }
  for (const { kind, name, state, contextTokens, isDefault, error } of engines.models()) {
    if (kind !== 'LOCAL') continue;
    const isSet = config.model !== 'auto' && path.basename(config.model, '.gguf') === name;
    const file = isSet ? config.model : path.join(config.modelsDir, `${name}.gguf`);
    loaded.set(file, { state, contextTokens, dimensions: null, default: isDefault, error });
  }
  return loaded;
}

/** Returns all models of this machine once each: of the catalogue and the settings, then others by name. */
function entriesOf({ config, questions, scorer }: ModelListParts, loaded: ReadonlyMap<string, Loaded>): Entry[] {
  const { modelsDir, model, modelUri } = config;
  const wanted = modelUri === null ? undefined : findModel(modelUri);
  const named = new Set([...CATALOGUE, ...(wanted === undefined ? [] : [wanted])]);
  const entries = new Map<string, Entry>();
  const add = (entry: Entry): void => {
    if (!entries.has(entry.path)) entries.set(entry.path, entry);
  };
  const addFolder = (folder: string, kind: Model['kind']): void =>
    add({ name: path.basename(folder), kind, path: folder, known: null });
  const addFile = (file: string): void =>
    add({ name: path.basename(file, '.gguf'), kind: 'GENERATION', path: file, known: null });

  for (const known of named) add({ name: known.name, kind: known.kind, path: modelPathOf(modelsDir, known), known });
  for (const { file } of listModelFiles(modelsDir).toSorted((a, b) => (a.file < b.file ? -1 : 1))) addFile(file);
  for (const { folder } of installedEmbedders(modelsDir)) addFolder(folder, 'EMBEDDING');
  // Those that a setting names may lie elsewhere.
  for (const { folder } of questions.models()) addFolder(folder, 'EMBEDDING');
  const reranker = scorer.model();
  if (reranker !== null) addFolder(reranker.folder, 'RERANKING');
  if (loaded.has(model)) addFile(model);
  return [...entries.values()];
}

/** Returns what the disk says of a model. */
function onDisk({ known, path: modelPath }: Entry): Pick<ListedModel, 'state' | 'sizeBytes' | 'progress'> {
  if (known === null || isPresent(path.dirname(modelPath), known)) {
    const sizeBytes = findModelFile(modelPath)?.sizeBytes ?? bytesAt(modelPath);
    return { state: 'UNLOADED', sizeBytes, progress: null };
  }
  const sizeBytes = known.sizeBytes === 0 ? null : known.sizeBytes;
  const part = partFolderOf(modelPath);
  if (!existsSync(part)) return { state: 'MISSING', sizeBytes, progress: null };
  const progress = sizeBytes === null ? null : Math.min(1, bytesAt(part) / sizeBytes);
  return { state: isLocked(modelPath) ? 'DOWNLOADING' : 'MISSING', sizeBytes, progress };
}

/** Whether a process is working on the model now, such as the download of `npm start`. */
function isLocked(modelPath: string): boolean {
  try {
    using lock = tryLockModel(modelPath);
    return lock === undefined;
  } catch {
    return false; // a folder that cannot be written to
  }
}

function contextOf(known: Model | null): number | null {
  return known === null || known.kind === 'GENERATION' ? null : known.windowTokens;
}
