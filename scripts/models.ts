import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { AskboxError } from '#shared/errors.ts';
import { detectHardware } from '#shared/models/hardware/detect-hardware.ts';
import { findModel } from '#shared/models/find-model.ts';
import { offline } from '#shared/models/hub/error.ts';
import { importModel } from '#shared/models/import-model.ts';
import { ModelError } from '#shared/models/model-error.ts';
import { modelPathByName, removeModel } from '#shared/models/remove-model.ts';
import { verifyModel } from '#shared/models/verify-model.ts';
import { findEmbeddersAtWork } from './models/embedders-at-work.ts';
import { formatSize } from './models/format-size.ts';
import { installGpu, isGpuKind } from './models/install-gpu.ts';
import { listModels, presentNames } from './models/list-models.ts';
import { describeModel, pullAloud } from './models/pull-aloud.ts';
import { wantedModels } from './models/wanted-models.ts';
import { exitWithUsage, loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import { spoken, terminalLanguage } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run models [-- <command>]

Without a command, lists the models that askbox knows, and which are installed.

  pull <name or hf:URI>            download one: multilingual-e5-small, llama-3.2-3b, hf:user/repo:Q4_K_M
  pull                             download what the settings ask for, as npm start does
  import <folder or file> [<name>] copy one from disk, for machines without internet
  verify [<name>]                  read every byte and compare checksums
  remove <name>                    delete one
  gpu [cuda | vulkan]              install what the graphics card can use, or what you name
  --keep-trying                    with pull: wait for the network for as long as it takes, not for five attempts
  --help                           show this

exit codes: 0 done, 1 error, 2 wrong options
`,
  pt: `uso: npm run models [-- <comando>]

Sem comando, lista os modelos que o askbox conhece e quais estão instalados.

  pull <nome ou hf:URI>            baixa um: multilingual-e5-small, llama-3.2-3b, hf:user/repo:Q4_K_M
  pull                             baixa o que as configurações pedem, como npm start faz
  import <pasta ou arquivo> [<nome>] copia um do disco, para máquinas sem internet
  verify [<nome>]                  lê cada byte e compara as somas de verificação
  remove <nome>                    apaga um
  gpu [cuda | vulkan]              instala o que a placa de vídeo pode usar, ou o que você indicar
  --keep-trying                    com pull: espera pela rede o tempo que for, em vez de cinco tentativas
  --help                           mostra isto

códigos de saída: 0 feito, 1 erro, 2 opções erradas
`,
});

const root = path.dirname(import.meta.dirname);
const { positionals, values } = readCommandLine(USAGE, { 'keep-trying': { type: 'boolean', default: false } }, 3);
const [command = 'list', ...rest] = positionals;
/** How many failures in a row end a download. */
const attempts = values['keep-trying'] ? Infinity : 5;
const config = loadConfigOrExit();
try {
  process.exitCode = (await run(config)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof AskboxError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Runs the command. @returns whether it succeeded. */
async function run(config: Config): Promise<boolean> {
  const { modelsDir } = config;
  const [name, newName] = rest;
  if (command === 'list' && name === undefined) {
    const language = terminalLanguage(process.env);
    const embedders = await findEmbeddersAtWork(config, language);
    console.log(`${listModels(config, await detectHardware(config), embedders, language)}\n\n${USAGE.trimEnd()}`);
    return true;
  }
  if (command === 'pull') return name === undefined ? pullWanted(config) : pull(name, config);
  if (command === 'import' && name !== undefined) {
    console.log(`imported and checked: ${await importModel(path.resolve(name), modelsDir, newName)}`);
    return true;
  }
  if (command === 'verify') return verify(name === undefined ? presentNames(modelsDir) : [name], modelsDir);
  if (command === 'remove' && name !== undefined) {
    console.log(`removed ${await removeModel(modelsDir, name)}`);
    return true;
  }
  if (command === 'gpu' && (name === undefined || isGpuKind(name))) {
    return installGpu(name ?? null, root, () => {
      if (config.isOffline) throw offline('the GPU libraries');
    });
  }
  const isKnown = ['list', 'pull', 'import', 'remove', 'gpu'].includes(command);
  const problem = isKnown
    ? { en: `These arguments do not fit '${command}'`, pt: `Estes argumentos não servem para '${command}'` }
    : { en: `There is no command '${command}'`, pt: `Não existe o comando '${command}'` };
  return exitWithUsage(spoken(problem), USAGE);
}

async function pull(name: string, config: Config): Promise<boolean> {
  const model = findModel(name);
  if (model === undefined) {
    const message = `${name} is not a model that askbox knows; npm run models lists those, and any other is named hf:user/repo:QUANTIZATION or hf:user/repo/file.gguf`;
    throw new ModelError('MODEL_MISSING', message);
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  console.log(`pulling ${describeModel(model)} from ${config.hub.endpoint}/${model.repository}`);
  try {
    const isTerminal = process.stdout.isTTY;
    await pullAloud(model, config, { attempts, isTerminal, stepPercent: 5, signal: stop.signal });
    return true;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('stopped; the part that was downloaded is kept, and the same command resumes there');
    return false;
  }
}

/** Pulls what the settings ask for and is not here. One that cannot be pulled does not keep the others from it. */
async function pullWanted(config: Config): Promise<boolean> {
  const wanted = wantedModels(config);
  if (wanted.length === 0) console.log('every model that the settings ask for is here');
  let isAllWell = true;
  for (const { model, setting } of wanted) {
    if (config.isOffline) {
      // No error: the settings ask for both.
      console.log(`not installed: ${describeModel(model)}, which ${setting} asks for, because ASKBOX_OFFLINE is true`);
      continue;
    }
    try {
      if (!(await pull(model.name, config))) return false;
    } catch (error) {
      if (!(error instanceof AskboxError)) throw error;
      console.error(`${model.name}: ${error.message}`);
      isAllWell = false;
    }
  }
  return isAllWell;
}

async function verify(names: readonly string[], modelsDir: string): Promise<boolean> {
  let isAllWell = true;
  for (const name of names) {
    try {
      const bytes = await verifyModel(modelPathByName(modelsDir, name));
      const extent =
        bytes === 0
          ? 'it looks like a model, but it was copied by hand, so there are no checksums to compare'
          : `${formatSize(bytes)} match their checksums`;
      console.log(`${name}: ok, ${extent}`);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      console.error(`${name}: ${error.message}`);
      isAllWell = false;
    }
  }
  if (names.length === 0) console.log(`there is no model in ${modelsDir}; npm run models lists what can be installed`);
  return isAllWell;
}
