import type { Block, Extraction } from '../extraction.ts';
import type { TextBuilder } from '../text-builder.ts';

type Text = Pick<Extraction, 'text' | 'blocks'>;

/** Words that follow each other; where half of a block's runs are in the article, the block is. */
const RUN_WORDS = 3;
const MAX_KNOWN_SHARE = 0.5;
/** A shorter block is a button or a label, unless it has a number, such as a telephone's, or says who wrote. */
const MIN_WORDS = 4;
const AUTHOR = /^(?:[Bb]y|BY|[Pp]or|POR) +\p{Lu}/u;

/**
 * Adds the blocks of a page that its article does not have, such as a box with a telephone number. A heading is added
 * only above another block.
 */
export function addBlocksBeside(builder: TextBuilder, article: Text, page: Text): void {
  const known = new Set<number>();
  for (const run of runsOf(wordsOf(article.text))) known.add(run);
  let headings: Block[] = [];
  for (const block of page.blocks) {
    const source = page.text.slice(block.startChar, block.endChar);
    const words = wordsOf(source);
    const runs = runsOf(words);
    const isKnown = runs.filter((run) => known.has(run)).length >= MAX_KNOWN_SHARE * runs.length;
    if (isKnown) {
      headings = [];
    } else if (block.kind === 'heading') {
      headings = [...headings.filter(({ level = 1 }) => level < (block.level ?? 1)), block];
    } else if (words.length >= MIN_WORDS || /\d/.test(source) || AUTHOR.test(source)) {
      for (const { level = 1, startChar, endChar } of headings)
        builder.addBlock('heading', page.text.slice(startChar, endChar), { level });
      headings = [];
      builder.addBlock(block.kind, source);
      for (const run of runs) known.add(run); // what a page repeats is kept once
    }
  }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Returns a hash of each run of three words; of all words if there are fewer. */
function runsOf(words: readonly string[]): readonly number[] {
  const runs: number[] = [];
  for (let i = 0; i === 0 || i + RUN_WORDS <= words.length; i++) {
    runs.push(hashOf(words.slice(i, i + RUN_WORDS).join(' ')));
  }
  return runs;
}

/** FNV-1a; two runs that share a hash are rare enough. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5 | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  return hash;
}
