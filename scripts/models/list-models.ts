import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { CATALOGUE, type Model } from '#shared/models/catalogue.ts';
import { bytesAt, isGguf, isPresent, modelPathOf, partFolderOf } from '#shared/models/model-path.ts';
import { recommendGenerator, type Hardware } from '#shared/models/recommend-generator.ts';
import { wantedModels } from './wanted-models.ts';
import { formatSize } from './format-size.ts';

const KINDS = { EMBEDDING: 'search by meaning', RERANKING: 'better ranking', GENERATION: 'answers' } as const;

/**
 * Returns a table of the models of the catalogue, those on this machine and those that the settings ask for.
 * @param embedders what each embedder on this machine does now, by its path; see findEmbeddersAtWork.
 */
export function listModels(config: Config, hardware: Hardware, embedders: ReadonlyMap<string, string>): string {
  const { modelsDir } = config;
  const wanted = wantedModels(config);
  const recommended = recommendGenerator(hardware);
  const stateOf = (model: Model): string => {
    if (isPresent(modelsDir, model)) return embedders.get(modelPathOf(modelsDir, model)) ?? 'here';
    const setting = wanted.find(({ model: other }) => other.name === model.name)?.setting;
    const states = [
      setting === undefined ? '' : `wanted by ${setting}`,
      existsSync(partFolderOf(modelPathOf(modelsDir, model))) ? 'partly here' : '',
      model === recommended.model ? 'suits this machine' : '',
    ];
    return states.filter((state) => state !== '').join(', ') || '-';
  };
  const ofUri = wanted.map(({ model }) => model).filter((model) => !CATALOGUE.includes(model));
  const rows = [
    ...[...CATALOGUE, ...ofUri].map((model) => [
      model.name,
      KINDS[model.kind],
      model.sizeBytes === 0 ? '?' : formatSize(model.sizeBytes),
      model.licence,
      stateOf(model),
    ]),
    ...listOthers(modelsDir).map((name) => {
      const work = embedders.get(path.join(modelsDir, name));
      const kind = isGguf(name) ? KINDS.GENERATION : work === undefined ? '?' : KINDS.EMBEDDING;
      return [name, kind, formatSize(bytesAt(path.join(modelsDir, name))), '?', work ?? 'here'];
    }),
  ];
  const header = ['model', 'for', 'size', 'licence', 'state'];
  return [
    formatTable([header, ...rows]),
    '',
    `recommended for this machine: ${recommended.model.name}, because ${recommended.reason}`,
    `models are kept in ${modelsDir}`,
  ].join('\n');
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

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
