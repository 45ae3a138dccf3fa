import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

/** Where the build step leaves the page for people; see `web/`. */
const BUILT_PAGE = path.join(import.meta.dirname, '..', '..', 'web', 'dist');

/** By file extension. A file with another one is not served. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.pfb': 'application/octet-stream',
  '.bcmap': 'application/octet-stream',
  '.icc': 'application/octet-stream',
};

// Whatever a document, a title or an answer contains, the page runs only its own scripts and connects only to this
// server. `wasm-unsafe-eval` lets it compile WebAssembly, as viewers of pictures inside documents do, but no JavaScript.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The build step puts the hash of a file into its name, so a file in this folder never changes. */
const HASHED = 'assets/';
const A_YEAR_S = 31_536_000;

const NOT_BUILT = 'The page has not been built. Start askbox with: npm start\nThe GraphQL playground is at /graphql\n';

/** A file of the page as it is sent. */
interface PageFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Serves the page for people: `/` and the files that it loads. Other paths, and other methods than GET and HEAD, are left
 * to the next handler. Each file is read and compressed once, when it is first asked for.
 * @param folder of the built page. Default: `web/dist`. Without it, `/` responds with 503 and says what to do.
 */
export function servePage(folder = BUILT_PAGE): RequestHandler {
  let names: ReadonlySet<string> | undefined;
  const read = new Map<string, Promise<PageFile>>();
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const name = request.path === '/' ? 'index.html' : request.path.slice(1);
    // Only files that are in the folder are opened, so no path leads out of it. A page that is not built yet may be later.
    if (names === undefined || names.size === 0) names = listFiles(folder);
    if (!names.has(name)) {
      if (request.path !== '/') return next();
      response.status(503).type('text').send(NOT_BUILT);
      return;
    }
    let file = read.get(name);
    if (file === undefined) read.set(name, (file = readPageFile(folder, name)));
    const { body, headers } = await file;
    response.set(headers).send(body);
  };
}

/** Returns the names of the files that may be served, with forward slashes; none if the folder does not exist. */
function listFiles(folder: string): ReadonlySet<string> {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const served = names.filter((name) => MEDIA_TYPES[path.extname(name)] !== undefined);
    return new Set(served.map((name) => name.replaceAll('\\', '/')));
  } catch {
    return new Set();
  }
}

async function readPageFile(folder: string, name: string): Promise<PageFile> {
  const body = await promisify(gzip)(await readFile(path.join(folder, name)));
  const mediaType = MEDIA_TYPES[path.extname(name)];
  if (mediaType === undefined) throw new Error(`${name} has no media type`);
  return {
    body,
    headers: {
      'content-type': mediaType,
      'content-encoding': 'gzip',
      'cache-control': name.startsWith(HASHED) ? `public, max-age=${A_YEAR_S}, immutable` : 'no-cache',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    },
  };
}
