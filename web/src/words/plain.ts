/** Characters that turn the direction of what follows them, beyond the name that has them. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /\p{Cc}+/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const ISOLATED = ['\u2068', '\u2069'] as const;

/**
 * Returns a name of somebody else's as it may stand in a line: of a file, a title, a tag. What would turn the direction of
 * the text around it, so that `fdp.exe` is read as `exe.pdf`, is left out.
 */
export function plain(name: string): string {
  return name.replaceAll(DIRECTIONS, '').replaceAll(CONTROLS, ' ');
}

/** Returns a name for the middle of a sentence. One in Arabic or Hebrew does not move the words beside it. */
export function inSentence(name: string): string {
  const shown = plain(name);
  return RIGHT_TO_LEFT.test(shown) ? ISOLATED.join(shown) : shown;
}
