import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { withoutDataUris } from '../html/data-uris.ts';
import { openTextBuilder } from '../text-builder.ts';
import { readableJson } from './readable-json.ts';

/** Extracts JSON, or JSON by lines, as a person would write it: with letters instead of escapes, and in lines. */
export function extractJson(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const builder = openTextBuilder(file.path);
  let open: string[] = [];
  let locations: { readonly line: number }[] = [];
  const close = (): void => {
    builder.addBlock('code', open.join('\n'), { locations });
    open = [];
    locations = [];
  };
  for (const { text: line, lineNumber } of readableJson(withoutDataUris(text))) {
    if (line.trim() === '') {
      close();
    } else {
      open.push(line);
      locations.push({ line: lineNumber });
    }
  }
  close();
  return builder.build({ title: null, mediaType: 'application/json', pageCount: null, warnings });
}
