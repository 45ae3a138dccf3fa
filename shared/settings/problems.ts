import type { z } from 'zod';
import { SETTING_NAMES } from './settings.ts';

/** Returns what is wrong with a setting, or with several of one kind, as sentences that name it and the next step. */
export function problemsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => `${name} is not a setting; ${suggestName(name)}`);
  }
  // Of a list, the path also holds the index of the wrong element.
  const [name, index] = issue.path;
  const isFurtherUrl = issue.code === 'invalid_format' && typeof index === 'number' && index > 0;
  const element = isFurtherUrl ? ` (number ${index + 1} of the list)` : '';
  return [`${String(name)}${element} ${requirementOf(issue)}; see docs/configuration.md`];
}

/** Never quotes the value, which may be a key. */
function requirementOf(issue: z.core.$ZodIssue): string {
  // The environment holds strings, so only what has to become a number can have the wrong type.
  if (issue.code === 'invalid_type') return 'must be a whole number';
  if (issue.code === 'invalid_value') return `must be ${issue.values.join(' or ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be a URL, such as http://127.0.0.1:8080';
  if (issue.code === 'too_small' && issue.origin !== 'string') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return `is not valid: ${issue.message}`;
}

function suggestName(name: string): string {
  const ranked = SETTING_NAMES.map((known) => ({ known, distance: editDistance(name, known) })).toSorted(
    (a, b) => a.distance - b.distance,
  );
  const best = ranked[0]!;
  return best.distance <= 4 ? `did you mean ${best.known}?` : 'see docs/configuration.md for the names';
}

/** Levenshtein distance, computed row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replace));
    }
    row = next;
  }
  return row[b.length]!;
}
