/**
 * Returns a path or title in a form that is safe in an answer's text: square brackets become round, so that they are not
 * mistaken for a citation mark, and line breaks become spaces.
 */
export function plainName(name: string): string {
  return name
    .replaceAll(/[[【]/g, '(')
    .replaceAll(/[\]】]/g, ')')
    .replaceAll(/\s+/g, ' ');
}
