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

/**
 * Checks that an archive is safe to give to a parser that reads archives whole: inflates every entry and counts the
 * bytes that actually come out, whatever the archive declares.
 * @param options.maxXmlBytes a lower limit for all XML in it together, for parsers whose memory grows with it.
 * @throws ExtractError TOO_LARGE for a zip bomb, ENCRYPTED, or DAMAGED.
 */
export async function checkZip(
  file: SourceFile,
  { maxXmlBytes = Infinity }: { readonly maxXmlBytes?: number } = {},
): Promise<void> {
  const limitBytes = Math.min(MAX_INFLATED_BYTES, Math.max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * file.bytes.length));
  let inflatedBytes = 0;
  let xmlBytes = 0;
  await eachEntry(file, async (entry, zip) => {
    if (entry.isEncrypted()) {
      throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
    }
    const isXml = /\.(?:xml|rels|bin)$/i.test(entry.fileName);
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      const { length } = piece as Buffer; // yauzl's stream emits Buffers
      inflatedBytes += length;
      if (isXml) xmlBytes += length;
      if (inflatedBytes > limitBytes) {
        throw new ExtractError(
          'TOO_LARGE',
          file.path,
          `it unpacks to more than ${Math.round(limitBytes / 1e6)} MB, as a zip bomb does; save it again or split it`,
        );
      }
      if (xmlBytes > maxXmlBytes) {
        const megabytes = Math.round(maxXmlBytes / 1e6);
        throw new ExtractError('TOO_LARGE', file.path, `it holds more than ${megabytes} MB of content; split it`);
      }
    }
  });
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
