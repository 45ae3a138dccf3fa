import { expect, test } from 'vitest';
import { openThreadChoice, type ThreadChoice } from './thread-choice.ts';

const MINUTE_MS = 60_000;

function quietFor(choice: ThreadChoice, elapsedMs: number): void {
  choice.noteUse({ busyCores: 0.29, elapsedMs });
}

/** A machine with four cores that is quiet and faster with all of them. */
function quietMachine(): ThreadChoice {
  const choice = openThreadChoice(4);
  quietFor(choice, 2000);
  choice.noteTrial(10, 11, 0);
  return choice;
}

test('all cores but one are used until it is known that all are faster', () => {
  const choice = openThreadChoice(4);
  quietFor(choice, 2000);
  expect(choice.threads).toBe(3);
  choice.noteTrial(10, 10, 0);
  expect(choice.threads).toBe(3);
  choice.noteTrial(10, 11, 0);
  expect(choice.threads).toBe(4);
});

test('a core is given up as soon as other programs need it, and taken again after two quiet seconds', () => {
  const choice = quietMachine();
  choice.noteUse({ busyCores: 0.3, elapsedMs: 500 });
  expect(choice.threads).toBe(3);
  quietFor(choice, 1999);
  expect(choice.threads).toBe(3);
  quietFor(choice, 1);
  expect(choice.threads).toBe(4);
});

test('a trial is due on a quiet machine only, and again ten minutes and an answer later', () => {
  const choice = openThreadChoice(2);
  expect(choice.isTrialDue(0)).toBe(false);
  quietFor(choice, 1999);
  expect(choice.isTrialDue(0)).toBe(false);
  quietFor(choice, 1);
  expect(choice.isTrialDue(0)).toBe(true);
  choice.noteTrial(10, 11, 0);
  expect(choice.isTrialDue(100 * MINUTE_MS)).toBe(false);
  choice.noteWork();
  expect(choice.isTrialDue(10 * MINUTE_MS - 1)).toBe(false);
  expect(choice.isTrialDue(10 * MINUTE_MS)).toBe(true);
});
