/** A text without case and accents: how people write a word must not decide whether it is found. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
