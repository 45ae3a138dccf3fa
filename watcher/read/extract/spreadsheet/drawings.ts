import type { SourceFile } from '../extraction.ts';
import { addChart } from '../pptx/chart-text.ts';
import { relationsOf, type Entries } from '../pptx/relations.ts';
import { addSlideText } from '../pptx/slide-text.ts';
import type { TextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';

/** Matches the files of a workbook that `addDrawings` reads. */
export const DRAWING_FILES =
  /^xl\/(?:workbook\.xml|_rels\/workbook|(?:work|chart)sheets\/_rels\/|drawings\/|charts\/chart|diagrams\/data)/i;

/** Returns the names of the files of the sheets by the names of the sheets. */
export function sheetFilesOf(file: SourceFile, entries: Entries): ReadonlyMap<string, string> {
  const name = 'xl/workbook.xml';
  const files = new Map<string, string>();
  const workbook = entries.get(name);
  if (workbook === undefined) return files; // a binary workbook
  const targets = new Map(relationsOf(file, entries, name).map(({ id, target }) => [id, target]));
  walkXml(file, workbook, {
    open(element, attributes) {
      const target = /^(?:\w+:)?sheet$/.test(element) ? targets.get(attributes['r:id'] ?? '') : undefined;
      if (target !== undefined) files.set(attributes['name'] ?? '', target);
    },
    close() {},
    text() {},
  });
  return files;
}

/** Adds what is drawn on a sheet: text boxes, diagrams, and charts as tables. @param sheetFile of the sheet. */
export function addDrawings(
  file: SourceFile,
  builder: TextBuilder,
  entries: Entries,
  { sheet, sheetFile }: { readonly sheet: string; readonly sheetFile: string },
): void {
  for (const drawing of relationsOf(file, entries, sheetFile)) {
    const bytes = drawing.type === 'drawing' ? entries.get(drawing.target) : undefined;
    if (bytes === undefined) continue;
    // A drawing lies over cells, so its place is the sheet.
    builder.mark({ sheet });
    addSlideText(file, builder, bytes, 'text');
    for (const { type, target } of relationsOf(file, entries, drawing.target)) {
      const part = entries.get(target);
      if (part !== undefined && type === 'chart') addChart(file, builder, part);
      if (part !== undefined && type === 'diagramData') addSlideText(file, builder, part, 'text');
    }
  }
}
