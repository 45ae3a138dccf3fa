import type { TextBlock, WordBlock } from './word-block.ts';

/** A line that is longer than this is no heading, however it looks. */
const MAX_CHARS = 120;

/**
 * Makes headings of paragraphs that are clearly meant as such although they have no style for it: short lines that are
 * all bold or centred in capitals, before the text they head; and the line in capitals that a document begins with.
 */
export function withHeadings(blocks: readonly WordBlock[]): readonly WordBlock[] {
  const result: WordBlock[] = [];
  const first = blocks.findIndex((block) => block.kind !== 'attachment');
  let styledLevel = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'heading') styledLevel = block.level ?? 1;
    const level = block.kind === 'attachment' ? null : rankOf(block, index === first);
    if (block.kind === 'attachment' || level === null || !headsText(blocks, index)) {
      result.push(block);
      continue;
    }
    const text = block.text.replaceAll('\n', ' ');
    result.push({ kind: 'heading', text, level: Math.min(styledLevel + level, 6) });
  }
  return result;
}

/** Returns how deep a heading looks, from 1; null if the block does not look like one. */
function rankOf({ kind, text, emphasis }: TextBlock, isFirst: boolean): number | null {
  if ((kind !== 'paragraph' && kind !== 'list') || emphasis === undefined) return null;
  if (text.length > MAX_CHARS || /[.;:,!?]$/.test(text) || !/\p{L}{2}/u.test(text)) return null;
  const isUpper = text === text.toUpperCase();
  const { isBold, isCentred, isNumbered } = emphasis;
  if (isFirst && (isUpper || (isBold && isCentred))) return 1;
  if (isUpper && (isBold || isCentred || isNumbered)) return 1;
  if (isBold && isCentred) return 1;
  return isBold && kind === 'paragraph' ? 2 : null;
}

/** Returns whether text follows: names below signatures look like headings too, but head nothing. */
function headsText(blocks: readonly WordBlock[], index: number): boolean {
  // A numbered line in capitals among others is an item of a list.
  const [before, after] = [blocks[index - 1]?.kind, blocks[index + 1]?.kind];
  if (blocks[index]?.kind === 'list' && (before === 'list' || after !== 'paragraph')) return false;
  for (let at = index + 1; at < blocks.length && at < index + 6; at++) {
    const block = blocks[at]!;
    if (block.kind === 'attachment') continue;
    if (block.kind === 'table' || block.kind === 'code' || block.kind === 'heading') return true;
    if (rankOf(block, false) !== null) continue;
    return block.kind === 'list' || /[.;:,]$/.test(block.text) || block.text.length > MAX_CHARS;
  }
  return false;
}
