import { chartTable } from '../chart-table.ts';
import type { Block } from '../extraction.ts';
import { descendantsOf, elementsOf, findElement, textIn, type XmlElement } from './xml/xml-tree.ts';

/** Returns the title of a chart, and a table of its values with a column for each series. */
export function chartText(root: XmlElement): readonly { readonly kind: Block['kind']; readonly text: string }[] {
  const title = lettersIn(findElement(root, 'c:chart', 'c:title'));
  const series = [...descendantsOf(root, 'c:ser')].map((element) => ({
    name: pointsOf(findElement(element, 'c:tx')).join(' '),
    categories: pointsOf(findElement(element, 'c:cat') ?? findElement(element, 'c:xVal')),
    values: pointsOf(findElement(element, 'c:val') ?? findElement(element, 'c:yVal')),
  }));
  return [
    { kind: 'paragraph', text: title },
    { kind: 'table', text: chartTable(series) },
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
function pointsOf(element: XmlElement | undefined): readonly (string | undefined)[] {
  const points: (string | undefined)[] = [];
  if (element === undefined) return points;
  for (const point of descendantsOf(element, 'c:pt')) {
    const index = Number(point.attributes['idx'] ?? NaN);
    if (!Number.isInteger(index) || index < 0) continue;
    const value = textIn(elementsOf(point, 'c:v')[0]);
    points[index] = [points[index], value].filter((text) => text !== undefined).join(' ');
  }
  return points;
}
