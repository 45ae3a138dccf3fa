import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';
import { TypeEnum } from '@kenjiuno/msgreader/lib/Reader.js';

/** The properties of an Outlook item by their tag, such as `0037001F` (the subject): text as UTF-16, or bytes. */
export type OutlookProperties = Readonly<Record<string, string | Buffer>>;

/** Returns an item of Outlook (.msg), as small as its reader accepts. */
export function sampleMsg(
  properties: OutlookProperties,
  inside: {
    readonly recipients?: readonly OutlookProperties[];
    readonly attachments?: readonly OutlookProperties[];
  } = {},
): Buffer {
  const entries: (Entry & { children: number[] })[] = [];
  const addFolder = (name: string, type: TypeEnum, headerBytes: number, values: OutlookProperties): number => {
    const index = entries.push({ name, type, length: 0, children: [] }) - 1;
    const addStream = (streamName: string, bytes: Buffer): void => {
      // A copy, because the writer does not respect where in its memory a Buffer begins.
      const stream = {
        name: streamName,
        type: TypeEnum.DOCUMENT,
        length: bytes.length,
        binaryProvider: () => new Uint8Array(bytes),
      };
      entries[index]!.children.push(entries.push({ ...stream, children: [] }) - 1);
    };
    addStream('__properties_version1.0', Buffer.alloc(headerBytes));
    for (const [tag, value] of Object.entries(values)) {
      addStream(`__substg1.0_${tag}`, Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf16le'));
    }
    return index;
  };
  const root = addFolder('Root Entry', TypeEnum.ROOT, 32, properties);
  const addFolders = (prefix: string, folders: readonly OutlookProperties[] = []): void => {
    for (const [i, values] of folders.entries()) {
      const name = `${prefix}_version1.0_#${i.toString(16).padStart(8, '0').toUpperCase()}`;
      entries[root]!.children.push(addFolder(name, TypeEnum.DIRECTORY, 8, values));
    }
  };
  addFolders('__recip', inside.recipients);
  addFolders('__attach', inside.attachments);
  return Buffer.from(burn(entries));
}
