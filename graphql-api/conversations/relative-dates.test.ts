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
  ['E hoje?', 'E em 1 de janeiro de 2026?'],
  ['e o almoço de amanhã?', 'e o almoço em 2 de janeiro de 2026?'],
  ['And today?', 'And on 1 January 2026?'],
  ['What about tomorrow?', 'What about on 2 January 2026?'],
  ['e na semana passada?', 'e de 22 a 28 de dezembro de 2025?'],
  ['e esta semana?', 'e de 29 de dezembro de 2025 a 4 de janeiro de 2026?'],
  ['e a da semana que vem?', 'e a de 5 a 11 de janeiro de 2026?'],
  ['and last week?', 'and from 22 to 28 December 2025?'],
  ['And this week?', 'And from 29 December 2025 to 4 January 2026?'],
  ['and next month, or this year?', 'and in February 2026, or in 2026?'],
])('%s is %s', (question, absolute) => {
  expect(withAbsoluteDates(question, now)).toBe(absolute);
});

test.each([
  ['a Monday', new Date(2026, 10, 16, 0, 0)],
  ['a Sunday', new Date(2026, 10, 22, 23, 59)],
])('a week begins on Monday and ends on Sunday, also on %s', (_, today) => {
  expect(withAbsoluteDates('e esta semana?', today)).toBe('e de 16 a 22 de novembro de 2026?');
});

test('words that only look alike stay as they are', () => {
  for (const question of [
    'como é hoje em dia?',
    "and today's menu?",
    'a semana dos passados',
    'o passado do mês',
    'antes de ontemporal',
  ])
    expect(withAbsoluteDates(question, now)).toBe(question);
});

test('a text whose folding changes its length stays as it is', () => {
  expect(withAbsoluteDates('o ﬁm foi ontem?', now)).toBe('o ﬁm foi ontem?');
});
