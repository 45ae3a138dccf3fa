import type { Recommendation } from '#shared/models/recommend-generator.ts';
import type { Language } from '#shared/text/language.ts';
import { oneDecimal } from './format-size.ts';

const WORDS = {
  en: {
    gpu: (gb: string) => `it is the largest for Portuguese that a GPU with ${gb} GB has room for`,
    cpu: (gb: string) =>
      `it is the largest for Portuguese that runs well without a larger GPU and with ${gb} GB of free memory`,
    open: (name: string, licence: string) => `under an open licence (${licence}): ${name}`,
  },
  pt: {
    gpu: (gb: string) => `é o maior para o português que cabe em uma placa de vídeo de ${gb} GB`,
    cpu: (gb: string) =>
      `é o maior para o português que roda bem sem uma placa de vídeo maior e com ${gb} GB de memória livre`,
    open: (name: string, licence: string) => `com licença livre (${licence}): ${name}`,
  },
} as const;

/** Returns why a model suits the machine, as a clause that follows "because". */
export function reasonFor({ on, memoryBytes }: Recommendation, language: Language): string {
  const words = WORDS[language];
  const gb = memoryBytes / 1e9;
  return on === 'GPU' ? words.gpu(gb.toFixed(0)) : words.cpu(oneDecimal(gb, language));
}

/** Returns a line that names the choice under an open licence; null if the recommended model has one itself. */
export function openChoice({ openModel }: Recommendation, language: Language): string | null {
  return openModel === null ? null : WORDS[language].open(openModel.name, openModel.licence);
}
