/**
 * Returns a text in lower case, without accents, and with compatibility forms (ﬁ, ², ａ) replaced, so that how a word is
 * written does not decide whether it is found. Terms are stored folded: a change needs a new ANALYSER_VERSION.
 */
export function fold(text: string): string {
  return withoutAccents(text).toLowerCase();
}

/** Returns the same, except that the case is kept. */
export function withoutAccents(text: string): string {
  return text.normalize('NFKC').normalize('NFD').replaceAll(/\p{M}/gu, '');
}
