import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { codeOf, messageOf } from '../errors.ts';
import { ModelError } from '../models/model-error.ts';

/** What a model's file often contains after a failed download, by how it begins. */
const IMPOSTORS = [
  [/^\s*<(!doctype|html|\?xml)/i, 'is a web page'],
  [/^version https:\/\/git-lfs/, 'is a pointer of Git LFS'],
  [/^\s*$/, 'is empty'],
] as const;

/**
 * Checks a file's size and first bytes.
 * @param sizeBytes null when unknown.
 * @param remedy the next step for the user; ends the message of an error.
 * @throws ModelError MODEL_MISSING when it is not there, MODEL_UNUSABLE when it is clearly something else.
 */
export async function requireModelFile(
  folder: string,
  file: string,
  sizeBytes: number | null,
  remedy: string,
): Promise<void> {
  let found: { readonly start: string; readonly size: number };
  try {
    found = await readStart(path.join(folder, file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unusable(folder, file, `cannot be read (${messageOf(error)})`, remedy, error);
    throw new ModelError('MODEL_MISSING', `the model in ${folder} lacks ${file}; ${remedy}`, { cause: error });
  }
  const impostor = IMPOSTORS.find(([pattern]) => pattern.test(found.start));
  if (impostor !== undefined) throw unusable(folder, file, `${impostor[1]} and not the file itself`, remedy);
  if (sizeBytes === null || found.size === sizeBytes) return;
  throw unusable(folder, file, `has ${found.size} bytes instead of ${sizeBytes}`, remedy);
}

/**
 * Reads one of a model's settings files.
 * @param remedy the next step for the user; ends the message of an error.
 * @param fallback returned when the file is not there; undefined requires the file.
 * @throws ModelError MODEL_UNUSABLE when it is missing, damaged, or does not match the schema.
 */
export async function readJson<Content>(
  folder: string,
  file: string,
  schema: z.ZodType<Content>,
  remedy: string,
  fallback?: Content,
): Promise<Content> {
  try {
    return schema.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
  } catch (error) {
    if (fallback !== undefined && codeOf(error) === 'ENOENT') return fallback;
    throw unusable(folder, file, 'is damaged or not the expected file', remedy, error);
  }
}

async function readStart(file: string): Promise<{ readonly start: string; readonly size: number }> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64), position: 0 });
  return { start: buffer.toString('latin1', 0, bytesRead), size: (await handle.stat()).size };
}

function unusable(folder: string, file: string, what: string, remedy: string, cause?: unknown): ModelError {
  return new ModelError('MODEL_UNUSABLE', `${file} of the model in ${folder} ${what}; ${remedy}`, { cause });
}
