import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGES = ['@huggingface/transformers@4.3.1', '@langchain/community@1.1.29', '@langchain/core@1.4.0'];

// One module inside the folder, so that both packages are found there and share one transformers.js.
const ENTRY = `
export { env, pipeline } from '@huggingface/transformers';
export { HuggingFaceTransformersEmbeddings } from '@langchain/community/embeddings/huggingface_transformers';
`;

/** Other ways of embedding texts in Node, with one thread and the same model. */
export interface Rivals {
  /** The pipeline of transformers.js, one text at a time, which is its fastest mode. */
  pipeline(texts: readonly string[]): Promise<unknown>;
  /** LangChain.js with its defaults. */
  langchain(texts: readonly string[]): Promise<unknown>;
}

/** Installs the rivals into a folder, outside our packages. @returns why that failed, or undefined. */
export function installRivals(folder: string): string | undefined {
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'];
  const install = ['install', '--prefix', folder, ...flags, ...PACKAGES];
  const npm = spawnSync('npm', install, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status !== 0) return `npm could not install ${PACKAGES.join(', ')} (${npm.stderr.trim().slice(-200)})`;
  writeFileSync(path.join(folder, 'entry.mjs'), ENTRY);
  return undefined;
}

/** Opens the rivals. @param folder where they are installed. @param modelFolder the model that they embed with. */
export async function openRivals(folder: string, modelFolder: string): Promise<Rivals> {
  // Declares only what is used: the packages are not installed where types are checked.
  const entry = (await import(pathToFileURL(path.join(folder, 'entry.mjs')).href)) as Entry;
  entry.env.allowRemoteModels = false;
  entry.env.localModelPath = path.dirname(modelFolder);
  const model = path.basename(modelFolder);
  const options = { dtype: 'q8', session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 } };
  const extract = await entry.pipeline('feature-extraction', model, options);
  const langchain = new entry.HuggingFaceTransformersEmbeddings({ model, pretrainedOptions: options });
  return {
    async pipeline(texts) {
      for (const text of texts) await extract(`passage: ${text}`, { pooling: 'mean', normalize: true });
    },
    langchain: (texts) => langchain.embedDocuments(texts.map((text) => `passage: ${text}`)),
  };
}

interface Entry {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: string, model: string, options: object): Promise<(text: string, options: object) => Promise<unknown>>;
  readonly HuggingFaceTransformersEmbeddings: new (fields: object) => {
    embedDocuments(texts: readonly string[]): Promise<unknown>;
  };
}
