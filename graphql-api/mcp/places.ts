import { placeName } from '../cite/place-name.ts';

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
