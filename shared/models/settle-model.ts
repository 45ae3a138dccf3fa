import { rename, rm } from 'node:fs/promises';
import { partFolderOf } from './model-path.ts';
import { installRecordFileOf, writeInstallRecord, type InstallRecord } from './install-record.ts';

/**
 * Moves a complete model from `<modelPath>.part` to its final path, in one step.
 * @param finished the part folder itself, or the one file in it.
 */
export async function settleModel(modelPath: string, finished: string, record: InstallRecord): Promise<void> {
  const folder = partFolderOf(modelPath);
  // The record is written first, so that a model at its final path always has one.
  await writeInstallRecord(installRecordFileOf(finished === folder ? folder : modelPath), record);
  await rename(finished, modelPath);
  if (finished !== folder) await rm(folder, { recursive: true });
}
