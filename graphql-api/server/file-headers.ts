import path from 'node:path';

/** What browsers may show by themselves: none of it can carry a script of ours. */
const SHOWN_AS_IT_IS = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Text that has another type than text/…; a reader sees its source. */
const TEXT = new Set(['application/json', 'application/x-ipynb+json', 'application/x-subrip', 'message/rfc822']);

/** Types of files that have not been read yet, by the end of their names. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
};

/**
 * Returns the headers with which a file of the inbox is sent. PDFs, pictures and text are shown, everything else is
 * saved. HTML, XML and SVG count as text, whose source is shown. Should a browser take a file for a page nevertheless,
 * that page has no origin, runs no script and loads nothing. No cache keeps the file, so that nothing is left of one that
 * is erased.
 * @param documentPath inside the inbox.
 * @param mediaType as detected from the bytes; null, or application/octet-stream, while that is not known.
 * @param isDownload saves every file.
 */
export function fileHeadersOf(
  documentPath: string,
  mediaType: string | null,
  isDownload: boolean,
): Readonly<Record<string, string>> {
  const type = safeTypeOf(documentPath, mediaType);
  const isShown = !isDownload && type !== 'application/octet-stream';
  return {
    'content-type': type,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; ${fileNameOf(path.posix.basename(documentPath))}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

function safeTypeOf(documentPath: string, mediaType: string | null): string {
  const isKnown = mediaType !== null && mediaType !== 'application/octet-stream';
  const type = isKnown ? mediaType : (BY_EXTENSION[path.posix.extname(documentPath).toLowerCase()] ?? '');
  if (SHOWN_AS_IT_IS.has(type)) return type;
  return type.startsWith('text/') || TEXT.has(type) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

/** Returns the name in ASCII for old clients and, if that is not all of it, in UTF-8 (RFC 6266, RFC 8187). */
function fileNameOf(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}"${ascii === name ? '' : `; filename*=UTF-8''${encoded}`}`;
}
