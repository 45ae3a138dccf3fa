import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { OpenFile } from '../commands/open-file.ts';
import { byteRangeOf } from './byte-range.ts';

/**
 * Sends a file, or the part of it that the request asks for, no faster than the client reads it. Responds 200, 206 for
 * one range of bytes, 304 if the client has these bytes already, 416 if no byte is in the range. The entity tag is the
 * hash of the bytes; there is none while the hash is not known.
 * @throws when the file changes or the client leaves in the middle; then the response is incomplete.
 */
export async function sendFile(file: OpenFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { sizeBytes, sha256 } = file;
  const etag = sha256 === null ? undefined : `"${sha256}"`;
  response.setHeader('accept-ranges', 'bytes');
  if (etag !== undefined) response.setHeader('etag', etag);
  if (isKnownToClient(request.headers, etag)) return void response.writeHead(304).end();

  const range = byteRangeOf(rangeHeaderOf(request.headers, etag), sizeBytes);
  if (range === null) {
    return void response.writeHead(416, { 'content-range': `bytes */${sizeBytes}`, 'content-length': 0 }).end();
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  if (range !== undefined) response.setHeader('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`);
  response.writeHead(range === undefined ? 200 : 206, { 'content-length': end - start });
  await pipeline(file.read(start, end), response);
}

/** Whether `If-None-Match` names the bytes, or any bytes. */
function isKnownToClient({ 'if-none-match': tags }: IncomingHttpHeaders, etag: string | undefined): boolean {
  if (tags === undefined) return false;
  return (
    tags.trim() === '*' ||
    (etag !== undefined && tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}

/** Returns the `Range` header, unless the client wants a part of other bytes than these (`If-Range`). */
function rangeHeaderOf(headers: IncomingHttpHeaders, etag: string | undefined): string | undefined {
  const condition = headers['if-range']?.toString();
  return condition === undefined || condition.trim() === etag ? headers.range : undefined;
}
