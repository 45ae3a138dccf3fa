import { decodeText } from '../charset.ts';

/**
 * Returns a message as the parser reads it: in UTF-8 if a program on Windows saved it as UTF-16, with a header in UTF-8
 * if it has accented letters in another encoding, as old mail programs write them.
 */
export function readableMail(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 1024).includes(0)) return Buffer.from(decodeText(bytes).text.replace(/^\uFEFF/, ''));
  const headerEnd = endOfHeader(bytes);
  const header = bytes.subarray(0, headerEnd);
  return Buffer.concat([Buffer.from(decodeText(header).text), bytes.subarray(headerEnd)]);
}

/** Returns a message whose text parts without a charset declare this one. Without it, they would be read as UTF-8. */
export function withCharset(mail: Buffer, charset: string): Buffer {
  const source = mail.toString('latin1');
  const header = source.slice(0, endOfHeader(mail));
  const isDeclared = /^content-type[ \t]*:/im.test(header);
  const start = isDeclared ? '' : `Content-Type: text/plain; charset=${charset}\n`;
  const declared = source.replaceAll(
    /^content-type[ \t]*:[ \t]*text\/(?:plain|html)\b(?!(?:[^\r\n]|\r?\n[ \t]){0,300}charset)/gim,
    (type) => `${type}; charset=${charset}`,
  );
  return Buffer.from(start + declared, 'latin1');
}

function endOfHeader(mail: Buffer): number {
  const ends = [mail.indexOf('\n\n'), mail.indexOf('\n\r\n')].filter((at) => at !== -1);
  return ends.length === 0 ? mail.length : Math.min(...ends);
}
