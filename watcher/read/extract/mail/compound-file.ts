const END = 0xff_ff_ff_fe;
const NONE = 0xff_ff_ff_ff;
const ENTRY_BYTES = 128;
const SMALL_SECTOR_BYTES = 64;
const SMALL_STREAM_BYTES = 4096;

/**
 * Returns whether the sectors and the directory of a compound file (MS-CFB) form chains and a tree without loops, inside
 * the file. Readers follow them without a limit.
 */
export function isSoundCompoundFile(bytes: Buffer): boolean {
  try {
    return isSound(bytes);
  } catch (error) {
    if (error instanceof RangeError) return false; // It points behind the end of the file.
    throw error;
  }
}

function isSound(bytes: Buffer): boolean {
  const sectorShift = bytes.readUInt16LE(30);
  if (sectorShift !== 9 && sectorShift !== 12) return false;
  const sectorBytes = 1 << sectorShift;
  const sectorCount = Math.ceil(bytes.length / sectorBytes);
  const valueIn = (sector: number, index: number): number => bytes.readUInt32LE((sector + 1) * sectorBytes + 4 * index);
  const perSector = sectorBytes / 4;

  const fat = fatSectors(bytes, sectorCount, perSector, valueIn);
  if (fat === null) return false;
  const nextIn = (table: readonly number[], sector: number): number => {
    const block = table[Math.floor(sector / perSector)];
    return block === undefined ? END : valueIn(block, sector % perSector);
  };
  const chainFrom = (start: number): readonly number[] | null => {
    const chain: number[] = [];
    for (let sector = start; sector !== END; sector = nextIn(fat, sector)) {
      if (chain.push(sector) > sectorCount) return null;
    }
    return chain;
  };

  const directory = chainFrom(bytes.readUInt32LE(48));
  if (directory === null) return false;
  const entryAt = (index: number): number => {
    const sector = directory[Math.floor((index * ENTRY_BYTES) / sectorBytes)];
    if (sector === undefined) throw new RangeError('no such entry');
    return (sector + 1) * sectorBytes + ((index * ENTRY_BYTES) % sectorBytes);
  };
  if (chainFrom(bytes.readUInt32LE(entryAt(0) + 116)) === null) return false;

  const smallTable = bytes.readUInt32LE(60) === END ? [] : chainFrom(bytes.readUInt32LE(60));
  if (smallTable === null) return false;
  const seenEntries = new Set([0]);
  const seenSmall = new Set<number>();
  const open = [bytes.readUInt32LE(entryAt(0) + 76)];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === NONE) continue;
    if (seenEntries.has(index)) return false;
    seenEntries.add(index);
    const at = entryAt(index);
    open.push(bytes.readUInt32LE(at + 68), bytes.readUInt32LE(at + 72), bytes.readUInt32LE(at + 76));
    const sizeBytes = bytes.readUInt32LE(at + 120);
    if (bytes[at + 66] !== 2 || sizeBytes === 0) continue;
    if (sizeBytes > bytes.length) return false;
    if (sizeBytes >= SMALL_STREAM_BYTES) continue;
    let length = 0;
    for (let sector = bytes.readUInt32LE(at + 116); sector !== END; sector = nextIn(smallTable, sector)) {
      if (seenSmall.has(sector)) return false;
      seenSmall.add(sector);
      if (++length > SMALL_STREAM_BYTES / SMALL_SECTOR_BYTES) return false;
    }
  }
  return true;
}

/** Returns the sectors of the file allocation table; null if they are more than the file has. */
function fatSectors(
  bytes: Buffer,
  sectorCount: number,
  perSector: number,
  valueIn: (sector: number, index: number) => number,
): readonly number[] | null {
  const count = bytes.readUInt32LE(44);
  if (count > sectorCount || bytes.readUInt32LE(72) > sectorCount) return null;
  const sectors = Array.from({ length: Math.min(count, 109) }, (_, i) => bytes.readUInt32LE(76 + 4 * i));
  for (let next = bytes.readUInt32LE(68); sectors.length < count && next !== END && next !== NONE;) {
    for (let i = 0; i < perSector - 1 && sectors.length < count; i++) sectors.push(valueIn(next, i));
    next = valueIn(next, perSector - 1);
  }
  return sectors;
}
