import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { isBase, whyNoGenerator } from './fitness.ts';
import type { ModelFile } from './model-file.ts';
import type { Header } from './read-headers.ts';
import { needOf, roomBeside, roomWithout, type Place } from './room.ts';
import { gib } from '../plan/memory-need.ts';
import { fits, type Memory } from '../plan/plan.ts';

/** A model file that can be loaded, or that the settings name. */
export interface ChosenModel extends ModelFile {
  /** Where there is room for it. */
  readonly place: Place;
  /** Null when its header cannot be read. */
  readonly shape: ModelShape | null;
  /** Why it cannot answer, though the settings name it, and what to do; null if it may. */
  readonly refusal: string | null;
}

/** The model file to answer with, or why there is none and what to do. */
export type ModelChoice =
  | { readonly best: ChosenModel }
  | { readonly best: null; readonly message: string }
  /** The choice depends on a header that was not read yet. */
  | { readonly unread: ModelFile };

/** What is known of the model files when one is chosen. */
export interface Candidates {
  /** Those that are not being written, largest first. */
  readonly files: readonly ModelFile[];
  readonly headerOf: (file: ModelFile) => Header | undefined;
  /** Whether a file could not be loaded. One of these is chosen only if there is no other. */
  readonly isUnusable: (file: ModelFile) => boolean;
  /** The model that is loaded. It always fits: its memory is not free, but is already its own. */
  readonly loaded: ChosenModel | null;
  readonly room: Memory;
}

/** The settings that a choice depends on. */
export type ChoiceConfig = Pick<Config, 'model' | 'modelsDir' | 'contextTokens' | 'sequences'>;

/**
 * Chooses a model file. `auto` takes the largest one that has a chat template and fits wholly on the graphics card, or,
 * without such a card or such a file, into memory; a base model only if there is no other. Never a file that writes no
 * answers: an embedding model, a reranker, an adapter.
 */
export function chooseModel(config: ChoiceConfig, candidates: Candidates): ModelChoice {
  const { model } = config;
  if (model === 'none') {
    return { best: null, message: 'no model is wanted (ASKBOX_MODEL=none); set ASKBOX_MODEL=auto to use one' };
  }
  return model === 'auto' ? chooseBest(config, candidates) : named(config, candidates);
}

/** Whether a model can be loaded, as it is wanted, while another one stays loaded. */
export function fitsBeside(model: ChosenModel, loaded: ChosenModel, config: ChoiceConfig, room: Memory): boolean {
  if (model.shape === null || loaded.shape === null) return false;
  return fits(needOf(model.shape, config, model.place, 'wanted'), roomBeside(room, loaded.shape, loaded.place));
}

/** Returns the model that the settings name, whatever it needs. */
function named({ model, contextTokens, sequences }: ChoiceConfig, { files, headerOf, room }: Candidates): ModelChoice {
  const file = files.find((each) => each.file === model);
  if (file === undefined) {
    const message = `${model} does not exist; wait until it is downloaded, put the file there, or change ASKBOX_MODEL`;
    return { best: null, message };
  }
  const header = headerOf(file);
  if (header === undefined) return { unread: file };
  if (header.shape === null) {
    if (header.isArriving) return { best: null, message: header.message };
    return { best: { ...file, place: 'ram', shape: null, refusal: header.message } };
  }
  const what = whyNoGenerator(header.shape);
  const refusal = what === null ? null : `cannot use ${model}: ${what}; set ASKBOX_MODEL=auto or to another file`;
  const size = { contextTokens, sequences };
  const place = room.card !== null && fits(needOf(header.shape, size, 'card'), room) ? 'card' : 'ram';
  return { best: { ...file, place, shape: header.shape, refusal } };
}

/** A model whose header could be read. */
type ReadModel = ChosenModel & { readonly shape: ModelShape };

function chooseBest(config: ChoiceConfig, { files, headerOf, isUnusable, loaded, room }: Candidates): ModelChoice {
  const free = roomForNext(config, { loaded, room });
  const places: readonly Place[] = room.card === null ? ['ram'] : ['card', 'ram'];
  const place = (model: ReadModel, to: Place): ChosenModel | null => {
    const isLoaded = model.stamp === loaded?.stamp;
    const isIn = (isLoaded && loaded.place === to) || fits(needOf(model.shape, config, to), free);
    if (!isIn) return null;
    return isLoaded ? loaded : { ...model, place: to };
  };
  const rank = (model: ReadModel): number => Number(isUnusable(model)) * 2 + Number(isBase(model.shape, model.file));

  const models: ReadModel[] = [];
  const reasons: string[] = [];
  for (const file of files) {
    const header = headerOf(file);
    if (header === undefined) return { unread: file };
    const reason = whyNotAuto(header);
    if (header.shape === null || reason !== null) {
      reasons.push(`${path.basename(file.file)}: ${reason}`);
      continue;
    }
    const model = { ...file, place: 'ram', shape: header.shape, refusal: null } as const;
    models.push(model);
    // The rest is smaller, so it need not be read.
    const best = rank(model) === 0 ? place(model, places[0]!) : null;
    if (best !== null) return { best };
  }
  for (const to of places) {
    for (const model of models.toSorted((a, b) => rank(a) - rank(b))) {
      const best = place(model, to);
      if (best !== null) return { best };
    }
  }
  return { best: null, message: models.length > 0 ? tooLarge(models, free, config) : noneInstalled(config, reasons) };
}

/** Returns the room there is for a model that takes the place of the loaded one. */
export function roomForNext(config: ChoiceConfig, { loaded, room }: Pick<Candidates, 'loaded' | 'room'>): Memory {
  return loaded?.shape ? roomWithout(room, loaded.shape, config, loaded.place) : room;
}

/** Returns why `auto` never takes a file, whatever it needs; null if it may. */
export function whyNotAuto(header: Header): string | null {
  if (header.shape === null) return header.message;
  const what = whyNoGenerator(header.shape);
  if (what !== null) return what;
  return header.shape.hasChatTemplate
    ? null
    : 'it has no chat template, so it only continues texts; set ASKBOX_MODEL to it to try it anyway';
}

function tooLarge(models: readonly ReadModel[], room: Memory, config: ChoiceConfig): string {
  const needed = ({ shape }: ReadModel): number => needOf(shape, config, 'ram').ramBytes;
  const smallest = models.toSorted((a, b) => needed(a) - needed(b))[0]!;
  return `no model fits into memory: ${smallest.file} ${needsMore(smallest.shape, room, config)}; use a smaller model, lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or set ASKBOX_MODEL to this file to load it anyway`;
}

/** Returns what a model needs that does not fit, and what is free, as the rest of a sentence. */
export function needsMore(shape: ModelShape, { ramBytes, card }: Memory, config: ChoiceConfig): string {
  const onCard = card === null ? '' : ` and ${gib(card.freeBytes)} GiB on the graphics card`;
  const needed = gib(needOf(shape, config, 'ram').ramBytes);
  return `needs about ${needed} GiB, and ${gib(ramBytes)} GiB${onCard} are free`;
}

function noneInstalled({ modelsDir }: ChoiceConfig, reasons: readonly string[]): string {
  const advice = `put a .gguf file into ${modelsDir} and it is loaded within seconds`;
  const [first] = reasons;
  if (first === undefined) return `no model is installed; ${advice}`;
  const more = reasons.length === 1 ? '' : ` (and ${reasons.length - 1} more)`;
  return `no model that answers is installed; ${advice}; not used: ${first}${more}`;
}
