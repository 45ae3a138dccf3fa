import path from 'node:path';
import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { withoutDataUris } from '../html/data-uris.ts';
import { linesOf, openTextBuilder, type Location } from '../text-builder.ts';

const DELIMITERS = [';', ',', '\t', '|'];
/** Lines that the delimiter is guessed from. */
const SAMPLE_LINES = 20;
/** A quoted value of more lines than this is a quotation mark that is never closed. */
const MAX_RECORD_LINES = 100;

/**
 * Extracts comma- or tab-separated values as they are written, one record a line, in any usual encoding and with any
 * usual delimiter. Line ends inside quotation marks become spaces, so that a record is never cut; a quotation mark that
 * is never closed is an ordinary character. Blank lines divide tables.
 */
export function extractCsv(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const lines = linesOf(withoutDataUris(text));
  // Excel's own first line, which only names the delimiter.
  const declared = /^sep=(.)$/i.exec(lines[0] ?? '')?.[1];
  const delimiter = declared ?? delimiterOf(lines);
  const builder = openTextBuilder(file.path);
  let records: string[] = [];
  let locations: Location[] = [];
  const addTable = (): void => {
    builder.addBlock('table', records.join('\n'), { locations });
    records = [];
    locations = [];
  };
  for (let index = declared === undefined ? 0 : 1; index < lines.length;) {
    const end = endOfRecord(lines, index, delimiter);
    const record = lines.slice(index, end).join(' ').trimEnd();
    if (isBlank(record, delimiter)) {
      addTable();
    } else {
      records.push(record);
      locations.push({ line: index + 1 });
    }
    index = end;
  }
  addTable();
  const isTabbed = path.posix.extname(file.path).toLowerCase() === '.tsv';
  const mediaType = isTabbed ? 'text/tab-separated-values' : 'text/csv';
  return builder.build({ title: null, mediaType, pageCount: null, warnings });
}

/** Returns the delimiter that most of the first lines have the same number of; the more of them the better. */
function delimiterOf(lines: readonly string[]): string {
  const sample = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = sample.map((line) => line.replaceAll(/"[^"]*"/g, '').split(delimiter).length - 1);
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
    const score = usual === 0 ? 0 : counts.filter((count) => count === usual).length + Math.min(usual, 9) / 10;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Returns the index after the last line of the record that begins at `start`. */
function endOfRecord(lines: readonly string[], start: number, delimiter: string): number {
  let isQuoted = false;
  for (let index = start; index < Math.min(lines.length, start + MAX_RECORD_LINES); index++) {
    isQuoted = isQuotedAfter(lines[index]!, isQuoted, delimiter);
    if (!isQuoted) return index + 1;
  }
  return start + 1;
}

/** Returns whether a quoted value is still open at the end of a line. Only a value that begins with a mark is quoted. */
function isQuotedAfter(line: string, isQuotedBefore: boolean, delimiter: string): boolean {
  let at = 0;
  let isQuoted = isQuotedBefore;
  for (;;) {
    if (isQuoted) {
      const mark = line.indexOf('"', at);
      if (mark === -1) return true;
      const isDoubled = line[mark + 1] === '"';
      isQuoted = isDoubled;
      at = mark + (isDoubled ? 2 : 1);
    } else {
      // After a quoted value, what is left of it up to the delimiter is not quoted.
      const isAtValue = at === 0 || line[at - 1] === delimiter;
      if (isAtValue && line[at] === '"') {
        isQuoted = true;
        at++;
        continue;
      }
      const next = line.indexOf(delimiter, at);
      if (next === -1) return false;
      at = next + 1;
    }
  }
}

function isBlank(record: string, delimiter: string): boolean {
  return record.replaceAll(delimiter, '').trim() === '';
}
