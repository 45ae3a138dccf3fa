import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Config } from '#shared/config.ts';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import { GENERATORS, type KnownGenerator } from '#shared/models/catalogue.ts';
import type { Language } from '#shared/text/language.ts';
import { detectHardware } from '#shared/models/hardware/detect-hardware.ts';
import { isGguf, modelPathOf, partFolderOf } from '#shared/models/model-path.ts';
import { recommendGenerator } from '#shared/models/recommend-generator.ts';
import { hasCudaLibraries } from './hardware.ts';
import { wrap } from '../terminal/text.ts';
import { openChoice, reasonFor } from './explain-recommendation.ts';
import { describeModel } from './pull-aloud.ts';

/** Width of the reason: a terminal's, without the prefix that `say` puts in front. */
const COLUMNS = 68;
/** The command that forgets a no. */
const ASK_AGAIN = 'npm start -- --offer';

const WORDS = {
  en: {
    resuming: (what: string, name: string) =>
      `resuming the pull of ${what}; to cancel it: npm run models -- remove ${name}`,
    gpu: 'it also needs the libraries for the graphics card: npm run models -- gpu',
    offer: 'a Llama model can write the answers; suggested for this machine:',
    because: 'because',
    command: 'to pull it',
    question: 'pull it now in the background and accept its licence? [y/N] (s/N)',
    declined: (command: string) => `askbox will not ask again; to be asked: ${ASK_AGAIN}; to pull it: ${command}`,
    noUse: 'nothing to offer: the settings exclude a local model, or there is one already; see npm run models',
    later: (command: string) => `not now; askbox asks again at the next start, or pull it with: ${command}`,
  },
  pt: {
    resuming: (what: string, name: string) =>
      `continuando o download de ${what}; para cancelar: npm run models -- remove ${name}`,
    gpu: 'ele também precisa das bibliotecas da placa de vídeo: npm run models -- gpu',
    offer: 'um modelo Llama pode escrever as respostas; sugestão para esta máquina:',
    because: 'porque',
    command: 'para baixá-lo',
    question: 'baixar agora, em segundo plano, e aceitar a licença? [s/N]',
    declined: (command: string) =>
      `o askbox não perguntará de novo; para que pergunte: ${ASK_AGAIN}; para baixá-lo: ${command}`,
    noUse: 'nada a oferecer: as configurações excluem um modelo local, ou já existe um; veja npm run models',
    later: (command: string) => `agora não; o askbox pergunta de novo no próximo início, ou baixe-o com: ${command}`,
  },
} as const;

/** How a Llama is offered. */
export interface OfferOptions {
  /** Folder that contains node_modules. */
  readonly root: string;
  /** Prints lines for the user. */
  readonly say: (text: string) => void;
  readonly language: Language;
  /** Whether the user asked for the offer: an earlier no is forgotten. */
  readonly isWanted: boolean;
}

/**
 * Offers a Llama, if there is none and the settings would use one. It asks because a Llama is gigabytes with a licence of
 * its own; without a terminal it prints the command instead. Only an explicit no is remembered, in the data folder. A pull
 * that was started earlier continues without asking.
 * @returns the name of the model to pull; null for none.
 */
export async function offerLlama(config: Config, options: OfferOptions): Promise<string | null> {
  const { root, say, language, isWanted } = options;
  const words = WORDS[language];
  const declinedFile = path.join(config.dataDir, 'no-llama');
  if (isWanted) rmSync(declinedFile, { force: true });
  if (!isOfUse(config)) {
    if (isWanted) say(words.noUse);
    return null;
  }
  if (existsSync(declinedFile)) return null;
  const unfinished = config.isOffline ? undefined : findUnfinished(config.modelsDir);
  if (unfinished !== undefined) {
    say(words.resuming(describeModel(unfinished, language), unfinished.name));
    return unfinished.name;
  }

  const recommendation = recommendGenerator(await detectHardware(config));
  const { model, on } = recommendation;
  const command = `npm run models -- pull ${model.name}`;
  const lacksCuda = on === 'GPU' && process.platform !== 'darwin' && !hasCudaLibraries(root);
  const open = openChoice(recommendation, language);
  const offer = [
    words.offer,
    `  ${describeModel(model, language)}, ${words.because}`,
    ...wrap(reasonFor(recommendation, language), COLUMNS).map((line) => `  ${line}`),
    ...(open === null ? [] : [`  ${open}`]),
    ...(lacksCuda ? [words.gpu] : []),
  ].join('\n');
  if (config.isOffline || !process.stdin.isTTY || !process.stdout.isTTY) {
    say(`${offer}\n${words.command}: ${command}`);
    return null;
  }
  say(`${offer}\n${words.question}`);
  const answer = await askLine();
  if (answer === null) return null;
  if (/^\s*(y|yes|s|sim)\s*$/i.test(answer)) return model.name;
  // Enter, a slip of the keys or a pasted line decides nothing.
  if (!isNo(answer)) {
    say(words.later(command));
    return null;
  }
  const note = `You declined a Llama model. To be asked again, run: ${ASK_AGAIN}\n`;
  writeFileSync(declinedFile, note, { mode: PRIVATE_FILE });
  say(words.declined(command));
  return null;
}

/** Whether a typed answer says no, in English or Portuguese, with or without the tilde. */
export function isNo(answer: string): boolean {
  return /^\s*(n|no|não|nao)\s*$/iu.test(answer.normalize('NFC'));
}

function isOfUse({ model, generatorOrder, modelsDir }: Config): boolean {
  if (model !== 'auto' || !generatorOrder.includes('local')) return false;
  return !existsSync(modelsDir) || !readdirSync(modelsDir).some(isGguf);
}

function findUnfinished(modelsDir: string): KnownGenerator | undefined {
  return GENERATORS.find((model) => existsSync(partFolderOf(modelPathOf(modelsDir, model))));
}

/** Reads a line; null when the input ends. `terminal: false` leaves Ctrl-C a signal. */
async function askLine(): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) return line;
  return null;
}
