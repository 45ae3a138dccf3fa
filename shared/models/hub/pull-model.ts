import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Model, ModelFile } from '../catalogue.ts';
import { checkLayout } from '../check-layout.ts';
import { bytesThere, downloadFile } from './download-file.ts';
import { describeFile, type HubAddress, type HubFile } from './hub.ts';
import { diskFull } from './error.ts';
import { locateModel } from './locate-model.ts';
import type { HubAccess } from './request.ts';
import { ModelError } from '../model-error.ts';
import { lockModel } from '../model-lock.ts';
import { isPresent, partFolderOf, modelPathOf } from '../model-path.ts';
import type { InstallRecord } from '../install-record.ts';
import { settleModel } from '../settle-model.ts';

/** How to pull a model. */
export interface PullOptions {
  readonly hub: HubAccess;
  readonly modelsDir: string;
  /** Called as bytes arrive; both numbers include what an earlier attempt left. */
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Called once if another process is working on this model and this one waits for it. */
  readonly onWait?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Downloads a model into the models folder, completely or not at all: its files are collected and checked in
 * `<modelPath>.part`. May be killed at any moment and called again, also by several processes at once: one of them
 * pulls, the others wait and find the model there.
 * @returns false when it was there already.
 * @throws ModelError MODEL_NOT_PULLED when the download failed; MODEL_UNUSABLE when something else is at its path, or
 * what was downloaded is not a model.
 */
export async function pullModel(model: Model, options: PullOptions): Promise<boolean> {
  const { modelsDir, signal, onWait = () => undefined } = options;
  const modelPath = modelPathOf(modelsDir, model);
  if (isPresent(modelsDir, model)) return false;
  using _lock = await lockModel(modelPath, onWait, signal);
  if (isPresent(modelsDir, model)) return false;
  if (existsSync(modelPath)) {
    const message = `${modelPath} is not the complete model ${model.name}; remove it, then pull it again: npm run models -- remove ${path.basename(modelPath)}`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }

  const folder = partFolderOf(modelPath);
  const located = await locateModel(options.hub, model, signal);
  const record = await downloadAll(located, folder, options);
  const finished = located.kind === 'GENERATION' ? path.join(folder, located.files[0]!.path) : folder;
  await checkLayout(finished);
  await settleModel(modelPath, finished, record);
  return true;
}

interface Planned {
  readonly file: ModelFile;
  readonly address: HubAddress;
  readonly described: HubFile;
  readonly target: string;
}

async function downloadAll(model: Model, folder: string, options: PullOptions): Promise<InstallRecord> {
  const planned = await plan(model, folder, options);
  const totalBytes = planned.reduce((sum, { described }) => sum + described.sizeBytes, 0);
  await checkDisk(model, planned, options.modelsDir, totalBytes);

  let before = 0;
  const files: InstallRecord['files'] = [];
  for (const { file, ...each } of planned) {
    const onProgress = (bytes: number): void => options.onProgress?.(before + bytes, totalBytes);
    const { hub, signal } = options;
    const { sizeBytes, sha256 } = await downloadFile({ ...each, known: file, hub, signal, onProgress });
    files.push({ path: file.path, sizeBytes, sha256 });
    before += sizeBytes;
  }
  return { source: model.repository, revision: planned[0]?.described.commit ?? null, files };
}

/**
 * Describes all files before the first is downloaded. The commit of the first is used for the others, so that versions
 * never mix.
 */
async function plan(model: Model, folder: string, { hub, signal }: PullOptions): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  let { revision } = model;
  for (const file of model.files) {
    const described = await describeFile(hub, { repository: model.repository, revision, path: file.path }, signal);
    revision = described.commit ?? revision;
    const address = { repository: model.repository, revision, path: file.path };
    planned.push({ file, address, described, target: path.join(folder, file.path) });
  }
  return planned;
}

async function checkDisk(
  model: Model,
  planned: readonly Planned[],
  modelsDir: string,
  totalBytes: number,
): Promise<void> {
  const there = await Promise.all(planned.map(({ target }) => bytesThere(target)));
  const { bavail, bsize } = await statfs(modelsDir);
  const missingBytes = totalBytes - there.reduce((sum, bytes) => sum + bytes, 0) - bavail * bsize;
  if (missingBytes > 0) throw diskFull(model.name, modelsDir, missingBytes);
}
