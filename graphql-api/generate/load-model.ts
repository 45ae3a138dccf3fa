import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  getLlama,
  resolveChatWrapper,
  type ChatWrapper,
  type Llama,
  type LlamaContext,
  type LlamaModel,
} from 'node-llama-cpp';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { LlamaSettings } from './llama-messages.ts';

export interface LoadedModel {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly chatWrapper: ChatWrapper;
  /** What really computes, such as `CPU, 2 threads`. */
  readonly device: string;
}

/** llama.cpp's own log arrives a few turns of the event loop after the exception that it explains. */
const LOG_LAG_MS = 200;

/**
 * Loads a model file with the prebuilt library; builds and downloads nothing.
 * @throws Error whose message names the file, the cause and the next step.
 */
export async function loadModel(settings: LlamaSettings): Promise<LoadedModel> {
  const complaint = Promise.withResolvers<string>();
  const llama = await openLibrary(settings.gpu, complaint.resolve);
  try {
    await checkMagic(settings.file);
    return await load(llama, settings);
  } catch (error) {
    const cause = await Promise.race([complaint.promise, setTimeout(LOG_LAG_MS, messageOf(error))]);
    throw new Error(
      `model unusable: ${settings.file}: ${cause}; download it again or choose another file in ASKBOX_MODEL`,
      { cause: error },
    );
  }
}

/** Such as `llama_model_load: error loading model: `. */
const LOG_PREFIX = /^\w+: (?:error loading model: )?/;

/** A page of HTML saved under the model's name is the commonest broken download. */
async function checkMagic(file: string): Promise<void> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.toString('latin1', 0, bytesRead);
    if (magic !== 'GGUF') throw new Error(`it is not a GGUF file, it begins with ${JSON.stringify(magic)}`);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new Error('the file does not exist', { cause: error }) : error;
  }
}

async function openLibrary(gpu: LlamaSettings['gpu'], complain: (cause: string) => void): Promise<Llama> {
  try {
    return await getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      gpu: gpu === 'none' ? false : gpu,
      maxThreads: 0, // no limit of its own: the context's `threads` alone decides
      logger: (level, message) => {
        if (level === 'error' || level === 'fatal') complain(message.replace(LOG_PREFIX, '').trim());
      },
    });
  } catch (error) {
    throw new Error(`no library for ASKBOX_GPU=${gpu} works on this machine: ${messageOf(error)}; set it to auto`, {
      cause: error,
    });
  }
}

async function load(llama: Llama, settings: LlamaSettings): Promise<LoadedModel> {
  const model = await llama.loadModel({
    modelPath: settings.file,
    gpuLayers: { fitContext: { contextSize: settings.contextTokens * settings.sequences } },
  });
  const chatWrapper = resolveChatWrapper(model, { warningLogs: false });
  const context = await model.createContext({
    sequences: settings.sequences,
    contextSize: Math.min(settings.contextTokens, model.trainContextSize),
    threads: settings.threads, // the library's default of at least 4 is 50 times slower on 2 busy cores
  });
  const cpu = `CPU, ${context.idealThreads} ${context.idealThreads === 1 ? 'thread' : 'threads'}`;
  const device = llama.gpu === false ? cpu : `${llama.gpu}, ${model.gpuLayers} layers, and ${cpu}`;
  return { model, context, chatWrapper, device };
}
