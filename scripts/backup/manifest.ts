import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { digestOf } from '#shared/models/file-digest.ts';
import { isPart } from './parts.ts';
import type { Words } from './words.ts';

/** The version of the layout of a backup. A restore refuses a higher one. */
export const FORMAT = 1;
/** The file in a backup that lists the others. It is written last. */
export const MANIFEST = 'manifest.json';

const FILE = z.strictObject({
  path: z.string().refine(isPart),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const CONTENTS = z.strictObject({
  format: z.literal(FORMAT),
  askbox: z.string(),
  createdAt: z.iso.datetime(),
  inbox: z.string(),
  store: z.literal('sqlite'),
  files: z.array(FILE).min(1),
});
const SIGNED = z.strictObject({ ...CONTENTS.shape, checksum: z.string() });
const VERSIONED = z.object({ format: z.number() });

/** What a backup holds. `inbox` is where the documents were; they are not in it. */
export type Manifest = Readonly<z.infer<typeof CONTENTS>>;
/** A file of a backup; `path` has `/` between folders. */
export type BackedUpFile = Readonly<z.infer<typeof FILE>>;

/** Returns the text of a manifest, with a checksum of itself. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, null, 2)}\n`;
}

/**
 * Reads the manifest of a backup.
 * @throws Error, worded for the user, if the manifest is missing or damaged, or was made by a newer askbox.
 */
export function readManifest(folder: string, words: Words): Manifest {
  const file = path.join(folder, MANIFEST);
  if (!existsSync(file)) throw new Error(words.noManifest(folder));
  const json = parsed(readFileSync(file, 'utf8'));
  const versioned = VERSIONED.safeParse(json);
  if (versioned.success && versioned.data.format > FORMAT) throw new Error(words.newerFormat(versioned.data.format));
  const signed = SIGNED.safeParse(json);
  if (!signed.success) throw new Error(words.damaged(MANIFEST));
  const { checksum, ...manifest } = signed.data;
  if (checksum !== checksumOf(manifest)) throw new Error(words.damaged(MANIFEST));
  return manifest;
}

/**
 * Checks that a file has the size and the bytes that the manifest states.
 * @param folder a backup, or a copy of one.
 * @throws Error for people if it is missing, no regular file, or has others.
 */
export async function checkFile(folder: string, expected: BackedUpFile, words: Words): Promise<void> {
  const file = path.join(folder, expected.path);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) throw new Error(words.missing(expected.path));
  if (stats.size !== expected.sizeBytes) throw new Error(words.damaged(expected.path));
  if ((await digestOf(file)).sha256 !== expected.sha256) throw new Error(words.damaged(expected.path));
}

function checksumOf({ format, askbox, createdAt, inbox, store, files }: Manifest): string {
  const ordered = files.map(({ path: name, sizeBytes, sha256 }) => [name, sizeBytes, sha256]);
  return createHash('sha256')
    .update(JSON.stringify([format, askbox, createdAt, inbox, store, ordered]))
    .digest('hex');
}

/** Returns undefined, which is no manifest, for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
