const END_OF_CHAIN = 0xff_ff_ff_fa; // this and all above are no sectors
const NO_ENTRY = 0xff_ff_ff_ff;
const ENTRY_BYTES = 128;
/** Above the directory of any real file; one that is damaged may have a chain without an end. */
const MAX_ENTRIES = 20_000;

/**
 * Returns the names at the top of an old Office file (OLE 2), such as `Workbook` or `WordDocument`, which tell what the
 * file is. What is embedded in it has names of its own further down. Empty if the directory cannot be read.
 */
export function oleNames(bytes: Buffer): readonly string[] {
  try {
    return topNames(directoryOf(bytes));
  } catch (error) {
    if (error instanceof RangeError) return []; // a position outside the file
    throw error;
  }
}

function directoryOf(bytes: Buffer): Buffer {
  const sectorBytes = 2 ** Math.min(bytes.readUInt16LE(30), 16);
  const sectorAt = (index: number): number => (index + 1) * sectorBytes;
  const perSector = sectorBytes / 4;
  const nextSector = (index: number): number => {
    const tableIndex = Math.floor(index / perSector);
    // The header lists the first 109 sectors of the table, which cover 7 MB or more. A directory is rarely beyond them.
    if (tableIndex >= 109) return NO_ENTRY;
    return bytes.readUInt32LE(sectorAt(bytes.readUInt32LE(76 + 4 * tableIndex)) + 4 * (index % perSector));
  };
  const sectors: Buffer[] = [];
  let sector = bytes.readUInt32LE(48);
  while (sector < END_OF_CHAIN && sectors.length * sectorBytes < MAX_ENTRIES * ENTRY_BYTES) {
    sectors.push(bytes.subarray(sectorAt(sector), sectorAt(sector) + sectorBytes));
    sector = nextSector(sector);
  }
  return Buffer.concat(sectors);
}

/** Walks the tree of the root's entries: each one names its left and right neighbour. */
function topNames(directory: Buffer): readonly string[] {
  const names: string[] = [];
  const seen = new Set<number>();
  const open = [directory.readUInt32LE(76)];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index) || (index + 1) * ENTRY_BYTES > directory.length) continue;
    seen.add(index);
    const at = index * ENTRY_BYTES;
    const nameBytes = Math.min(directory.readUInt16LE(at + 64), 64);
    names.push(directory.toString('utf16le', at, at + Math.max(0, nameBytes - 2)));
    open.push(directory.readUInt32LE(at + 68), directory.readUInt32LE(at + 72));
  }
  return names;
}
