import { expect, test } from 'vitest';
import { fileHeadersOf } from './file-headers.ts';

const headersOf = (path: string, mediaType: string | null = null, isDownload = false) => {
  const headers = fileHeadersOf(path, mediaType, isDownload);
  return [headers['content-type'], headers['content-disposition']];
};
const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

test.each([
  ['a.pdf', 'application/pdf', 'application/pdf', 'inline'],
  ['a.png', 'image/png', 'image/png', 'inline'],
  ['a.txt', 'text/plain', TEXT, 'inline'],
  ['a.html', 'text/html', TEXT, 'inline'],
  ['a.pdf', 'text/html', TEXT, 'inline'],
  ['a.json', 'application/json', TEXT, 'inline'],
  ['a.eml', 'message/rfc822', TEXT, 'inline'],
  ['a.svg', 'image/svg+xml', BYTES, 'attachment'],
  ['a.xhtml', 'application/xhtml+xml', BYTES, 'attachment'],
  ['a.mht', 'multipart/related', BYTES, 'attachment'],
  ['a.tif', 'image/tiff', BYTES, 'attachment'],
  ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', BYTES, 'attachment'],
  // Not read yet: by the name.
  ['a.PDF', null, 'application/pdf', 'inline'],
  ['a.pdf', BYTES, 'application/pdf', 'inline'],
  ['a.html', null, BYTES, 'attachment'],
  ['a.svg', null, BYTES, 'attachment'],
  ['pdf', null, BYTES, 'attachment'],
])('%s of type %s is sent as %s, %s', (path, mediaType, type, disposition) => {
  expect(headersOf(path, mediaType)).toEqual([type, `${disposition}; filename="${path}"`]);
  expect(headersOf(path, mediaType, true)).toEqual([type, `attachment; filename="${path}"`]);
});

test('names keep every character, and none of them ends the header', () => {
  expect(headersOf('a/b/locação (1)*.pdf')[1]).toBe(
    `inline; filename="loca__o (1)*.pdf"; filename*=UTF-8''loca%C3%A7%C3%A3o%20%281%29%2A.pdf`,
  );
  expect(headersOf('q"uo\\te%41.pdf')[1]).toBe(
    `inline; filename="q_uo_te_41.pdf"; filename*=UTF-8''q%22uo%5Cte%2541.pdf`,
  );
  expect(headersOf("d'água😀.txt")[1]).toBe(
    `inline; filename="d'_gua_.txt"; filename*=UTF-8''d%27%C3%A1gua%F0%9F%98%80.txt`,
  );
});
