import type { LocatorMark } from '#shared/document.ts';

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
