import type { Language } from '#shared/text/language.ts';

/** Formats a size in decimal units, as hubs do: `135 MB`, `4.9 GB`; in Portuguese `4,9 GB`. */
export function formatSize(bytes: number, language: Language = 'en'): string {
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${oneDecimal(bytes / 1e9, language)} GB`;
}

/** Formats a number with one decimal: `4.9`; in Portuguese `4,9`. */
export function oneDecimal(number: number, language: Language): string {
  const decimal = number.toFixed(1);
  return language === 'pt' ? decimal.replace('.', ',') : decimal;
}
