import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import { checkLayout } from './check-layout.ts';
import { digestOf } from './file-digest.ts';
import { ModelError } from './model-error.ts';
import { isPresent, placeOf } from './model-place.ts';
import { findReceipt, isGguf } from './receipt.ts';

/**
 * Reads a model's files and compares them with the catalogue and with its receipt.
 * @param place in the models folder.
 * @returns how many bytes were compared; 0 for a model put there by hand, of which only the layout is known.
 * @throws ModelError MODEL_MISSING, MODEL_UNUSABLE
 */
export async function verifyModel(place: string): Promise<number> {
  if ((await stat(place).catch(() => undefined)) === undefined) {
    throw new ModelError('MODEL_MISSING', `${place} is not there; npm run models lists what is`);
  }
  await checkLayout(place);
  let comparedBytes = 0;
  for (const { path: name, sha256 } of await expectedOf(place)) {
    const file = isGguf(place) ? place : path.join(place, name);
    const digest = await digestOf(file).catch((error: unknown) => {
      throw damaged(place, `${name} cannot be read`, error);
    });
    if (digest.sha256 !== sha256) throw damaged(place, `${name} has sha256 ${digest.sha256} instead of ${sha256}`);
    comparedBytes += digest.sizeBytes;
  }
  return comparedBytes;
}

/** What the catalogue knows is beyond doubt; of the other files the receipt tells what they were when they came. */
async function expectedOf(place: string): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  const modelsDir = path.dirname(place);
  const known = CATALOGUE.find((model) => placeOf(modelsDir, model) === place);
  if (known !== undefined && !isPresent(modelsDir, known)) throw damaged(place, 'a file is missing or of another size');
  const sure = (known?.files ?? []).flatMap(({ path: name, sha256 }) =>
    sha256 === null ? [] : { path: name, sha256 },
  );
  const receipt = await findReceipt(place);
  const others = (receipt?.files ?? []).filter((file) => !sure.some(({ path: name }) => name === file.path));
  return [...sure, ...others];
}

function damaged(place: string, why: string, cause?: unknown): ModelError {
  const name = path.basename(place);
  const next = `bring it anew: npm run models -- remove ${name}, then pull or import it`;
  return new ModelError('MODEL_UNUSABLE', `${place} is damaged: ${why}; ${next}`, { cause });
}
