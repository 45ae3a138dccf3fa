import { fromBufferPromise } from 'yauzl';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from './extract-error.ts';
import type { SourceFile } from './extraction.ts';

const MAX_ENTRIES = 10_000;
const MAX_INFLATED_BYTES = 300_000_000;
/** Inflated size over compressed size. Office files reach 30; a zip bomb starts at several hundred. */
const MAX_RATIO = 200;
/** Inflated size up to which any ratio is accepted: it is a small file that repeats itself, not a bomb. */
const ALWAYS_ALLOWED_BYTES = 10_000_000;

/**
 * Returns the names of all entries in a zip archive.
 * @throws ExtractError DAMAGED when its directory cannot be read, TOO_LARGE above 10,000 entries.
 */
export async function zipNames(file: SourceFile): Promise<readonly string[]> {
  const names: string[] = [];
  await eachEntry(file, async (entry) => void names.push(entry.fileName));
  return names;
}

/** Returns the bytes of the names that have letters besides ASCII and do not say in which encoding. @throws as `zipNames` */
export async function undeclaredZipNames(file: SourceFile): Promise<readonly Buffer[]> {
  const names: Buffer[] = [];
  await eachEntry(file, async (entry) => {
    const name = undeclaredNameOf(entry);
    if (name !== null) names.push(name);
  });
  return names;
}

const UTF8_FLAG = 0x800;
/** The field in which Info-ZIP keeps a name in UTF-8. */
const UNICODE_PATH_FIELD = 0x7075;

function undeclaredNameOf({ generalPurposeBitFlag, extraFields, fileNameRaw }: Entry): Buffer | null {
  const isDeclared =
    (generalPurposeBitFlag & UTF8_FLAG) !== 0 || extraFields.some(({ id }) => id === UNICODE_PATH_FIELD);
  return isDeclared || fileNameRaw.every((byte) => byte < 0x80) ? null : fileNameRaw;
}

interface ZipLimits {
  /** A lower limit for all XML in it together, for parsers whose memory grows with it. */
  readonly maxXmlBytes?: number;
}

/**
 * Returns the bytes of the entries that are wanted by their name, in the order of the archive. Every entry is inflated,
 * wanted or not, and the bytes that actually come out are counted, whatever the archive declares: what `unzip` has
 * passed may be given to a parser that reads archives whole.
 * @throws ExtractError TOO_LARGE for a zip bomb, ENCRYPTED, or DAMAGED.
 */
export async function unzip(
  file: SourceFile,
  isWanted: (name: string) => boolean,
  limits: ZipLimits = {},
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = new Map<string, Buffer>();
  await eachFileInZip(file, limits, async ({ name, isEncrypted, read }) => {
    if (isEncrypted) {
      throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
    }
    const isKept = isWanted(name);
    const bytes = await read(isKept);
    if (isKept) wanted.set(name, bytes);
  });
  return wanted;
}

/** A file in an archive. */
export interface ZippedFile {
  /** As the archive declares it; if it does not say its encoding, in code page 437. */
  readonly name: string;
  /** The bytes of the name if the archive does not say in which encoding they are; null otherwise. */
  readonly undeclaredName: Buffer | null;
  readonly isEncrypted: boolean;
  /** Inflates the file and returns its bytes; empty unless it is kept. */
  readonly read: (isKept: boolean) => Promise<Buffer>;
}

/**
 * Visits the files of an archive one after another, so that only one of them is in memory.
 * @throws ExtractError TOO_LARGE when more has been read than a real archive of this size contains, or DAMAGED.
 */
export async function eachFileInZip(
  file: SourceFile,
  { maxXmlBytes = Infinity }: ZipLimits,
  visit: (zipped: ZippedFile) => Promise<void>,
): Promise<void> {
  const limitBytes = inflatedLimitOf(file.bytes.length);
  let inflatedBytes = 0;
  let xmlBytes = 0;
  await eachEntry(file, async (entry, zip) => {
    const isXml = /\.(?:xml|rels|bin)$/i.test(entry.fileName);
    const read = async (isKept: boolean): Promise<Buffer> => {
      const pieces: Buffer[] = [];
      for await (const emitted of await zip.openReadStreamPromise(entry)) {
        const piece = emitted as Buffer; // yauzl's stream emits Buffers
        if (isKept) pieces.push(piece);
        inflatedBytes += piece.length;
        if (isXml) xmlBytes += piece.length;
        if (inflatedBytes > limitBytes) throw inflatesTooMuch(file, limitBytes);
        if (xmlBytes > maxXmlBytes) {
          const megabytes = Math.round(maxXmlBytes / 1e6);
          throw new ExtractError('TOO_LARGE', file.path, `it holds more than ${megabytes} MB of content; split it`);
        }
      }
      return Buffer.concat(pieces);
    };
    const undeclaredName = undeclaredNameOf(entry);
    await visit({ name: entry.fileName, undeclaredName, isEncrypted: entry.isEncrypted(), read });
  });
}

/** Returns how many bytes a compressed file of this size may inflate to. */
export function inflatedLimitOf(compressedBytes: number): number {
  return Math.min(MAX_INFLATED_BYTES, Math.max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * compressedBytes));
}

/** Returns the error for a file that inflates to more than the limit, in bytes. */
export function inflatesTooMuch(file: SourceFile, limitBytes: number): ExtractError {
  return new ExtractError(
    'TOO_LARGE',
    file.path,
    `it unpacks to more than ${Math.round(limitBytes / 1e6)} MB, as a zip bomb does; save it again or split it`,
  );
}

type ZipFile = Awaited<ReturnType<typeof fromBufferPromise>>;
type Entry = Parameters<ZipFile['openReadStreamPromise']>[0];

async function eachEntry(file: SourceFile, visit: (entry: Entry, zip: ZipFile) => Promise<void>): Promise<void> {
  try {
    const zip = await fromBufferPromise(file.bytes, { lazyEntries: true });
    if (zip.entryCount > MAX_ENTRIES) {
      throw new ExtractError(
        'TOO_LARGE',
        file.path,
        `it contains more than ${MAX_ENTRIES} files; unpack it and drop the files`,
      );
    }
    for await (const entry of zip.eachEntry()) await visit(entry, zip);
  } catch (error) {
    if (error instanceof ExtractError) throw error;
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `it is damaged or cut short (${messageOf(error)}); copy or save it again`,
      { cause: error },
    );
  }
}
