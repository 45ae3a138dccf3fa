/**
 * Returns a path or title as it can stand in an answer's text: square brackets become round, so that they look like no
 * citation mark, and line breaks become blanks.
 */
export function plainName(name: string): string {
  return name
    .replaceAll(/[[【]/g, '(')
    .replaceAll(/[\]】]/g, ')')
    .replaceAll(/\s+/g, ' ');
}
