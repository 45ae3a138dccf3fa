import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../errors.ts';
import type { ModelFile } from '../catalogue.ts';
import { digestOf, type FileDigest } from '../file-digest.ts';
import { readFileFrom, type HubAddress, type HubFile } from './hub.ts';
import { diskFull, networkFailed, wrongBytes } from './error.ts';
import type { HubAccess } from './request.ts';

/** What to download, and where to. */
export interface FileDownload {
  readonly hub: HubAccess;
  readonly address: HubAddress;
  /** What the catalogue says about it. */
  readonly known: ModelFile;
  /** What the hub says about it. */
  readonly described: HubFile;
  /** The path to write it to. */
  readonly target: string;
  /** @param bytes how many bytes of the file are on disk so far. */
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Downloads one file to its target and checks it. Continues where an earlier attempt stopped, in
 * `<target>.<etag>.part`, and deletes what is left of another version. A target that already exists is checked and, if
 * it is right, kept.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function downloadFile(download: FileDownload): Promise<FileDigest> {
  const { target, described, known, onProgress, signal } = download;
  checkAgreement(download);
  if (existsSync(target)) {
    const digest = await digestOf(target, signal);
    if (faultOf(digest, known, described) === null) {
      onProgress(digest.sizeBytes);
      return digest;
    }
    await rm(target);
  }
  const part = `${target}.${described.etag.replaceAll(/[^\w-]/g, '').slice(0, 40)}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  await removeOtherParts(target, part);
  await fetchRest(download, part);

  const digest = await digestOf(part, signal);
  const fault = faultOf(digest, known, described);
  if (fault !== null) {
    await rm(part);
    throw wrongBytes(`${download.address.repository}/${download.address.path}`, fault);
  }
  await rename(part, target);
  return digest;
}

/** Compares what the hub and the catalogue say, before gigabytes are downloaded for nothing. */
function checkAgreement({ known, described, address }: FileDownload): void {
  const isOther =
    (known.sizeBytes !== null && known.sizeBytes !== described.sizeBytes) ||
    (known.sha256 !== null && isSha256(described.etag) && known.sha256 !== described.etag);
  if (isOther) {
    throw wrongBytes(`${address.repository}/${address.path}`, 'the file on the hub is not the one that askbox knows');
  }
}

async function removeOtherParts(target: string, part: string): Promise<void> {
  const folder = path.dirname(target);
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith(`${path.basename(target)}.`) && name.endsWith('.part') && file !== part) await rm(file);
  }
}

async function fetchRest({ hub, address, described, onProgress, signal }: FileDownload, part: string): Promise<void> {
  await using handle = await open(part, 'a');
  let bytes = (await handle.stat()).size;
  onProgress(bytes);
  if (bytes >= described.sizeBytes) return;
  try {
    for await (const piece of readFileFrom(hub, address, bytes, signal)) {
      await handle.appendFile(piece);
      bytes += piece.length;
      onProgress(bytes);
      if (bytes > described.sizeBytes) break; // not the described file; the check that follows reports it
    }
    await handle.datasync();
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') throw diskFull(address.repository, path.dirname(part), null, error);
    throw error;
  }
  if (bytes < described.sizeBytes) {
    const cut = new Error(`it ended after ${bytes} of ${described.sizeBytes} bytes`);
    throw networkFailed(address.repository, new URL(hub.endpoint).host, cut);
  }
}

/** Returns what is wrong with the bytes; null if nothing is. The etag of a mirror need not be a digest. */
function faultOf(digest: FileDigest, known: ModelFile, { sizeBytes, etag }: HubFile): string | null {
  if (digest.sizeBytes !== sizeBytes) return `it has ${digest.sizeBytes} bytes instead of ${sizeBytes}`;
  const sha256 = known.sha256 ?? (isSha256(etag) ? etag : null);
  if (sha256 !== null) return digest.sha256 === sha256 ? null : `its sha256 is ${digest.sha256} instead of ${sha256}`;
  const isGitBlob = /^[0-9a-f]{40}$/.test(etag);
  return isGitBlob && digest.gitBlob !== etag ? `its git blob id is ${digest.gitBlob} instead of ${etag}` : null;
}

function isSha256(etag: string): boolean {
  return /^[0-9a-f]{64}$/.test(etag);
}

/** Returns how many bytes of a file are on disk already, in the target or in a part of it. */
export async function bytesThere(target: string): Promise<number> {
  const folder = path.dirname(target);
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name === path.basename(target) || name.startsWith(`${path.basename(target)}.`));
  const sizes = await Promise.all(own.map(async (name) => (await stat(path.join(folder, name))).size));
  return Math.max(0, ...sizes);
}
