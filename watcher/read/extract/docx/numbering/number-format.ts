/** Formats the number of a list item or note as Word prints it. Formats that are not known are printed as digits. */
export function formatNumber(value: number, format: string, language: string): string {
  switch (format) {
    case 'none':
    case 'bullet':
      return '';
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'upperRoman':
      return roman(value);
    case 'lowerRoman':
      return roman(value).toLowerCase();
    case 'upperLetter':
      return letters(value);
    case 'lowerLetter':
      return letters(value).toLowerCase();
    case 'ordinal':
      return ordinal(value, language);
    case 'ordinalText':
      return (isPortuguese(language) ? portugueseOrdinal(value) : null) ?? ordinal(value, language);
    default:
      return String(value);
  }
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function roman(value: number): string {
  if (value < 1 || value > 32_767) return String(value);
  let text = '';
  let rest = value;
  for (const [amount, digits] of ROMAN) {
    text += digits.repeat(Math.floor(rest / amount));
    rest %= amount;
  }
  return text;
}

/** A to Z, then AA, BB: Word repeats the letter. */
function letters(value: number): string {
  if (value < 1 || value > 780) return String(value);
  return String.fromCharCode(65 + ((value - 1) % 26)).repeat(Math.ceil(value / 26));
}

function isPortuguese(language: string): boolean {
  return /^pt\b/i.test(language);
}

function ordinal(value: number, language: string): string {
  if (!/^en\b/i.test(language)) return /^(?:pt|es|it|gl|ca)\b/i.test(language) ? `${value}º` : `${value}.`;
  const tens = value % 100;
  const suffix = tens > 10 && tens < 14 ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[value % 10];
  return `${value}${suffix ?? 'th'}`;
}

const UNITS = ['', 'Primeiro', 'Segundo', 'Terceiro', 'Quarto', 'Quinto', 'Sexto', 'Sétimo', 'Oitavo', 'Nono'];
const TENS = [
  '',
  'Décimo',
  'Vigésimo',
  'Trigésimo',
  'Quadragésimo',
  'Quinquagésimo',
  'Sexagésimo',
  'Septuagésimo',
  'Octogésimo',
  'Nonagésimo',
];

function portugueseOrdinal(value: number): string | null {
  if (value < 1 || value > 99) return null;
  const [tens, units] = [TENS[Math.floor(value / 10)]!, UNITS[value % 10]!];
  return tens === '' ? units : `${tens} ${units.toLowerCase()}`.trimEnd();
}
