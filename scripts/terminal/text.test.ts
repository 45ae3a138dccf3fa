import { expect, test } from 'vitest';
import { terminalLanguage } from './text.ts';

test.each([
  [{ LANG: 'pt_BR.UTF-8' }, 'pt'],
  [{ LANG: 'pt' }, 'pt'],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'pt_PT' }, 'pt'],
  [{ LANG: 'pt_BR.UTF-8', LC_ALL: '', LC_MESSAGES: 'C' }, 'en'],
  [{ LANG: 'ptx' }, 'en'],
  [{}, 'en'],
])('the locale %o means %s', (environment, language) => {
  expect(terminalLanguage(environment)).toBe(language);
});
