import { SaxesParser } from 'saxes';
import { messageOf } from '#shared/errors.ts';
import { decodeText } from './charset.ts';
import { ExtractError } from './extract-error.ts';
import type { SourceFile } from './extraction.ts';

/** No office program nests deeper; a file that does is made to exhaust a stack. */
const MAX_DEPTH = 2_000;
const PIECE_CHARS = 1_000_000;

/** The attributes of an element by their names as written, prefix included. */
export type XmlAttributes = Readonly<Record<string, string>>;

/** Receives a document in the order in which it is written. Names are as written, such as `text:p`. */
export interface XmlVisitor {
  open(name: string, attributes: XmlAttributes): void;
  close(name: string): void;
  text(text: string): void;
}

/**
 * Walks an XML file inside an office file. Nothing is ever fetched, and no entity of the document's own is expanded.
 * @param file names the office file in errors.
 * @throws ExtractError DAMAGED if it is not well-formed or nested deeper than 2,000 elements.
 */
export function walkXml(file: SourceFile, bytes: Buffer, visitor: XmlVisitor): void {
  const parser = new SaxesParser();
  let depth = 0;
  const failures: string[] = [];
  parser.on('error', (error) => failures.push(messageOf(error)));
  parser.on('opentag', ({ name, attributes }) => {
    depth++;
    if (depth > MAX_DEPTH) failures.push(`more than ${MAX_DEPTH} elements inside each other`);
    if (failures.length === 0) visitor.open(name, attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    if (failures.length === 0) visitor.close(name);
  });
  const onText = (text: string): void => {
    if (failures.length === 0) visitor.text(text);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  const { text } = decodeText(bytes);
  for (let at = 0; at < text.length && failures.length === 0; at += PIECE_CHARS) {
    parser.write(text.slice(at, at + PIECE_CHARS));
  }
  if (failures.length === 0) parser.close();
  if (failures.length === 0) return;
  throw new ExtractError(
    'DAMAGED',
    file.path,
    `its content is damaged (${failures[0]}); open it in an office program and save it again`,
  );
}
