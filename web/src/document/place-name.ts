import type { Locator } from '../api/types.ts';
import type { Words } from '../words/words.ts';

/** Returns where something is in its file, such as `p. 3` or `contrato.pdf, aba Vendas, A1:C9`; '' if it has no places. */
export function placeName(locator: Locator, { place }: Words): string {
  const { pageNumber, pageLabel, line, seconds, part, sheet, cells, slide } = locator;
  const parts = [
    part,
    pageNumber === null ? null : place.page(pageLabel ?? String(pageNumber)),
    sheet === null ? null : place.sheet(sheet),
    cells,
    slide === null ? null : place.slide(slide),
    seconds === null ? null : clock(seconds),
    line === null || pageNumber !== null ? null : place.line(line),
  ];
  return parts.filter((each) => each !== null && each !== '').join(', ');
}

/** Returns a time such as 1:02:03 or 2:03. */
function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  return hours === 0 ? `${minutes}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`;
}

/** Returns the name of a file without its folders. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Returns the folders of a file, such as `contratos/2026`; '' for a file at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Returns a path as a glob that matches only itself. */
export function literal(path: string): string {
  return path.replaceAll(/[*?{}\\]/g, String.raw`\$&`);
}
