import type { DocumentWarning } from '#shared/document.ts';

/** Returns the warning for text that its readers do not see and that was left out; none if there is none. */
export function hiddenTextWarning(charCount: number): readonly DocumentWarning[] {
  return hiddenWarning(charCount, `${charCount} hidden characters were left out`);
}

/**
 * Returns the warning for whole parts, such as slides, that are hidden and were left out; none if there are none.
 * @param names ends the sentence, such as `: "Costs"`.
 */
export function hiddenThingsWarning(
  things: 'sheets' | 'slides',
  count: number,
  names = ` (${count})`,
): readonly DocumentWarning[] {
  return hiddenWarning(count, `hidden ${things} were left out${names}`);
}

function hiddenWarning(count: number, what: string): readonly DocumentWarning[] {
  if (count === 0) return [];
  const nextStep = 'unhide them if answers should use them, or set ASKBOX_HIDDEN_TEXT=read and restart';
  return [{ code: 'HIDDEN_TEXT_LEFT_OUT', count, message: `${what}; ${nextStep}` }];
}
