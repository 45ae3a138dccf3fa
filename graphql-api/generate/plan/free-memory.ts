import { findGraphicsCards } from '#shared/models/hardware/graphics-cards.ts';
import type { Memory } from './plan.ts';

/**
 * Returns the free memory as the drivers see it, without the model library: it is asked while no model is loaded, or
 * while one runs elsewhere. Never throws.
 * @param find default: the cards of this machine.
 */
export async function readFreeMemory(find = findGraphicsCards): Promise<Memory> {
  const cards = await find();
  const sum = (key: 'freeBytes' | 'totalBytes'): number => cards.reduce((bytes, card) => bytes + card[key], 0);
  const card = { freeBytes: sum('freeBytes'), totalBytes: sum('totalBytes'), cards: cards.length, isShared: false };
  return { card: cards.length === 0 ? null : card, ramBytes: process.availableMemory() };
}
