import type { Config } from '#shared/config.ts';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { memoryNeed, usableContextTokens, type MemoryNeed } from '../plan/memory-need.ts';
import { SEQUENCES_ON, type Memory } from '../plan/plan.ts';

/** Where a model is loaded to. */
export type Place = 'card' | 'ram';

/** The part of the settings that decides what a model takes. */
export type SizeConfig = Pick<Config, 'contextTokens' | 'sequences'>;

/**
 * Answers at the same time: `least` are enough for a model to be chosen. On a card, one answer gets nearly the speed of
 * all, and the loader takes as many as fit; without one, the memory is shared with all other programs.
 */
const SEQUENCES = {
  ram: { least: SEQUENCES_ON.cpu, wanted: SEQUENCES_ON.cpu },
  card: { least: 1, wanted: SEQUENCES_ON.card },
} as const;

/**
 * Returns what a model takes.
 * @param number of sequences, unless the settings say it.
 */
export function needOf(
  shape: ModelShape,
  { contextTokens, sequences }: SizeConfig,
  place: Place,
  number: 'least' | 'wanted' = 'least',
): MemoryNeed {
  const layout = {
    layersOnCard: place === 'card' ? shape.layers + 1 : 0,
    sequences: sequences ?? SEQUENCES[place][number],
    contextTokens: usableContextTokens(shape, contextTokens),
  };
  return memoryNeed(shape, layout);
}

/** Returns the room there is once a loaded model has been closed. */
export function roomWithout({ ramBytes, card }: Memory, shape: ModelShape, config: SizeConfig, place: Place): Memory {
  const { ramBytes: usedRam, cardBytes } = needOf(shape, config, place);
  return {
    ramBytes: ramBytes + Math.max(0, usedRam - mappedBytes(shape, place)),
    card: card && { ...card, freeBytes: Math.min(card.totalBytes, card.freeBytes + cardBytes) },
  };
}

/**
 * Returns the room there is beside a loaded model. Its weights are a mapped file, which counts as free memory and is
 * not: all of it is read for each token.
 */
export function roomBeside(room: Memory, shape: ModelShape, place: Place): Memory {
  return { ...room, ramBytes: room.ramBytes - mappedBytes(shape, place) };
}

function mappedBytes({ weights }: ModelShape, place: Place): number {
  return place === 'card' ? weights.tokenEmbedding : weights.total;
}
