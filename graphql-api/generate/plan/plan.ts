import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { memoryNeed, usableContextTokens, type Layout, type MemoryNeed } from './memory-need.ts';

/**
 * Decides how a model is loaded, before anything is loaded, from its header and the free memory. What does not fit is
 * given up in one order: the number of answers at once, layers on the graphics card, the card, then what the settings
 * name (answers at once, the context down to 4,096 tokens), and at last loading it at all.
 *
 * Measured with an 8B model on an H100 (answers of 256 tokens): all 33 layers 180 tokens/s, 32 layers 90, 22 layers 22,
 * 11 layers 13; four answers at once instead of one bring no more tokens per second in all. So answers are given up
 * first and layers late. Keys and values in q8_0 are not in the order: the library calls the option highly unstable,
 * it would save 0.24 of 5.6 GiB where it matters most, with one answer left, and on the CPU SmolLM2 took 1.3 to 1.5 times
 * as long with it.
 */

/** The free memory, as the opened library sees it. */
export interface Memory {
  /** Null if no graphics card can be used. */
  readonly card: CardMemory | null;
  /** What a new program can use of the machine's memory. */
  readonly ramBytes: number;
}

/** The memory of all graphics cards together. */
export interface CardMemory {
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly cards: number;
  /** Whether it is the machine's own memory, as in Apple chips and in processors with graphics. */
  readonly isShared: boolean;
}

/** What the settings ask for. What they name is given up only after everything else. */
export interface Wishes {
  /** Null: 4 on a graphics card, 2 on the CPU. */
  readonly sequences: number | null;
  readonly contextTokens: number;
  readonly gpu: 'auto' | 'none' | 'cuda' | 'vulkan' | 'metal';
  /** Whether the settings name the model file, so that it is loaded even where it is slow. Default: false. */
  readonly isFileNamed?: boolean;
}

/** One way to load a model, and what it takes. */
export interface Plan extends Layout, MemoryNeed {
  /** Repeating layers and the output matrix. */
  readonly totalLayers: number;
  /** Whether there is no room for the weights, so that parts of the file are read again for each token. */
  readonly isFromDisk: boolean;
}

/** On a CPU, more than two answers at once are all slow; a graphics card is barely slowed down by four. */
export const SEQUENCES_ON = { cpu: 2, card: 4 } as const;
/** A context is given up down to this, never below: a question with six passages and its answer fill it. */
const SMALLEST_CONTEXT_TOKENS = 4096;
/**
 * How many layers stay off the card, one try after the other. The first ones cost most: with one, writing takes twice
 * as long.
 */
const LAYERS_OFF_CARD = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/**
 * With fewer layers than this on the card, the CPU alone is used. A layer takes 3.3 ms on 16 cores and 0.16 ms on the
 * card, but each token then also waits about 5 ms for the change between them: a quarter of an 8B model on the card
 * makes it 1.2 times as fast as the CPU alone, and keeps half as much memory of the card busy as all of it.
 */
const LEAST_SHARE_ON_CARD = 1 / 4;

const MIB = 1024 ** 2;

/**
 * Returns how much of the cards stays free: for what the estimate misses, and for a desktop that wants more later. The
 * library would keep 8%, at most 1.6 GiB, and half as much again for a context.
 */
function cardReserveBytes({ totalBytes, cards }: CardMemory): number {
  return Math.min(1024 * MIB * cards, 384 * MIB * cards + 0.04 * totalBytes);
}

/** Returns what has to be free for a plan: what it takes, and what stays free. */
export function needsWithReserve({ cardBytes, ramBytes }: MemoryNeed, card: CardMemory | null): MemoryNeed {
  if (cardBytes === 0 || card === null) return { cardBytes, ramBytes };
  const needed = cardBytes + cardReserveBytes(card);
  return { cardBytes: needed, ramBytes: ramBytes + (card.isShared ? needed : 0) };
}

/** Returns whether the memory has room for a plan. */
export function fits(plan: MemoryNeed, { card, ramBytes }: Memory): boolean {
  const need = needsWithReserve(plan, card);
  return need.cardBytes <= (card?.freeBytes ?? 0) && need.ramBytes <= ramBytes;
}

/**
 * Returns all ways to load a model, the best one first. Which of them is taken depends on the memory (`fits`), and on
 * whether the library then really gets it.
 * @param card null if no graphics card can be used. Its free memory does not matter here.
 */
export function plansFor(shape: ModelShape, wishes: Wishes, card: CardMemory | null): readonly Plan[] {
  const contextTokens = usableContextTokens(shape, wishes.contextTokens);
  const totalLayers = shape.layers + 1;
  const plan = (layout: Layout): Plan => ({
    ...layout,
    totalLayers,
    ...memoryNeed(shape, layout, card?.cards),
    isFromDisk: false,
  });

  const onCard = (sequences: readonly number[], contexts: readonly number[]): Plan[] => {
    if (card === null) return [];
    const whole = sizesOf(sequences, contexts).map((size) => plan({ ...size, layersOnCard: totalLayers }));
    const smallest = sizesOf(sequences, contexts).at(-1);
    // A part of the layers in the same memory would free none.
    if (smallest === undefined || card.isShared) return whole;
    const counts = LAYERS_OFF_CARD.map((off) => totalLayers - off);
    const partly = counts.filter((count) => count >= totalLayers * LEAST_SHARE_ON_CARD);
    return [...whole, ...partly.map((layersOnCard) => plan({ ...smallest, layersOnCard }))];
  };
  const onCpu = (sequences: readonly number[], contexts: readonly number[]): Plan[] =>
    sizesOf(sequences, contexts).map((size) => plan({ ...size, layersOnCard: 0 }));

  const asked = wishes.sequences;
  const kept = [contextTokens];
  const lower = halvesOf(contextTokens, Math.min(contextTokens, SMALLEST_CONTEXT_TOKENS));
  const wanted = (otherwise: number): readonly number[] => (asked === null ? halvesOf(otherwise, 1) : [asked]);
  const anyNumber = (otherwise: number): readonly number[] => halvesOf(asked ?? otherwise, 1);
  const asWished = [onCard(wanted(SEQUENCES_ON.card), kept), onCpu(wanted(SEQUENCES_ON.cpu), kept)] as const;
  const withLess = [onCard(anyNumber(SEQUENCES_ON.card), lower), onCpu(anyNumber(SEQUENCES_ON.cpu), lower)] as const;
  // A card that the settings name is a wish too, so the CPU comes behind everything that runs on the card.
  const isCardWished = wishes.gpu !== 'auto' && wishes.gpu !== 'none';
  const plans = isCardWished
    ? [...asWished[0], ...withLess[0], ...asWished[1], ...withLess[1]]
    : [...asWished[0], ...asWished[1], ...withLess[0], ...withLess[1]];
  const last = withLess[1].at(-1);
  if (wishes.isFileNamed === true && last !== undefined) {
    plans.push({ ...last, ramBytes: last.ramBytes - shape.weights.total, isFromDisk: true });
  }
  // Each once: both lists begin with what is wished.
  return [...new Map(plans.map((each) => [JSON.stringify(each), each])).values()];
}

/** First fewer sequences, then a smaller context. */
function sizesOf(
  sequences: readonly number[],
  contexts: readonly number[],
): readonly Pick<Layout, 'sequences' | 'contextTokens'>[] {
  const [first] = contexts;
  const fewest = sequences.at(-1);
  if (first === undefined || fewest === undefined) return [];
  return [
    ...sequences.map((count) => ({ sequences: count, contextTokens: first })),
    ...contexts.slice(1).map((contextTokens) => ({ sequences: fewest, contextTokens })),
  ];
}

/** Such as 4, 2, 1. */
function halvesOf(most: number, least: number): readonly number[] {
  const halves = [most];
  for (let half = Math.floor(most / 2); half > least; half = Math.floor(half / 2)) halves.push(half);
  return most > least ? [...halves, least] : halves;
}
