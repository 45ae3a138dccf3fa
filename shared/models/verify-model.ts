import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import { checkLayout } from './check-layout.ts';
import { digestOf } from './file-digest.ts';
import { ModelError } from './model-error.ts';
import { isGguf, isPresent, modelPathOf } from './model-path.ts';
import { findInstallRecord } from './install-record.ts';

/**
 * Reads a model's files and compares them with the catalogue and with its install record.
 * @param modelPath the model's folder or .gguf file in the models folder.
 * @returns how many bytes were compared; 0 for a model put there by hand, of which only the layout can be checked.
 * @throws ModelError MODEL_MISSING when it is not there, MODEL_UNUSABLE when it is damaged.
 */
export async function verifyModel(modelPath: string): Promise<number> {
  if ((await stat(modelPath).catch(() => undefined)) === undefined) {
    throw new ModelError('MODEL_MISSING', `${modelPath} does not exist; npm run models lists the models that do`);
  }
  await checkLayout(modelPath);
  let comparedBytes = 0;
  for (const { path: name, sha256 } of await expectedOf(modelPath)) {
    const file = isGguf(modelPath) ? modelPath : path.join(modelPath, name);
    const digest = await digestOf(file).catch((error: unknown) => {
      throw damaged(modelPath, `${name} cannot be read`, error);
    });
    if (digest.sha256 !== sha256) throw damaged(modelPath, `${name} has sha256 ${digest.sha256} instead of ${sha256}`);
    comparedBytes += digest.sizeBytes;
  }
  return comparedBytes;
}

/**
 * The digests of the catalogue come first; for the other files, the record says what they were when they were
 * installed.
 */
async function expectedOf(modelPath: string): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  const modelsDir = path.dirname(modelPath);
  const known = CATALOGUE.find((model) => modelPathOf(modelsDir, model) === modelPath);
  if (known !== undefined && !isPresent(modelsDir, known))
    throw damaged(modelPath, 'a file is missing or has another size');
  const ofCatalogue = (known?.files ?? []).flatMap(({ path: name, sha256 }) =>
    sha256 === null ? [] : { path: name, sha256 },
  );
  const record = await findInstallRecord(modelPath);
  const others = (record?.files ?? []).filter((file) => !ofCatalogue.some(({ path: name }) => name === file.path));
  return [...ofCatalogue, ...others];
}

function damaged(modelPath: string, why: string, cause?: unknown): ModelError {
  const name = path.basename(modelPath);
  const next = `install it again: npm run models -- remove ${name}, then pull or import it`;
  return new ModelError('MODEL_UNUSABLE', `${modelPath} is damaged: ${why}; ${next}`, { cause });
}
