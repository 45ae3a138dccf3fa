import { expect, test } from 'vitest';
import { withAbsoluteDates } from './relative-dates.ts';

const now = new Date(2026, 0, 1, 12);

test.each([
  ['E no mês passado?', 'E em dezembro de 2025?'],
  ['e o mes passado?', 'e em dezembro de 2025?'],
  ['Quanto foi ontem?', 'Quanto foi em 31 de dezembro de 2025?'],
  ['e a de anteontem?', 'e a em 30 de dezembro de 2025?'],
  ['e neste mês, e no ano passado?', 'e em janeiro de 2026, e em 2025?'],
  ['And last month?', 'And in December 2025?'],
  ['What came yesterday?', 'What came on 31 December 2025?'],
  ['and next month, or this year?', 'and in February 2026, or in 2026?'],
])('%s is %s', (question, absolute) => {
  expect(withAbsoluteDates(question, now)).toBe(absolute);
});

test('a week, today, and words that only look alike stay as they are', () => {
  for (const question of [
    'e na semana passada?',
    'and last week?',
    'e hoje?',
    'o passado do mês',
    'antes de ontemporal',
  ])
    expect(withAbsoluteDates(question, now)).toBe(question);
});

test('a text whose folding changes its length stays as it is', () => {
  expect(withAbsoluteDates('o ﬁm foi ontem?', now)).toBe('o ﬁm foi ontem?');
});
