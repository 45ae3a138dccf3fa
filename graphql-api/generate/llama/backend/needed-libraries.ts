import { closeSync, openSync, readSync } from 'node:fs';
import { messageOf } from '#shared/errors.ts';

/** Which shared libraries a native library needs, and whether this machine has them. Linux only. */

/** Returns the libraries that a native library needs and the system's loader does not find, such as `libcudart.so.13`. */
export function findMissing(file: string): string[] {
  // The library's own parts lie elsewhere, and are loaded before it.
  return readNeeded(file).filter((name) => !name.startsWith('libggml') && !isLoadable(name));
}

/** Returns whether the system's loader finds a library by its name, as it would for a program in this environment. */
export function isLoadable(name: string): boolean {
  try {
    process.dlopen({ exports: {} }, name);
    return true;
  } catch (error) {
    // Every library that is no module of Node fails, but only after it has been loaded.
    return !messageOf(error).includes('cannot open shared object file');
  }
}

const PROGRAM_HEADER_BYTES = 56;
const LOADED_SEGMENT = 1;
const DYNAMIC_SEGMENT = 2;
const DYNAMIC_ENTRY_BYTES = 16;
const NEEDED = 1n;
const STRING_TABLE = 5n;
/** Far more than any library has. */
const MAX_TABLE_BYTES = 1024 ** 2;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Returns the names in the NEEDED entries of a 64-bit little-endian ELF file. It is not loaded for that: one that lacks
 * a library would report only the first, and one of half a gigabyte takes seconds.
 * @throws Error if it is no such file.
 */
export function readNeeded(file: string): string[] {
  const descriptor = openSync(file, 'r');
  const read = (offset: number, length: number): Buffer => {
    const buffer = Buffer.alloc(Math.min(length, MAX_TABLE_BYTES));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset));
  };
  try {
    const header = read(0, 64);
    if (header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') throw new Error(`${file} is no 64-bit ELF file`);
    const table = read(Number(header.readBigUInt64LE(32)), header.readUInt16LE(56) * PROGRAM_HEADER_BYTES);
    const segments = Array.from({ length: table.length / PROGRAM_HEADER_BYTES }, (_, index) =>
      segmentAt(table, index * PROGRAM_HEADER_BYTES),
    );
    const dynamic = segments.find(({ type }) => type === DYNAMIC_SEGMENT);
    if (dynamic === undefined) return [];
    const entries = entriesOf(read(dynamic.offset, dynamic.size));
    const strings = Number(entries.find(([tag]) => tag === STRING_TABLE)?.[1] ?? 0);
    const holder = segments.find(
      ({ type, address, size }) => type === LOADED_SEGMENT && address <= strings && strings < address + size,
    );
    if (holder === undefined) throw new Error(`${file} has no string table`);
    const text = read(holder.offset + strings - holder.address, holder.size - (strings - holder.address));
    return entries.flatMap(([tag, value]) => {
      const start = Number(value);
      return tag === NEEDED ? text.toString('latin1', start, text.indexOf(0, start)) : [];
    });
  } finally {
    closeSync(descriptor);
  }
}

function segmentAt(table: Buffer, at: number): Segment {
  return {
    type: table.readUInt32LE(at),
    offset: Number(table.readBigUInt64LE(at + 8)),
    address: Number(table.readBigUInt64LE(at + 16)),
    size: Number(table.readBigUInt64LE(at + 32)),
  };
}

/** Returns the tags and values of a dynamic section. */
function entriesOf(section: Buffer): [bigint, bigint][] {
  return Array.from({ length: Math.floor(section.length / DYNAMIC_ENTRY_BYTES) }, (_, index) => [
    section.readBigInt64LE(index * DYNAMIC_ENTRY_BYTES),
    section.readBigUInt64LE(index * DYNAMIC_ENTRY_BYTES + 8),
  ]);
}
