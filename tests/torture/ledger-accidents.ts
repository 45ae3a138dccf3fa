import { closeSync, copyFileSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';

/** Accidents that happen to a ledger while no watcher is running. */
export interface LedgerAccidents {
  /** Makes one random accident happen. */
  happen(): void;
  /** How often each kind happened. */
  readonly happened: ReadonlyMap<string, number>;
}

const PARTS = ['', '-wal', '-shm'];

/** Prepares accidents. @param file path of the ledger. */
export function openLedgerAccidents(file: string, random: () => number): LedgerAccidents {
  const happened = new Map<string, number>();
  const remove = (base: string): void => {
    for (const part of PARTS) rmSync(base + part, { force: true });
  };
  const copy = (from: string, to: string): void => {
    remove(to);
    for (const part of PARTS) if (existsSync(from + part)) copyFileSync(from + part, to + part);
  };
  const older = `${file}.older`;

  const KINDS: Readonly<Record<string, () => void>> = {
    'is copied for later': () => copy(file, older),
    'is replaced by an older copy': () => existsSync(older) && copy(older, file),
    'is deleted': () => remove(file),
    'is overwritten in the middle': () => {
      if (!existsSync(file)) return;
      const handle = openSync(file, 'r+');
      writeSync(handle, Buffer.alloc(100, 0xa5), 0, 100, 4096);
      closeSync(handle);
    },
  };
  return {
    happened,
    happen() {
      const names = Object.keys(KINDS);
      const name = names[Math.floor(random() * names.length)]!;
      KINDS[name]!();
      happened.set(name, (happened.get(name) ?? 0) + 1);
    },
  };
}
