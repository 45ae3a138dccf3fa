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
import { isPresent, partFolderOf, placeOf } from '../model-place.ts';
import type { Receipt } from '../receipt.ts';
import { settleModel } from '../settle-model.ts';

export interface PullOptions {
  readonly hub: HubAccess;
  readonly modelsDir: string;
  /** Both include what an earlier try left. */
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Another process is at this model; this one waits for it. */
  readonly onWait?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Brings a model to its place, whole or not at all: its files gather, checked, in `<place>.part`. May be killed at any
 * moment and called again, also by several processes at once: one pulls, the others find it there.
 * @returns false when it was there already.
 * @throws ModelError MODEL_NOT_PULLED, MODEL_UNUSABLE
 */
export async function pullModel(model: Model, options: PullOptions): Promise<boolean> {
  const { modelsDir, signal, onWait = () => undefined } = options;
  const place = placeOf(modelsDir, model);
  if (isPresent(modelsDir, model)) return false;
  using _lock = await lockModel(place, onWait, signal);
  if (isPresent(modelsDir, model)) return false;
  if (existsSync(place)) {
    const message = `${place} is not the whole model ${model.name}; remove it and pull it again: npm run models -- remove ${path.basename(place)}`;
    throw new ModelError('MODEL_UNUSABLE', message);
  }

  const folder = partFolderOf(place);
  const located = await locateModel(options.hub, model, signal);
  const receipt = await downloadAll(located, folder, options);
  const finished = located.kind === 'GENERATION' ? path.join(folder, located.files[0]!.path) : folder;
  await checkLayout(finished);
  await settleModel(place, finished, receipt);
  return true;
}

interface Planned {
  readonly file: ModelFile;
  readonly address: HubAddress;
  readonly described: HubFile;
  readonly target: string;
}

async function downloadAll(model: Model, folder: string, options: PullOptions): Promise<Receipt> {
  const planned = await plan(model, folder, options);
  const totalBytes = planned.reduce((sum, { described }) => sum + described.sizeBytes, 0);
  await checkDisk(model, planned, options.modelsDir, totalBytes);

  let before = 0;
  const files: Receipt['files'] = [];
  for (const { file, ...each } of planned) {
    const onProgress = (bytes: number): void => options.onProgress?.(before + bytes, totalBytes);
    const { hub, signal } = options;
    const { sizeBytes, sha256 } = await downloadFile({ ...each, known: file, hub, signal, onProgress });
    files.push({ path: file.path, sizeBytes, sha256 });
    before += sizeBytes;
  }
  return { source: model.repository, revision: planned[0]?.described.commit ?? null, files };
}

/** Asks for all files before the first is fetched. The commit of the first holds for the others: never half of each version. */
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
