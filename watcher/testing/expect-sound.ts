import { expect } from 'vitest';
import { chunk } from '../read/chunk/chunk.ts';
import type { Extraction } from '../read/extract/extraction.ts';

/** Checks what every extraction and its chunks promise, whatever the format. */
export function expectSound(extraction: Extraction): void {
  const { text, blocks, marks } = extraction;
  expect(text).toBe(text.normalize('NFC'));
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toMatch(/[\p{Cc}--[\n\t]]/v);
  let end = 0;
  for (const block of blocks) {
    expect(text.slice(end, block.startChar).trim()).toBe('');
    expect(block.startChar).toBeGreaterThanOrEqual(end);
    expect(block.endChar).toBeGreaterThan(block.startChar);
    end = block.endChar;
  }
  expect(text.slice(end)).toBe('');
  for (const [i, mark] of marks.entries()) {
    expect(mark.startChar).toBeGreaterThanOrEqual(marks[i - 1]?.startChar ?? 0);
    expect(mark.startChar).toBeLessThan(text.length);
  }
  let covered = 0;
  for (const draft of chunk(extraction)) {
    expect(draft.text).toBe(text.slice(draft.startChar, draft.endChar));
    expect(draft.text.trim()).not.toBe('');
    expect(draft.startChar).toBeLessThanOrEqual(covered);
    covered = draft.endChar;
  }
  expect(covered).toBe(text.length);
}
