import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import { checkLayout } from './check-layout.ts';
import { digestOf } from './file-digest.ts';
import { ModelError } from './model-error.ts';
import { tryLockModel } from './model-lock.ts';
import { isGguf, modelPathOf, partFolderOf } from './model-path.ts';
import { findInstallRecord, type InstallRecord } from './install-record.ts';
import { settleModel } from './settle-model.ts';

/**
 * The files of a folder that are copied; a clone of a repository often has the same weights in other formats as well.
 * Without 1_Pooling/config.json, a model that pools by its first token would be used as one that pools by the mean.
 */
const BELONGS = /^(?:[\w.-]+\.json|1_Pooling\/config\.json|onnx\/[^/]+)$/;

/**
 * Copies a model from a folder or a .gguf file into the models folder, completely or not at all.
 * @param name its name there; default: that of the source.
 * @returns its path there.
 * @throws ModelError MODEL_MISSING when the source cannot be read; MODEL_UNUSABLE when it is not a model, its name is
 * taken, or another process is working on the model of that name.
 */
export async function importModel(source: string, modelsDir: string, name = path.basename(source)): Promise<string> {
  const stats = await stat(source).catch((error: unknown) => {
    throw new ModelError('MODEL_MISSING', `cannot import ${source}: it cannot be read; check the path`, {
      cause: error,
    });
  });
  const modelPath = path.join(modelsDir, name);
  if (path.dirname(modelPath) !== path.resolve(modelsDir) || name.startsWith('.') || isGguf(name) !== stats.isFile()) {
    const message = `cannot import ${source} as ${name}; give a folder a plain name, and a file a name that ends in .gguf`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }
  if (existsSync(modelPath)) {
    const message = `${modelPath} already exists; remove it first: npm run models -- remove ${name}`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }
  await checkLayout(source);
  using lock = tryLockModel(modelPath);
  if (lock === undefined)
    throw new ModelError('MODEL_UNUSABLE', `${name} is being pulled now; wait for that, or stop it`);

  const folder = partFolderOf(modelPath);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const finished = isGguf(name) ? path.join(folder, name) : folder;
  const names = isGguf(name) ? [name] : await filesOf(source);
  for (const file of names) {
    const from = isGguf(name) ? source : path.join(source, file);
    await cp(from, path.join(folder, file), { dereference: true });
  }
  try {
    await settleModel(modelPath, finished, await installRecordOf(source, modelPath, folder, names));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return modelPath;
}

async function filesOf(source: string): Promise<readonly string[]> {
  const names = await readdir(source, { recursive: true });
  return names.map((name) => name.replaceAll(path.sep, '/')).filter((name) => BELONGS.test(name));
}

/** Returns the record of the copied files, after comparing them with what the catalogue knows about this name. */
async function installRecordOf(
  source: string,
  modelPath: string,
  folder: string,
  names: readonly string[],
): Promise<InstallRecord> {
  const known = CATALOGUE.find((model) => modelPathOf(path.dirname(modelPath), model) === modelPath);
  const absent = known?.files.find((file) => !names.includes(file.path));
  if (absent !== undefined) throw differsFromKnown(source, modelPath, `it lacks ${absent.path}`);
  const files: InstallRecord['files'] = [];
  for (const name of names) {
    const { sizeBytes, sha256 } = await digestOf(path.join(folder, name));
    const file = known?.files.find((each) => each.path === name);
    const wanted = file?.sha256 ?? sha256;
    const wantedBytes = file?.sizeBytes ?? sizeBytes;
    if (wantedBytes !== sizeBytes)
      throw differsFromKnown(source, modelPath, `${name} has ${sizeBytes} bytes instead of ${wantedBytes}`);
    if (wanted !== sha256)
      throw differsFromKnown(source, modelPath, `${name} has sha256 ${sha256} instead of ${wanted}`);
    files.push({ path: name, sizeBytes, sha256 });
  }
  const given = await findInstallRecord(source);
  return { source: given?.source ?? path.resolve(source), revision: given?.revision ?? null, files };
}

function differsFromKnown(source: string, modelPath: string, why: string): ModelError {
  const name = path.basename(modelPath);
  const next = `import the right files, or choose another name: npm run models -- import ${source} <name>`;
  return new ModelError('MODEL_UNUSABLE', `${source} is not the model that askbox knows as ${name}: ${why}; ${next}`);
}
