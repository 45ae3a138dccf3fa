import { z } from 'zod';
import { gotPage, notPulled } from './error.ts';
import { requestHub, type HubAccess, type HubAnswer } from './request.ts';

/** A file on the hub. */
export interface HubAddress {
  /** `user/repo`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly path: string;
}

/** What the hub says about a file before it is downloaded. */
export interface HubFile {
  readonly sizeBytes: number;
  /** Identifies the bytes: their SHA-256 for large files, the git blob id for small ones, anything on a mirror. */
  readonly etag: string;
  /** The commit that `revision` points to now; null when the hub does not say. */
  readonly commit: string | null;
}

const LISTING = z.object({ siblings: z.array(z.object({ rfilename: z.string() })) });

/** Asks the hub for the size and version of a file, without its bytes. @throws ModelError MODEL_NOT_PULLED */
export async function describeFile(hub: HubAccess, address: HubAddress, signal: AbortSignal): Promise<HubFile> {
  const { repository } = address;
  using answer = await requestHub(hub, urlOf(hub, address), { method: 'HEAD', repository, signal });
  const { response, named, host } = answer;
  if (isPage(answer)) throw gotPage(repository, host);
  const size = named.get('x-linked-size') ?? response.headers.get('content-length') ?? '';
  const etag = named.get('x-linked-etag') ?? response.headers.get('etag');
  if (!/^\d+$/.test(size) || etag === null) {
    const why = `${host} does not say the size or the version of ${address.path}`;
    throw notPulled(repository, { why, next: 'check that HF_ENDPOINT is the address of a hub', isRetryable: false });
  }
  return {
    sizeBytes: Number(size),
    etag: etag.replace(/^W\//, '').replaceAll('"', ''),
    commit: named.get('x-repo-commit'),
  };
}

/**
 * Yields the bytes of a file from `firstByte` on, even if the server ignores ranges.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function* readFileFrom(
  hub: HubAccess,
  address: HubAddress,
  firstByte: number,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { repository } = address;
  const range = firstByte === 0 ? {} : { range: `bytes=${firstByte}-` };
  using answer = await requestHub(hub, urlOf(hub, address), { ...range, repository, signal });
  if (isPage(answer)) throw gotPage(repository, answer.host);
  let skipBytes = firstByte - firstByteOf(answer.response);
  if (skipBytes < 0) {
    const why = `${answer.host} sent another part of the file than requested`;
    throw notPulled(repository, { why, next: 'pull it again', isRetryable: true });
  }
  for await (const piece of answer.read()) {
    if (skipBytes < piece.length) yield piece.subarray(skipBytes);
    skipBytes = Math.max(0, skipBytes - piece.length);
  }
}

/** Returns the paths of all files of a repository. @throws ModelError MODEL_NOT_PULLED */
export async function listFiles(
  hub: HubAccess,
  { repository, revision }: Omit<HubAddress, 'path'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const url = `${hub.endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}`;
  using answer = await requestHub(hub, url, { repository, signal });
  if (isPage(answer)) throw gotPage(repository, answer.host);
  const text = Buffer.concat(await Array.fromAsync(answer.read())).toString();
  try {
    return LISTING.parse(JSON.parse(text)).siblings.map(({ rfilename }) => rfilename);
  } catch (error) {
    const why = `${answer.host} sent no list of files`;
    throw notPulled(
      repository,
      { why, next: 'check that HF_ENDPOINT is the address of a hub', isRetryable: false },
      error,
    );
  }
}

function urlOf(hub: HubAccess, { repository, revision, path }: HubAddress): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return `${hub.endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${escaped}`;
}

function isPage({ response }: HubAnswer): boolean {
  return response.ok && response.headers.get('content-type')?.includes('text/html') === true;
}

function firstByteOf(response: Response): number {
  if (response.status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0);
}
