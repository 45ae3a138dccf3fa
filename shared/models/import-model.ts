import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import { checkLayout } from './check-layout.ts';
import { digestOf } from './file-digest.ts';
import { ModelError } from './model-error.ts';
import { tryLockModel } from './model-lock.ts';
import { partFolderOf, placeOf } from './model-place.ts';
import { findReceipt, isGguf, type Receipt } from './receipt.ts';
import { settleModel } from './settle-model.ts';

/** Of a folder only what belongs to a model is copied; clones of repositories hold the same weights in other formats as well. */
const BELONGS = /^(?:[\w.-]+\.json|onnx\/[^/]+)$/;

/**
 * Copies a model from a folder or a .gguf file into the models folder, whole or not at all.
 * @param name for it there; default: its own.
 * @returns its place.
 * @throws ModelError MODEL_MISSING, MODEL_UNUSABLE
 */
export async function importModel(source: string, modelsDir: string, name = path.basename(source)): Promise<string> {
  const stats = await stat(source).catch((error: unknown) => {
    throw new ModelError('MODEL_MISSING', `cannot import ${source}: it cannot be read; check the path`, {
      cause: error,
    });
  });
  const place = path.join(modelsDir, name);
  if (path.dirname(place) !== path.resolve(modelsDir) || name.startsWith('.') || isGguf(name) !== stats.isFile()) {
    const message = `cannot import ${source} as ${name}; give a folder a plain name, and a file one that ends in .gguf`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }
  if (existsSync(place)) {
    const message = `${place} is there already; remove it first: npm run models -- remove ${name}`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }
  await checkLayout(source);
  using lock = tryLockModel(place);
  if (lock === undefined)
    throw new ModelError('MODEL_UNUSABLE', `${name} is being pulled now; wait for it, or stop that`);

  const folder = partFolderOf(place);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const finished = isGguf(name) ? path.join(folder, name) : folder;
  const names = isGguf(name) ? [name] : await filesOf(source);
  for (const file of names) {
    const from = isGguf(name) ? source : path.join(source, file);
    await cp(from, path.join(folder, file), { dereference: true });
  }
  try {
    await settleModel(place, finished, await receiptOf(source, place, folder, names));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return place;
}

async function filesOf(source: string): Promise<readonly string[]> {
  const names = await readdir(source, { recursive: true });
  return names.map((name) => name.replaceAll(path.sep, '/')).filter((name) => BELONGS.test(name));
}

/** What came, compared with what the catalogue knows of this name. */
async function receiptOf(source: string, place: string, folder: string, names: readonly string[]): Promise<Receipt> {
  const known = CATALOGUE.find((model) => placeOf(path.dirname(place), model) === place);
  const absent = known?.files.find((file) => !names.includes(file.path));
  if (absent !== undefined) throw notTheKnown(source, place, `it lacks ${absent.path}`);
  const files: Receipt['files'] = [];
  for (const name of names) {
    const { sizeBytes, sha256 } = await digestOf(path.join(folder, name));
    const wanted = known?.files.find((file) => file.path === name)?.sha256 ?? sha256;
    if (wanted !== sha256) throw notTheKnown(source, place, `${name} has sha256 ${sha256} instead of ${wanted}`);
    files.push({ path: name, sizeBytes, sha256 });
  }
  const given = await findReceipt(source);
  return { source: given?.source ?? path.resolve(source), revision: given?.revision ?? null, files };
}

function notTheKnown(source: string, place: string, why: string): ModelError {
  const name = path.basename(place);
  const next = `bring the right files, or give it another name: npm run models -- import ${source} <name>`;
  return new ModelError('MODEL_UNUSABLE', `${source} is not the model that askbox knows as ${name}: ${why}; ${next}`);
}
