import { existsSync } from 'node:fs';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import {
  getLlamaGpuTypes,
  resolveChatWrapper,
  type ChatWrapper,
  type Llama,
  type LlamaContext,
  type LlamaModel,
} from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { readModelShape } from '#shared/models/gguf/read-shape.ts';
import { carryOut, OutOfMemory } from '../plan/carry-out.ts';
import { explainPlan, type Shortfall } from '../plan/explain-plan.ts';
import { readFreeMemory } from '../plan/free-memory.ts';
import { fits, needsWithReserve, plansFor, type CardMemory, type Memory, type Plan } from '../plan/plan.ts';
import type { Device, GpuOutcome } from './device.ts';
import type { BetterPlans } from './memory-watch.ts';
import type { LlamaSettings } from './messages.ts';
import { NVIDIA_DEVICE, openLibrary, type LibraryParts } from './open-library.ts';

/** Child side: loads a model file with node-llama-cpp, in the way that plan.ts decides. */

/** A model that is ready to answer. */
export interface LoadedModel {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly chatWrapper: ChatWrapper;
  readonly device: Device;
  readonly gpuOutcome: GpuOutcome;
  /** What was given up for lack of memory; null if nothing was. */
  readonly shortfall: Shortfall | null;
  /** How it could be loaded if there were more memory; null if it would be no faster. */
  readonly better: BetterPlans | null;
}

/** What loading reports to. */
export interface LoadParts extends LibraryParts {
  /** How much of the graphics card is left free besides the usual reserve. */
  readonly spareCardBytes: number;
  /** Called with how much of the file is loaded. */
  onPercent(percent: number): void;
}

/** The message in llama.cpp's log arrives a few turns of the event loop after the exception that it explains. */
const LOG_LAG_MS = 200;

/**
 * Loads a model file with the prebuilt library; builds and downloads nothing. If the wanted graphics card does not
 * work, the CPU is used instead and `gpuOutcome` says why.
 * @param readMemory how much memory is free, as the opened library sees it. Default: it is asked.
 * @param readFree the same as the drivers see it. Default: they are asked.
 * @throws OutOfMemory when no plan has room.
 * @throws Error whose message names the file, the cause and the next step.
 */
export async function loadModel(
  settings: LlamaSettings,
  parts: LoadParts,
  readMemory: (llama: Llama) => Promise<Memory> = askLibrary,
  readFree: () => Promise<Memory> = readFreeMemory,
): Promise<LoadedModel> {
  const { shape } = await readModelShape(settings.file).catch((error: unknown) => {
    throw new Error(`${messageOf(error)}, or set ASKBOX_MODEL to another file`, { cause: error });
  });
  const complaints: string[] = [];
  const listening: LoadParts = {
    ...parts,
    onComplaint(line) {
      complaints.push(line);
      parts.onComplaint(line);
    },
  };
  let { llama, failure } = await openLibrary(settings.gpu, listening);
  const seen = await readMemory(llama);
  const isCardHidden = seen.card === null && settings.gpu !== 'none' && parts.left.length === 0;
  const card = isCardHidden ? findFullCard((await readFree()).card, shape, settings) : seen.card;
  const memory: Memory = {
    ramBytes: seen.ramBytes,
    card: card && { ...card, freeBytes: Math.max(0, card.freeBytes - parts.spareCardBytes) },
  };
  const plans = plansFor(shape, settings, memory.card);

  const attempt = async (plan: Plan): Promise<Loaded> => {
    if (plan.layersOnCard === 0 && llama.gpu !== false) {
      // Even without a layer on the card, its library would take half a GiB there for its buffers.
      await llama.dispose();
      ({ llama } = await openLibrary('none', listening));
    }
    complaints.length = 0;
    try {
      return await load(llama, settings, plan, parts);
    } catch (error) {
      await setTimeout(LOG_LAG_MS);
      const lack = [...complaints, messageOf(error)].find((line) => MEMORY_WORDS.test(line));
      throw lack === undefined ? unusable(settings.file, complaints[0], error) : new OutOfMemory(lack);
    }
  };
  const { plan, result } = await carryOut(plans, memory, attempt);
  const after = llama.gpu === false ? null : (await readMemory(llama)).card;
  const vramBytes = after === null ? 0 : Math.max(0, (seen.card?.freeBytes ?? 0) - after.freeBytes);
  const isCardGivenUp = plan.layersOnCard === 0 && memory.card !== null;
  const shortfall = explainPlan(plan, plans[0] ?? plan, settings, memory);
  const better = plans.slice(0, plans.indexOf(plan)).map((each) => needsWithReserve(each, memory.card));
  return {
    ...result,
    device: { ...result.device, vramBytes },
    shortfall,
    better: shortfall?.isWorse === true ? { needs: better, ownCardBytes: plan.cardBytes } : null,
    gpuOutcome: { setting: settings.gpu, left: parts.left, failure, hasGpu: !isCardGivenUp && (await hasGpu()) },
  };
}

type Loaded = Pick<LoadedModel, 'model' | 'context' | 'chatWrapper'> & { readonly device: Omit<Device, 'vramBytes'> };

/** Such as `failed to allocate CUDA0 buffer of size 440401920`, or `ErrorOutOfDeviceMemory`. */
const MEMORY_WORDS = /alloc|memory/i;

function unusable(file: string, complaint: string | undefined, cause: unknown): Error {
  const why = complaint ?? messageOf(cause);
  // The header is whole, so another copy of the same file would not help.
  return new Error(`cannot load ${file}: ${why}; set ASKBOX_MODEL to another file`, { cause });
}

async function askLibrary(llama: Llama): Promise<Memory> {
  const ramBytes = process.availableMemory();
  if (llama.gpu === false) return { card: null, ramBytes };
  const { free, total, unifiedSize } = await llama.getVramState();
  if (total === 0) return { card: null, ramBytes }; // seen on an H100 without a free byte: no device is left
  const { length } = await llama.getGpuDeviceNames();
  const card = { freeBytes: free, totalBytes: total, cards: Math.max(1, length), isShared: unifiedSize > 0 };
  return { card, ramBytes };
}

/**
 * A card without a free byte cannot even be opened, and the library then says that there is none.
 * @param card what the drivers see.
 * @returns it if it is too full for this model; null if something else must be the reason.
 */
function findFullCard(card: CardMemory | null, shape: ModelShape, settings: LlamaSettings): CardMemory | null {
  if (card === null) return null;
  const roomy = { card, ramBytes: Infinity };
  const hasRoom = plansFor(shape, settings, card).some((plan) => plan.layersOnCard > 0 && fits(plan, roomy));
  return hasRoom ? null : card;
}

async function hasGpu(): Promise<boolean> {
  return existsSync(NVIDIA_DEVICE) || (await getLlamaGpuTypes('supported')).some((gpu) => gpu !== false);
}

/** Loads it as planned. Frees what it has taken if that fails. */
async function load(llama: Llama, settings: LlamaSettings, plan: Plan, parts: LoadParts): Promise<Loaded> {
  const model = await llama.loadModel({
    modelPath: settings.file,
    gpuLayers: plan.layersOnCard,
    // The library would compare its own estimate with a reserve that is too large for a small card.
    ignoreMemorySafetyChecks: true,
    onLoadProgress: (share) => parts.onPercent(Math.floor(share * 100)),
  });
  try {
    // No fallback: a guessed template would produce garbled answers without an explanation.
    const chatWrapper = resolveChatWrapper(model, { warningLogs: false, fallbackToOtherWrappersOnJinjaError: false });
    const threads = settings.threads ?? mostThreads(llama.cpuMathCores, plan.layersOnCard >= plan.totalLayers);
    const context = await model.createContext({
      sequences: plan.sequences,
      contextSize: plan.contextTokens,
      threads, // the library's default, at least 4, is 50 times slower on 2 busy cores
      ignoreMemorySafetyChecks: true,
      failedCreationRemedy: false,
    });
    const device = {
      gpu: llama.gpu,
      gpuNames: await llama.getGpuDeviceNames(),
      gpuLayers: plan.layersOnCard,
      totalLayers: plan.totalLayers,
      threads,
    };
    return { model, context, chatWrapper, device };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/**
 * Returns the most threads that are worth it: all cores, or all but one if a graphics card computes. Whether all cores
 * are used is decided while the model runs (pace/thread-choice.ts).
 */
function mostThreads(cpuMathCores: number, isOnGpu: boolean): number {
  const cores = Math.min(cpuMathCores, os.availableParallelism());
  return Math.max(1, isOnGpu ? cores - 1 : cores);
}
