import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
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
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Device, GpuOutcome } from './device.ts';
import type { LlamaSettings } from './messages.ts';
import { NVIDIA_DEVICE, openLibrary, type LibraryParts } from './open-library.ts';

/** Child side: loads a model file with node-llama-cpp. */

/** A model that is ready to answer. */
export interface LoadedModel {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly chatWrapper: ChatWrapper;
  readonly device: Device;
  readonly gpuOutcome: GpuOutcome;
}

/** What loading reports to. */
export interface LoadParts extends LibraryParts {
  /** Called with how much of the file is loaded. */
  onPercent(percent: number): void;
}

/** The message in llama.cpp's log arrives a few turns of the event loop after the exception that it explains. */
const LOG_LAG_MS = 200;
/** On a CPU, more than two answers at once are all slow; a graphics card is barely slowed down by four. */
const SEQUENCES_ON = { cpu: 2, gpu: 4 } as const;

/**
 * Loads a model file with the prebuilt library; builds and downloads nothing. If the wanted graphics card does not
 * work, the CPU is used instead and `gpuOutcome` says why.
 * @throws Error whose message names the file, the cause and the next step.
 */
export async function loadModel(settings: LlamaSettings, parts: LoadParts): Promise<LoadedModel> {
  const complaint = Promise.withResolvers<string>();
  const { llama, failure } = await openLibrary(settings.gpu, {
    ...parts,
    onComplaint(line) {
      complaint.resolve(line);
      parts.onComplaint(line);
    },
  });
  try {
    await checkMagic(settings.file);
    const loaded = await load(llama, settings, (percent) => parts.onPercent(percent));
    const hasGpu = existsSync(NVIDIA_DEVICE) || (await getLlamaGpuTypes('supported')).some((gpu) => gpu !== false);
    return { ...loaded, gpuOutcome: { setting: settings.gpu, left: parts.left, failure, hasGpu } };
  } catch (error) {
    const cause = await Promise.race([complaint.promise, setTimeout(LOG_LAG_MS, messageOf(error))]);
    throw new Error(`cannot load ${settings.file}: ${cause}; download it again, or set ASKBOX_MODEL to another file`, {
      cause: error,
    });
  }
}

/** Rejects a file that is no model. The most common broken download is an HTML page saved under the model's name. */
async function checkMagic(file: string): Promise<void> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.toString('latin1', 0, bytesRead);
    if (magic !== 'GGUF') throw new Error(`it is not a GGUF file (it begins with ${JSON.stringify(magic)})`);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new Error('the file does not exist', { cause: error }) : error;
  }
}

async function load(
  llama: Llama,
  settings: LlamaSettings,
  onPercent: (percent: number) => void,
): Promise<Omit<LoadedModel, 'gpuOutcome'>> {
  const sequences = settings.sequences ?? (llama.gpu === false ? SEQUENCES_ON.cpu : SEQUENCES_ON.gpu);
  const model = await llama.loadModel({
    modelPath: settings.file,
    gpuLayers: { fitContext: { contextSize: settings.contextTokens * sequences } },
    onLoadProgress: (share) => onPercent(Math.floor(share * 100)),
  });
  // No fallback: a guessed template would produce garbled answers without an explanation.
  const chatWrapper = resolveChatWrapper(model, { warningLogs: false, fallbackToOtherWrappersOnJinjaError: false });
  const { totalLayers } = model.fileInsights;
  const threads = settings.threads ?? (await chooseThreads(model, model.gpuLayers >= totalLayers));
  const context = await model.createContext({
    sequences,
    contextSize: Math.min(settings.contextTokens, model.trainContextSize),
    threads, // the library's default, at least 4, is 50 times slower on 2 busy cores
  });
  const vram = await llama.getVramState();
  const device = {
    gpu: llama.gpu,
    gpuNames: await llama.getGpuDeviceNames(),
    gpuLayers: model.gpuLayers,
    totalLayers,
    vramUsedBytes: vram.used,
    vramTotalBytes: vram.total,
    threads,
  };
  return { model, context, chatWrapper, device };
}

/**
 * Returns all cores or all but one, whichever is faster now: a thread that waits for a busy core slows down all others.
 */
async function chooseThreads(model: LlamaModel, isOnGpu: boolean): Promise<number> {
  const cores = Math.max(1, Math.min(model.llama.cpuMathCores, os.availableParallelism()));
  const fewer = Math.max(1, cores - 1);
  if (isOnGpu || cores === fewer) return fewer;
  const fewerMs = await trialMs(model, fewer);
  return (await trialMs(model, cores)) < fewerMs ? cores : fewer;
}

/** Times a short evaluation. It has few tokens: on a busy machine, all cores may be a hundred times slower. */
async function trialMs(model: LlamaModel, threads: number): Promise<number> {
  await using context = await model.createContext({ sequences: 1, contextSize: 256, threads });
  const sequence = context.getSequence();
  const tokens = model.tokenize('0 1 2 3 4 5 6 7').slice(0, 8);
  await sequence.evaluateWithoutGeneratingNewTokens(tokens); // loads the weights from the disk
  const startedAt = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  return performance.now() - startedAt;
}
