import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Config } from '#shared/config.ts';
import { LLAMA_1B, LLAMA_3B, LLAMA_8B, type KnownGenerator } from '#shared/models/catalogue.ts';
import { isGguf, modelPathOf, partFolderOf } from '#shared/models/model-path.ts';
import { recommendGenerator } from '#shared/models/recommend-generator.ts';
import { detectHardware, hasCudaLibraries } from './hardware.ts';
import { describeModel } from './pull-aloud.ts';

/**
 * Offers a Llama once where none is and one would be used: gigabytes under a licence of their own want a yes. Without a
 * terminal it says how to get one. A no is remembered in the data folder; a pull that was begun goes on unasked.
 * @returns the name of the model to pull.
 */
export async function offerLlama(config: Config, root: string, say: (text: string) => void): Promise<string | null> {
  const refusal = path.join(config.dataDir, 'no-llama');
  if (!isOfUse(config) || existsSync(refusal)) return null;
  const begun = config.isOffline ? undefined : findBegun(config.modelsDir);
  if (begun !== undefined) {
    say(`going on to pull ${describeModel(begun)}; npm run models -- remove ${begun.name} ends that`);
    return begun.name;
  }

  const { model, reason } = recommendGenerator(await detectHardware(config));
  const command = `npm run models -- pull ${model.name}`;
  const lacksCuda = model === LLAMA_8B && process.platform !== 'darwin' && !hasCudaLibraries(root);
  const gpuHint = lacksCuda ? '\nit wants the libraries for the graphics card as well: npm run models -- gpu' : '';
  const offer = `a Llama can write the answers: ${describeModel(model)}; this one because ${reason}${gpuHint}`;
  if (config.isOffline || !process.stdin.isTTY || !process.stdout.isTTY) {
    say(`${offer}\nget it with: ${command}`);
    return null;
  }
  say(`${offer}\npull it now in the background, and accept its licence? [y/N] (s/N)`);
  const answer = await askLine();
  if (answer === null) return null;
  if (/^\s*(y|yes|s|sim)\s*$/i.test(answer)) return model.name;
  writeFileSync(refusal, `You said no to a Llama. Delete this file to be asked again, or: ${command}\n`);
  say(`not asked again; if you change your mind: ${command}`);
  return null;
}

function isOfUse({ model, generatorOrder, modelsDir }: Config): boolean {
  if (model !== 'auto' || !generatorOrder.includes('local')) return false;
  return !existsSync(modelsDir) || !readdirSync(modelsDir).some(isGguf);
}

function findBegun(modelsDir: string): KnownGenerator | undefined {
  return [LLAMA_8B, LLAMA_3B, LLAMA_1B].find((model) => existsSync(partFolderOf(modelPathOf(modelsDir, model))));
}

/** @returns null when the input ends. Ctrl-C stays a signal, since this is no editing terminal. */
async function askLine(): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) return line;
  return null;
}
