import type { LocatorMark } from './document.ts';

/**
 * Returns a short name of a place that reads the same in Portuguese and English, such as `p. 3` or `anexo.pdf, p. 3`;
 * otherwise empty.
 */
export function placeName({ part, ...place }: Omit<LocatorMark, 'startChar'>): string {
  return [part ?? '', placeInFile(place)].filter((name) => name !== '').join(', ');
}

function placeInFile(place: Omit<LocatorMark, 'startChar' | 'part'>): string {
  if (place.sheet !== undefined) return place.cells === undefined ? place.sheet : `${place.sheet}!${place.cells}`;
  if (place.slide !== undefined) return `slide ${place.slide}`;
  if (place.pageNumber !== undefined) return `p. ${place.pageLabel ?? place.pageNumber}`;
  if (place.line !== undefined) return `l. ${place.line}`;
  if (place.seconds !== undefined) return clockTime(place.seconds);
  return '';
}

/** 3725 -> 1:02:05 */
function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** A selection on `Locator`; see `placeOf`. */
export const LOCATOR_FIELDS = 'pageNumber pageLabel line seconds part sheet cells slide';

/** What `LOCATOR_FIELDS` selects. */
export interface SelectedLocator {
  readonly pageNumber: number | null;
  readonly pageLabel: string | null;
  readonly line: number | null;
  readonly seconds: number | null;
  readonly part: string | null;
  readonly sheet: string | null;
  readonly cells: string | null;
  readonly slide: number | null;
}

/** Returns a short name of a place, such as `p. 3`; empty if the format has no places. */
export function placeOf({ pageNumber, pageLabel, line, seconds, part, sheet, cells, slide }: SelectedLocator): string {
  return placeName({
    ...(pageNumber === null ? {} : { pageNumber }),
    ...(pageLabel === null ? {} : { pageLabel }),
    ...(line === null ? {} : { line }),
    ...(seconds === null ? {} : { seconds }),
    ...(part === null ? {} : { part }),
    ...(sheet === null ? {} : { sheet }),
    ...(cells === null ? {} : { cells }),
    ...(slide === null ? {} : { slide }),
  });
}

/** Returns a path with the place in it, such as `locacao.pdf, p. 3`. */
export function pathAndPlace(path: string, place: string): string {
  return place === '' ? path : `${path}, ${place}`;
}
