/** The id of the box for questions. */
export const QUESTION_ID = 'question';

/** Puts the focus into the box for questions. */
export function focusQuestion(): void {
  document.getElementById(QUESTION_ID)?.focus();
}
