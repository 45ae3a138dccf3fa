import type { KnownEmbedder } from '../models/catalogue.ts';
import { readEmbedderFolder, type EmbedderFolder } from './embedder-folder.ts';
import { isOfSameModel, makesVectorsOf } from './space-name.ts';

/** An embedder on this machine, as installedEmbedders returns it. */
interface Installed {
  readonly folder: string;
  readonly known: KnownEmbedder | null;
  readonly stamp: string;
}

/** Finds out which embedders made the vectors of a store. Reads a model's files again only when they have changed. */
export class EmbeddersInUse {
  /** By stamp; null when the folder cannot be read. */
  readonly #folders = new Map<string, EmbedderFolder | null>();

  /** Whether the files of this model are there and of the right kind. */
  async canRead(model: Installed): Promise<boolean> {
    return (await this.#read(model)) !== null;
  }

  /** Whether the vectors of a space are what this model would make. */
  async makesVectorsOf(model: Installed, spaceName: string): Promise<boolean> {
    const folder = await this.#read(model);
    return folder !== null && makesVectorsOf(folder, spaceName);
  }

  /**
   * Finds the embedder to keep: the one of the first space whose model is installed.
   * @param spaces names of the store's spaces, the active one first.
   * @returns its stamp; null when none of the installed models has made any of them.
   */
  async find(installed: readonly Installed[], spaces: readonly string[]): Promise<string | null> {
    // A folder that cannot be read has no space of ours; its error is reported when it is chosen and opened.
    const folders: { readonly stamp: string; readonly folder: EmbedderFolder }[] = [];
    for (const model of spaces.length === 0 ? [] : installed) {
      const folder = await this.#read(model);
      if (folder !== null) folders.push({ stamp: model.stamp, folder });
    }
    // Of two copies of one model, the one that the space is named after comes first.
    const signs = [
      (folder: EmbedderFolder, space: string) => folder.spaceName === space,
      makesVectorsOf,
      // It is embedded again, since its prefixes or its tokenizer have changed, but stays the model.
      isOfSameModel,
    ];
    for (const space of spaces) {
      for (const isSign of signs) {
        const found = folders.find(({ folder }) => isSign(folder, space));
        if (found !== undefined) return found.stamp;
      }
    }
    return null;
  }

  async #read({ folder, known, stamp }: Installed): Promise<EmbedderFolder | null> {
    const remembered = this.#folders.get(stamp);
    if (remembered !== undefined) return remembered;
    const read = await readEmbedderFolder(folder, known).catch(() => null);
    this.#folders.set(stamp, read);
    return read;
  }
}
