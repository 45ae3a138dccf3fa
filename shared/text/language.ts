/** The languages that askbox itself speaks. */
export type Language = 'pt' | 'en';
