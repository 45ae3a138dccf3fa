/** The locator of a format that has no places. */
export const NOWHERE = {
  pageNumber: null,
  pageLabel: null,
  line: null,
  seconds: null,
  sheet: null,
  cells: null,
  slide: null,
  part: null,
};
