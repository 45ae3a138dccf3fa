import path from 'node:path';
import { findModel } from '#shared/models/find-model.ts';
import { isPresent, namesIn } from '#shared/models/model-path.ts';
import { healthOf } from './health.ts';
import type { EngineSlot } from './slot.ts';
import type { GeneratorModel } from '../generator.ts';

/** The name that asks for the best passages, quoted, instead of any model. */
const QUOTES = 'quotes';

/** A model that an engine has, or is loading. */
export interface EngineModel extends GeneratorModel {
  readonly kind: 'LOCAL' | 'REMOTE';
  /** The name of its file without the extension; of an endpoint that has not reported its model yet, the host. */
  readonly name: string;
  /** Whether it would write the next answer that names no model. */
  readonly isDefault: boolean;
  /** Why it cannot be used, and what to do; null unless it is FAILED. */
  readonly error: string | null;
}

/** Returns the models of the slots that have one, in the order in which they are tried. */
export function modelsOf(slots: readonly EngineSlot[]): readonly EngineModel[] {
  const { kind: nextKind, model: nextModel } = healthOf(slots);
  return slots.flatMap((slot) => {
    const generator = slot.find()?.generator;
    if (generator === undefined || generator.kind === 'QUOTES') return [];
    const { kind, model } = generator;
    const { state, contextTokens } = generator.state();
    const error = state === 'FAILED' ? generator.health().message : null;
    const isDefault = kind === nextKind && model === nextModel;
    return { kind, name: model ?? slot.host ?? kind, state, contextTokens, isDefault, error };
  });
}

/**
 * Returns the slot that a request names; none if it has been emptied since.
 * @param quotes the slot for those who want no model.
 */
export function slotsOf(model: string, slots: readonly EngineSlot[], quotes: EngineSlot): readonly EngineSlot[] {
  if (isSame(model, QUOTES)) return [quotes];
  return slots.filter((slot) => isNamed(slot, model)).slice(0, 1);
}

/** See `Engines.whyNot`. A local model can only be chosen while it is loaded: the process has memory for one. */
export function whyNot(model: string, slots: readonly EngineSlot[], modelsDir: string): string | null {
  const generator = slots.find((slot) => isNamed(slot, model))?.find()?.generator;
  if (isSame(model, QUOTES)) return null;
  const choices = `choose one of: ${[...modelsOf(slots).map(({ name }) => name), QUOTES].join(', ')}; or leave it out`;
  if (generator === undefined) return `is ${model}, which ${whyMissing(model, modelsDir)}; ${choices}`;
  switch (generator.state().state) {
    case 'READY':
      return null;
    case 'LOADING':
      return `is ${model}, which is still loading; ask again in a moment, or ${choices}`;
    case 'FAILED':
      return `is ${model}, which cannot be used: ${generator.health().message}; or ${choices}`;
  }
}

function whyMissing(wanted: string, modelsDir: string): string {
  const model = findModel(wanted);
  const file = namesIn(modelsDir).find((name) => name.endsWith('.gguf') && isFile(name, wanted));
  if (file !== undefined) {
    return `is not loaded, and only one local model is at a time: set ASKBOX_MODEL to ${path.join(modelsDir, file)} and restart to use it`;
  }
  if (model?.kind === 'GENERATION' && !isPresent(modelsDir, model)) {
    return `is not on this machine: pull it with npm run models -- pull ${model.name}`;
  }
  return model === undefined || model.kind === 'GENERATION' ? 'is no model here' : 'writes no answers';
}

/** Whether a name, of the catalogue or of the file, means the model in this slot. */
function isNamed(slot: EngineSlot, wanted: string): boolean {
  const generator = slot.find()?.generator;
  if (generator === undefined || generator.kind === 'QUOTES') return false;
  const { kind, model } = generator;
  if (model !== null && isSame(model, wanted)) return true;
  return kind === 'LOCAL' ? isFile(`${model}.gguf`, wanted) : slot.host !== null && isSame(slot.host, wanted);
}

/** Whether a name, of the catalogue, of the hub or of the file itself, means this .gguf file. */
function isFile(fileName: string, wanted: string): boolean {
  const model = findModel(wanted);
  const names = [wanted, `${wanted}.gguf`, ...(model?.kind === 'GENERATION' ? [model.fileName] : [])];
  return names.some((name) => isSame(name, fileName));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
