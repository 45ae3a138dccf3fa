import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { messageOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { Network, PageResponse } from './network.ts';
import { isPublicAddress } from './public-address.ts';

/** A page as it becomes a file. */
export interface FetchedPage {
  /** Where the page was found after all redirects, without a fragment. */
  readonly url: string;
  readonly bytes: Buffer;
  /** With the dot: '.html', '.pdf' and so on. */
  readonly extension: string;
}

/** How a page fetcher is opened. */
export interface PageFetcherOptions {
  /** Fetches nothing (ASKBOX_OFFLINE). */
  readonly isOffline: boolean;
  /** For one page as a whole. Default: 10,000. */
  readonly timeoutMs?: number;
}

const MAX_URL_CHARS = 2000;
const MAX_REDIRECTS = 5;
/** For the page as a whole, from the first name that is resolved to the last byte. */
const TIMEOUT_MS = 10_000;
/** Counted after decompression. */
const MAX_BYTES = 10 * 1024 * 1024;
/** Fetched at the same time, each with up to MAX_BYTES in memory. */
const MAX_FETCHES = 4;

/** The files that pages become, by content type; others have no reader. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/html': '.html',
  'application/xhtml+xml': '.html',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
  'application/rtf': '.rtf',
  'application/epub+zip': '.epub',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/vnd.oasis.opendocument.text': '.odt',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
};

/**
 * Returns a function that fetches one page from the public internet: http or https on their usual ports, 5 redirects,
 * 10 s, 10 MB. The host of each hop must resolve to public addresses only; the connection goes to an address that was
 * checked, so that a name that changes its address in between gains nothing.
 * @throws CommandRefused INVALID for an address that is never fetched, TOO_LARGE, FETCH_FAILED
 */
export function openPageFetcher(
  network: Network,
  { isOffline, timeoutMs = TIMEOUT_MS }: PageFetcherOptions,
): (url: string) => Promise<FetchedPage> {
  let fetching = 0;
  return async (given) => {
    let url = readUrl(given);
    if (isOffline) throw cannotFetch(url, 'ASKBOX_OFFLINE is true; save the page and put the file into the inbox');
    if (fetching >= MAX_FETCHES)
      throw failed(url, `${MAX_FETCHES} pages are being fetched already; try again in a few seconds`);
    fetching++;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const response = await open(url, network, signal);
        try {
          const next = redirectOf(response, url);
          if (next === null) return await readPage(response, url, signal);
          url = next;
        } finally {
          response.destroy();
        }
      }
      throw failed(url, `it redirects more than ${MAX_REDIRECTS} times; give the address that a browser ends at`);
    } finally {
      fetching--;
    }
  };
}

/** Checks an address as far as possible before it is resolved. @throws CommandRefused BLANK, TOO_LONG, INVALID */
function readUrl(given: string, base?: URL): URL {
  if (given.trim() === '') throw refused('BLANK', 'the address is empty; give one such as https://example.com/page');
  if (given.length > MAX_URL_CHARS)
    throw refused('TOO_LONG', `the address is longer than ${MAX_URL_CHARS} characters; give a shorter one`);
  const url = URL.parse(given, base);
  if (url === null) throw refused('INVALID', 'this is not a web address; give one such as https://example.com/page');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw cannotFetch(url, 'only http and https are fetched; save the page and put the file into the inbox');
  if (url.username !== '' || url.password !== '')
    throw cannotFetch(url, 'it contains a user name or password; leave them out, or save the page and add the file');
  if (!['', '80', '443'].includes(url.port))
    throw cannotFetch(url, 'only the ports 80 and 443 are fetched; save the page and put the file into the inbox');
  url.hash = '';
  return url;
}

/** Connects to the first checked address that accepts a connection. */
async function open(url: URL, network: Network, signal: AbortSignal): Promise<PageResponse> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await inTime(network.resolve(host), url, signal) : [host];
  // One private address among public ones is how a name is made to lead inside on the second try.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw notPublic(url);
  let lastError: unknown;
  for (const address of addresses) {
    try {
      const response = await inTime(network.request(url, address, signal), url, signal);
      if (isPublicAddress(response.address)) return response;
      response.destroy();
      throw notPublic(url);
    } catch (error) {
      if (error instanceof CommandRefused && error.code !== 'FETCH_FAILED') throw error;
      if (signal.aborted) throw error;
      lastError = error;
    }
  }
  throw lastError;
}

/** Waits for a step, but no longer than for the page as a whole. */
async function inTime<T>(step: Promise<T>, url: URL, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([step, late]);
  } catch (error) {
    throw asRefusal(error, url, signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function redirectOf({ status, headers }: PageResponse, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const location = textOf(headers['location']);
  if (location === '') throw failed(url, 'it redirects to nowhere; check the address in a browser');
  return readUrl(location, url);
}

async function readPage(response: PageResponse, url: URL, signal: AbortSignal): Promise<FetchedPage> {
  const { status, headers } = response;
  if (status !== 200) throw failed(url, `the server answered ${status}; check the address in a browser`);
  if (Number(headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge(url);
  const bytes = await inTime(readBody(response, url, signal), url, signal);
  if (bytes.length === 0) throw failed(url, 'the page is empty; check the address in a browser');
  const [type = '', ...parameters] = textOf(headers['content-type']).toLowerCase().split(';');
  const isPdf = bytes.toString('latin1', 0, 5) === '%PDF-';
  const extension = isPdf ? '.pdf' : EXTENSIONS[type.trim()];
  if (extension === undefined)
    throw failed(
      url,
      `its type ${JSON.stringify(type.trim().slice(0, 60))} is none that pages have; download the file and add that`,
    );
  const charset = /^\s*charset="?([\w.:-]+)/.exec(parameters.find((parameter) => /^\s*charset=/.test(parameter)) ?? '');
  return { url: url.href, extension, bytes: isPdf ? bytes : asUtf8(bytes, charset?.[1]) };
}

async function readBody(response: PageResponse, url: URL, signal: AbortSignal): Promise<Buffer> {
  const body = Readable.from(response.body, { objectMode: false });
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const decoded = decompressed(body, textOf(response.headers['content-encoding']).trim().toLowerCase(), url);
  signal.addEventListener('abort', () => decoded.destroy(), { once: true });
  // A stream of bytes, as both ends of it are.
  for await (const piece of decoded as AsyncIterable<Uint8Array>) {
    sizeBytes += piece.length;
    if (sizeBytes > MAX_BYTES) throw tooLarge(url);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function decompressed(body: Readable, encoding: string, url: URL): Readable {
  if (encoding === '' || encoding === 'identity') return body;
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : null;
  if (decoder === null)
    throw failed(url, `it is compressed with ${JSON.stringify(encoding)}; save the page and add the file`);
  body.on('error', (error) => decoder.destroy(error));
  decoder.on('close', () => body.destroy());
  return body.pipe(decoder);
}

/** Returns text in UTF-8 with a byte order mark if only the response says its charset, which a file cannot keep. */
function asUtf8(bytes: Buffer, charset: string | undefined): Buffer {
  if (charset === undefined || /^utf-?8$/.test(charset)) return bytes;
  try {
    return Buffer.from(`\uFEFF${new TextDecoder(charset, { fatal: true }).decode(bytes)}`);
  } catch {
    return bytes; // an unknown or a wrong charset: the reader of the file looks at the bytes
  }
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : (header?.[0] ?? '');
}

function asRefusal(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (error instanceof CommandRefused) return error;
  if (signal.aborted) return failed(url, 'it took too long; try again later');
  return failed(url, `${messageOf(error)}; check the address and the connection to the internet`, error);
}

function notPublic(url: URL): CommandRefused {
  return cannotFetch(url, 'its host has no public address; save the page and put the file into the inbox');
}

function tooLarge(url: URL): CommandRefused {
  const message = `${url.href} is larger than ${MAX_BYTES / 1024 / 1024} MB; download it and put the file into the inbox`;
  return refused('TOO_LARGE', message);
}

function cannotFetch(url: URL, problem: string): CommandRefused {
  // Without user name and password, which must not get into logs.
  return refused('INVALID', `${url.protocol}//${url.host} cannot be fetched: ${problem}`);
}

function failed(url: URL, problem: string, cause?: unknown): CommandRefused {
  return refused('FETCH_FAILED', `cannot fetch ${url.href}: ${problem}`, cause);
}

function refused(
  code: 'BLANK' | 'TOO_LONG' | 'INVALID' | 'TOO_LARGE' | 'FETCH_FAILED',
  message: string,
  cause?: unknown,
): CommandRefused {
  return new CommandRefused(code, message, { field: 'url', cause });
}
