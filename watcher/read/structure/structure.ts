import type { Block, Extraction } from '../extract/extraction.ts';
import { findUnit, isName, RANKS, type FoundUnit } from './legal-units.ts';
import { titleOf } from './title.ts';

/** With fewer articles a document only quotes one. */
const MIN_ARTICLES = 2;

interface Piece {
  readonly block: Block;
  readonly unit: FoundUnit | null;
}

/**
 * Finds the title and the structure that the text of a document shows though its format does not: chapters, articles,
 * paragraphs and clauses head what is below them, as in Brazilian laws, contracts and gazettes. A line with nothing but
 * a number and a name becomes a heading; an article keeps its text. Text and marks stay as they are.
 */
export function withStructure(extraction: Extraction): Extraction {
  const { text } = extraction;
  const title = titleOf(extraction);
  let pieces = extraction.blocks.flatMap((block) => piecesOf(text, block, { hasArticles: true }));
  if (pieces.filter(({ unit }) => unit?.isArticle).length < MIN_ARTICLES) {
    pieces = extraction.blocks.flatMap((block) => piecesOf(text, block, { hasArticles: false }));
  }
  if (pieces.every(({ unit }) => unit === null)) return { ...extraction, title };
  return { ...extraction, title, blocks: rankQuoted(text, withNamesBelow(text, pieces)).map(blockOf) };
}

/** Divides a block where units begin in it. */
function piecesOf(text: string, block: Block, { hasArticles }: { readonly hasArticles: boolean }): readonly Piece[] {
  const unitAt = (from: number, to: number): FoundUnit | null => {
    const unit = findUnit(text.slice(from, to));
    return unit === null || hasArticles || unit.rank < RANKS.article ? unit : null;
  };
  if (block.kind === 'heading') return [{ block, unit: unitAt(block.startChar, block.endChar) }];
  if (block.kind !== 'paragraph') return [{ block, unit: null }];

  const starts: { readonly startChar: number; readonly unit: FoundUnit | null }[] = [];
  for (const { startChar, endChar, isLine } of beginnings(text, block, hasArticles)) {
    const unit = unitAt(startChar, endChar);
    const isBelowUnit = starts.at(-1)?.unit?.isWholeLine === true;
    const isBegun = unit !== null && (unit.rank < RANKS.article || isBelowUnit || endsSentence(text, block, startChar));
    if (isBegun) starts.push({ startChar, unit });
    else if (starts.length === 0 || (isBelowUnit && isLine)) starts.push({ startChar, unit: null });
  }
  return starts.map(({ startChar, unit }, index) => {
    const before = starts[index + 1]?.startChar ?? block.endChar;
    const endChar = startChar + text.slice(startChar, before).trimEnd().length;
    return { block: { ...block, startChar, endChar }, unit };
  });
}

/** Yields where units may begin: at each line, and after a sentence, since lines of a PDF are joined. */
function* beginnings(
  text: string,
  { startChar, endChar }: Block,
  hasArticles: boolean,
): Generator<{ readonly startChar: number; readonly endChar: number; readonly isLine: boolean }> {
  let at = startChar;
  for (const line of text.slice(startChar, endChar).split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (indent < line.length) yield { startChar: at + indent, endChar: at + line.length, isLine: true };
    const inLine = hasArticles ? line.matchAll(/(?<=[.;:”")] )(?:Art\. ?\d|§ ?\d|Parágrafo único|CLÁUSULA )/g) : [];
    for (const { index } of inLine) yield { startChar: at + index, endChar: at + line.length, isLine: false };
    at += line.length + 1;
  }
}

/** Returns whether the text of a block before an offset ends with a sentence, so that the next line is not its rest. */
function endsSentence(text: string, block: Block, before: number): boolean {
  const end = text.slice(Math.max(block.startChar, before - 100), before).trimEnd();
  return end === '' || /[.;:!?…)"”]$/.test(end);
}

/** Joins each division that has only a number with the name below it. */
function withNamesBelow(text: string, pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const above = joined.at(-1);
    const words = text.slice(piece.block.startChar, Math.min(piece.block.endChar, piece.block.startChar + 400));
    const isPlain = piece.unit === null && (piece.block.kind === 'paragraph' || piece.block.kind === 'heading');
    if (above?.unit?.mayBeNamedBelow && isPlain && isName(words.replaceAll(/\s+/g, ' ').trim())) {
      const name = `${above.unit.name} – ${words
        .replaceAll(/\*\*?|__/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim()}`;
      const unit = { ...above.unit, name, mayBeNamedBelow: false };
      joined[joined.length - 1] = { block: { ...above.block, endChar: piece.block.endChar }, unit };
    } else joined.push(piece);
  }
  return joined;
}

/**
 * Puts the articles that an article quotes below it: `Art. 1º A Lei nº 8.429 passa a vigorar com a seguinte redação:
 * "Art. 11. …" (NR)`. A quotation that nobody closes ends at the next number of the quoting law.
 */
function rankQuoted(text: string, pieces: readonly Piece[]): readonly Piece[] {
  let quotation: 'none' | 'open' | 'closed' = 'none';
  let outerNumber: number | null = null;
  return pieces.map(({ block, unit }) => {
    let rank = unit?.rank;
    if (unit?.isArticle) {
      const isNext = outerNumber !== null && unit.number === outerNumber + 1;
      const isQuoted = /^[\s*_]*["“]/.test(text.slice(block.startChar, block.startChar + 8));
      if (outerNumber !== null && (isQuoted || (quotation === 'open' && !isNext))) {
        quotation = 'open';
        rank = RANKS.quotedArticle;
      } else {
        quotation = 'none';
        outerNumber = unit.number;
      }
    } else if (unit?.rank === RANKS.paragraph && quotation === 'closed') {
      rank = RANKS.quotedArticle; // of the article that quotes, after its quotation
    } else if (unit !== null && unit.rank < RANKS.article && quotation !== 'open') {
      quotation = 'none';
    }
    const end = text.slice(Math.max(block.startChar + 1, block.endChar - 12), block.endChar);
    if (quotation === 'open' && /["”](?:\s*\(NR\))?[.;]?$/.test(end)) quotation = 'closed';
    return { block, unit: unit === null || rank === undefined ? null : { ...unit, rank } };
  });
}

function blockOf({ block, unit }: Piece): Block {
  if (unit === null) return block;
  const { rank, name, isArticle, isWholeLine } = unit;
  return { ...block, kind: isWholeLine ? 'heading' : block.kind, unit: { rank, name, isArticle } };
}
