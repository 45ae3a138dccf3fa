import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { hiddenThingsWarning } from '../hidden-text.ts';
import { openPictureParts } from '../ocr/picture-parts.ts';
import { openParts, type ExtractPart } from '../parts.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';
import { unzip } from '../zip.ts';
import { addChart } from './chart-text.ts';
import { relationsOf, type Entries } from './relations.ts';
import { largePicturesOn } from './slide-pictures.ts';
import { addSlideText, isHiddenSlide } from './slide-text.ts';

const MAX_XML_BYTES = 60_000_000;

/**
 * Extracts a presentation (.pptx, .pptm, .ppsx) slide by slide: the title as a heading, text and tables, the text of
 * diagrams, the numbers of charts, the text that is recognised in large pictures, then notes and comments. Hidden slides
 * are left out and counted.
 * @param depth how many files the presentation is in.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE
 */
export async function extractPptx(file: SourceFile, extractPart: ExtractPart, depth: number): Promise<Extraction> {
  const isWanted = (name: string): boolean =>
    /^(?:ppt\/(?:presentation|slides|notesSlides|diagrams\/data|charts\/chart|comments|_rels)|docProps\/core\.xml)/i.test(
      name,
    );
  const entries = await unzip(file, isWanted, { maxXmlBytes: MAX_XML_BYTES });
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, extractPart, depth);
  const pictures = openPictureParts(file, parts);
  let hiddenSlides = 0;
  for (const [index, name] of slidesOf(file, entries).entries()) {
    const slide = entries.get(name);
    if (slide === undefined) continue;
    if (file.readsHidden !== true && isHiddenSlide(file, slide)) {
      hiddenSlides++;
      continue;
    }
    builder.mark({ slide: index + 1 });
    addSlide(file, builder, entries, name, slide);
    for (const picture of largePicturesOn(file, entries, name, slide)) await pictures.add(picture);
  }
  return builder.build({
    title: titleOf(file, entries.get('docProps/core.xml')) ?? builder.firstHeading,
    mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    pageCount: null,
    warnings: [...hiddenThingsWarning('slides', hiddenSlides), ...parts.warnings()],
  });
}

function addSlide(file: SourceFile, builder: TextBuilder, entries: Entries, name: string, slide: Buffer): void {
  addSlideText(file, builder, slide, 'titles');
  addSlideText(file, builder, slide, 'text');
  const relations = relationsOf(file, entries, name);
  for (const { type, target } of relations) {
    const chart = type === 'chart' ? entries.get(target) : undefined;
    if (chart !== undefined) addChart(file, builder, chart);
  }
  for (const [type, part] of [
    ['diagramData', 'text'],
    ['notesSlide', 'notes'],
    ['comments', 'text'],
  ] as const) {
    for (const relation of relations) {
      const bytes = relation.type === type ? entries.get(relation.target) : undefined;
      if (bytes !== undefined) addSlideText(file, builder, bytes, part);
    }
  }
}

/** Returns the names of the slides in the order of the presentation. */
function slidesOf(file: SourceFile, entries: Entries): readonly string[] {
  const name = 'ppt/presentation.xml';
  const presentation = entries.get(name);
  if (presentation === undefined) {
    throw new ExtractError('DAMAGED', file.path, 'it has no list of slides; open it and save it again');
  }
  const targets = new Map(relationsOf(file, entries, name).map(({ id, target }) => [id, target]));
  const slides: string[] = [];
  walkXml(file, presentation, {
    open(element, attributes) {
      const target = element === 'p:sldId' ? targets.get(attributes['r:id'] ?? '') : undefined;
      if (target !== undefined) slides.push(target);
    },
    close() {},
    text() {},
  });
  return slides;
}

function titleOf(file: SourceFile, core: Buffer | undefined): string | null {
  if (core === undefined) return null;
  let title = '';
  let isOpen = false;
  walkXml(file, core, {
    open: (name) => (isOpen = name === 'dc:title'),
    close: () => (isOpen = false),
    text: (text) => void (isOpen && (title += text)),
  });
  // The name that PowerPoint gives by itself, in the languages of our users.
  const isDefault = /^(?:PowerPoint[- ]Pr[eé]sentation|PowerPoint Presentation|Apresentação do PowerPoint|Slide 1)$/i;
  return title.trim() === '' || isDefault.test(title.trim()) ? null : title;
}
