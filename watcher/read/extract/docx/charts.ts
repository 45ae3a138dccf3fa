import type { Block } from '../extraction.ts';
import { descendantsOf, elementsOf, findElement, textIn, type XmlElement } from './xml/xml-tree.ts';

/** A chart shows fewer; beyond this it is a drawing of measurements. */
const MAX_POINTS = 500;

/** Returns the title of a chart, and a table of its values with a column for each series. */
export function chartText(root: XmlElement): readonly { readonly kind: Block['kind']; readonly text: string }[] {
  const title = lettersIn(findElement(root, 'c:chart', 'c:title'));
  const series = [...descendantsOf(root, 'c:ser')].map((element) => ({
    name: [...pointsOf(findElement(element, 'c:tx')).values()].join(' '),
    categories: pointsOf(findElement(element, 'c:cat') ?? findElement(element, 'c:xVal')),
    values: pointsOf(findElement(element, 'c:val') ?? findElement(element, 'c:yVal')),
  }));
  const categories = series.find((one) => one.categories.size > 0)?.categories ?? new Map<number, string>();
  const count = Math.min(MAX_POINTS, Math.max(0, ...series.map(({ values }) => Math.max(-1, ...values.keys()) + 1)));
  const rows = Array.from({ length: count }, (_, index) => {
    return [categories.get(index) ?? '', ...series.map(({ values }) => values.get(index) ?? '')].join(' | ');
  });
  const header = ['', ...series.map(({ name }) => name)].join(' | ').trim();
  const table = rows.length === 0 ? '' : [header, ...rows].filter((line) => /[^\s|]/.test(line)).join('\n');
  return [
    { kind: 'paragraph', text: title },
    { kind: 'table', text: table },
  ];
}

/** Returns the texts of a diagram (SmartArt), one in a line. */
export function diagramText(root: XmlElement): string {
  return [...descendantsOf(root, 'dgm:pt')]
    .map((point) => lettersIn(findElement(point, 'dgm:t')))
    .filter((text) => text !== '')
    .map((text) => `- ${text}`)
    .join('\n');
}

function lettersIn(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const paragraphs = [...descendantsOf(element, 'a:p')].map((paragraph) => {
    return [...descendantsOf(paragraph, 'a:t')].map(textIn).join('');
  });
  return paragraphs.join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** The values that are stored with the chart, by their place. */
function pointsOf(element: XmlElement | undefined): ReadonlyMap<number, string> {
  const points = new Map<number, string>();
  if (element === undefined) return points;
  for (const point of descendantsOf(element, 'c:pt')) {
    const index = Number(point.attributes['idx'] ?? NaN);
    if (!Number.isInteger(index) || index < 0 || index >= MAX_POINTS) continue;
    const value = textIn(elementsOf(point, 'c:v')[0]);
    points.set(index, [points.get(index), value].filter((text) => text !== undefined).join(' '));
  }
  return points;
}
