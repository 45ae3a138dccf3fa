import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import type { Language } from '#shared/text/language.ts';
import { CATALOGUE, type Model } from '#shared/models/catalogue.ts';
import { bytesAt, isGguf, isPresent, modelPathOf, partFolderOf } from '#shared/models/model-path.ts';
import { recommendGenerator, type Hardware } from '#shared/models/recommend-generator.ts';
import { wantedModels } from './wanted-models.ts';
import { openChoice, reasonFor } from './explain-recommendation.ts';
import { formatSize } from './format-size.ts';
import { formatModels, rowOfModel, UNKNOWN_MODEL, type ModelRow } from './model-table.ts';
import { wrap } from '../terminal/text.ts';

/** Width of the notes below the tables. */
const COLUMNS = 80;

/** The groups of the list, in order; language models by the memory that one answer needs. */
const GROUPS = {
  en: {
    EMBEDDING: 'search by meaning',
    RERANKING: 'better ranking',
    small: 'answers, with less than 3 GB of memory',
    medium: 'answers, with 3 to 6 GB',
    large: 'answers, with 6 to 12 GB',
    others: 'put here by hand, imported, or named in the settings',
  },
  pt: {
    EMBEDDING: 'busca por significado',
    RERANKING: 'ordenação melhor',
    small: 'respostas, com menos de 3 GB de memória',
    medium: 'respostas, com 3 a 6 GB',
    large: 'respostas, com 6 a 12 GB',
    others: 'copiados à mão, importados ou citados nas configurações',
  },
} as const;
type Group = keyof (typeof GROUPS)['en'];
const ORDER = ['EMBEDDING', 'RERANKING', 'small', 'medium', 'large', 'others'] as const satisfies readonly Group[];

const WORDS = {
  en: {
    here: 'here',
    partly: 'partly here',
    suggested: 'suggested',
    wanted: 'wanted',
    wantedBy: (setting: string, name: string) => `wanted, and not here yet: ${name} (${setting})`,
    recommended: (name: string, why: string) => `recommended for this machine: ${name}, because ${why}`,
    legend: 'languages: pt if the publisher names Portuguese; thinks: askbox tells it to answer directly',
    folder: (folder: string) => `models are kept in ${folder}`,
  },
  pt: {
    here: 'aqui',
    partly: 'em parte aqui',
    suggested: 'sugerido',
    wanted: 'pedido',
    wantedBy: (setting: string, name: string) => `pedido, e ainda não está aqui: ${name} (${setting})`,
    recommended: (name: string, why: string) => `recomendado para esta máquina: ${name}, porque ${why}`,
    legend: 'idiomas: pt se quem publica cita o português; pensa: o askbox pede que responda direto',
    folder: (folder: string) => `os modelos ficam em ${folder}`,
  },
} as const;

/**
 * Returns a table of the models of the catalogue, those on this machine and those that the settings ask for, in groups by
 * use and size.
 * @param embedders what each embedder on this machine does now, by its path; see findEmbeddersAtWork.
 */
export function listModels(
  config: Config,
  hardware: Hardware,
  embedders: ReadonlyMap<string, string>,
  language: Language = 'en',
): string {
  const { modelsDir } = config;
  const words = WORDS[language];
  const wanted = wantedModels(config);
  const recommendation = recommendGenerator(hardware);
  const stateOf = (model: Model): string => {
    if (isPresent(modelsDir, model)) return embedders.get(modelPathOf(modelsDir, model)) ?? words.here;
    if (existsSync(partFolderOf(modelPathOf(modelsDir, model)))) return words.partly;
    if (wanted.some(({ model: other }) => other.name === model.name)) return words.wanted;
    return model === recommendation.model ? words.suggested : '-';
  };
  const rowOf = (model: Model): ModelRow => ({ ...rowOfModel(model, language), state: stateOf(model) });

  const ofUri = wanted.map(({ model }) => model).filter((model) => !CATALOGUE.includes(model));
  const entries: readonly (readonly [Group, ModelRow])[] = [
    ...CATALOGUE.map((model) => [groupOf(model), rowOf(model)] as const),
    ...ofUri.map((model) => ['others', rowOf(model)] as const),
    ...listOthers(modelsDir).map((name) => {
      const file = path.join(modelsDir, name);
      const state = embedders.get(file);
      const row = { ...UNKNOWN_MODEL, name, size: formatSize(bytesAt(file), language), state: state ?? words.here };
      return [state === undefined ? 'others' : 'EMBEDDING', row] as const;
    }),
  ];
  const groups = Map.groupBy(entries, ([group]) => group);
  const tables = ORDER.filter((group) => groups.has(group)).map((group) =>
    formatModels(
      GROUPS[language][group],
      groups.get(group)!.map(([, row]) => row),
      language,
    ),
  );
  const open = openChoice(recommendation, language);
  const notes = [
    words.legend,
    ...wanted.map(({ model, setting }) => words.wantedBy(setting.split('=')[0]!, model.name)),
    words.recommended(recommendation.model.name, reasonFor(recommendation, language)),
    ...(open === null ? [] : [open]),
    words.folder(modelsDir),
  ];
  return [...tables, notes.flatMap((note) => wrap(note, COLUMNS)).join('\n')].join('\n\n');
}

const SMALL_BYTES = 3e9;
const MEDIUM_BYTES = 6e9;

function groupOf(model: Model): Group {
  if (model.kind !== 'GENERATION') return model.kind;
  const memoryBytes = model.about?.memoryBytes ?? 0;
  if (memoryBytes < SMALL_BYTES) return 'small';
  return memoryBytes < MEDIUM_BYTES ? 'medium' : 'large';
}

/** Returns the names of all complete models on this machine. */
export function presentNames(modelsDir: string): readonly string[] {
  const known = CATALOGUE.filter((model) => isPresent(modelsDir, model)).map(({ name }) => name);
  return [...known, ...listOthers(modelsDir)];
}

/**
 * Returns the models in the models folder that are not in the catalogue: put there by hand, imported, or pulled by URI.
 */
function listOthers(modelsDir: string): readonly string[] {
  if (!existsSync(modelsDir)) return [];
  const known = new Set(CATALOGUE.map((model) => path.basename(modelPathOf(modelsDir, model))));
  return readdirSync(modelsDir, { withFileTypes: true })
    .filter(({ name }) => !known.has(name) && !name.startsWith('.') && !name.endsWith('.part'))
    .filter((entry) => isGguf(entry.name) || entry.isDirectory())
    .map(({ name }) => name);
}
