import { computed, effect, signal } from '@preact/signals';
import { en } from './en.ts';
import { pt } from './pt.ts';

/** Everything that the page says, in one language. */
export type Words = typeof pt;

/** The languages of the page. */
export type PageLanguage = 'pt' | 'en';

const KEPT_AS = 'askbox-language';
const WORDS: Readonly<Record<PageLanguage, Words>> = { pt, en };
const TAGS: Readonly<Record<PageLanguage, string>> = { pt: 'pt-BR', en: 'en' };

/** The language of the page: the one that was chosen here, otherwise that of the browser. */
export const language = signal<PageLanguage>(firstLanguage());

/** What the page says, in its language. */
export const words = computed(() => WORDS[language.value]);

/** Switches the language, and remembers it for the next visits. */
export function chooseLanguage(chosen: PageLanguage): void {
  language.value = chosen;
  localStorage.setItem(KEPT_AS, chosen);
}

/** Keeps the language of the document, which screen readers speak, that of the page. */
export function tellLanguage(): void {
  effect(() => {
    document.documentElement.lang = TAGS[language.value];
  });
}

/** Returns a day such as 31/03/2026 or, in English, Mar 31, 2026. @param instant as in the API. */
export function dayOf(instant: string): string {
  const day = new Date(instant);
  // Numbers alone are read as another day on the other side of the Atlantic.
  return language.value === 'en'
    ? day.toLocaleDateString(TAGS.en, { dateStyle: 'medium' })
    : day.toLocaleDateString(TAGS[language.value]);
}

/** Returns a time of day such as 14:05. @param instant as in the API. */
export function timeOf(instant: string): string {
  return new Date(instant).toLocaleTimeString(TAGS[language.value], { hour: 'numeric', minute: '2-digit' });
}

/** Returns the time of day for today, such as 14:05, and the day for any other. @param instant as in the API. */
export function whenOf(instant: string): string {
  const isToday = new Date(instant).toDateString() === new Date().toDateString();
  return isToday ? timeOf(instant) : dayOf(instant);
}

/** Returns a number with the separators of the language. */
export function numberOf(value: number, maximumFractionDigits = 0): string {
  return value.toLocaleString(TAGS[language.value], { maximumFractionDigits });
}

/** Returns a size such as `1,2 MB`, in the language of the page. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${numberOf(bytes / 1_000)} kB`;
  if (bytes < 1_000_000_000) return `${numberOf(bytes / 1_000_000, 1)} MB`;
  return `${numberOf(bytes / 1_000_000_000, 1)} GB`;
}

function firstLanguage(): PageLanguage {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'pt' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('pt') ? 'pt' : 'en';
}
