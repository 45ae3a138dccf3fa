import path from 'node:path';

/** How long a kind of file is avoided after the first of them; twice as long each time, until one of them was read. */
const FIRST_MS = 10_000;
const LONGEST_MS = 160_000;

/**
 * What a lane avoids for a while: files with the extension of one that took it too long. When many files that never end
 * are dropped together, it meets one of them now and then, instead of one after the other, and is free for other files.
 * Avoided files are left to the other lane.
 */
export class Caution {
  readonly #avoided = new Map<string, { readonly untilMs: number; readonly forMs: number }>();

  /** Avoids files like this one from now on. @param nowMs the present time of a clock that is never set back. */
  tookTooLong(file: string, nowMs: number): void {
    const extension = extensionOf(file);
    if (extension === '') return;
    const forMs = Math.min((this.#avoided.get(extension)?.forMs ?? FIRST_MS / 2) * 2, LONGEST_MS);
    this.#avoided.set(extension, { untilMs: nowMs + forMs, forMs });
  }

  /** Avoids files like this one no longer. */
  wasRead(file: string): void {
    this.#avoided.delete(extensionOf(file));
  }

  /** The extensions that are avoided now, with their dot and in lower case. */
  extensions(nowMs: number): readonly string[] {
    return [...this.#avoided].flatMap(([extension, { untilMs }]) => (nowMs < untilMs ? [extension] : []));
  }
}

function extensionOf(file: string): string {
  return path.extname(file).toLowerCase();
}
