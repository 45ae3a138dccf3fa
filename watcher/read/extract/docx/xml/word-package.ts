import path from 'node:path';
import type { SourceFile } from '../../extraction.ts';
import { unzip } from '../../zip.ts';
import { eachXmlChild, elementsOf, readXml, type XmlElement, type XmlPrefixes } from './xml-tree.ts';

/**
 * 80 MB of small paragraphs take 15 s of CPU and 700 MB of memory. A book of 1,000 pages has about 20 MB.
 * Only one paragraph or table is in memory at a time.
 */
const MAX_XML_BYTES = 80_000_000;

const OPEN_XML = 'http://schemas.openxmlformats.org';
/** The namespaces of files that are saved as "Strict Open XML Document". */
const STRICT = 'http://purl.oclc.org/ooxml';

const PREFIXES: XmlPrefixes = new Map([
  [`${OPEN_XML}/package/2006/relationships`, ''],
  [`${STRICT}/wordprocessingml/main`, 'w'],
  [`${OPEN_XML}/wordprocessingml/2006/main`, 'w'],
  [`${STRICT}/officeDocument/relationships`, 'r'],
  [`${OPEN_XML}/officeDocument/2006/relationships`, 'r'],
  [`${STRICT}/officeDocument/math`, 'm'],
  [`${OPEN_XML}/officeDocument/2006/math`, 'm'],
  [`${STRICT}/drawingml/wordprocessingDrawing`, 'wp'],
  [`${OPEN_XML}/drawingml/2006/wordprocessingDrawing`, 'wp'],
  [`${STRICT}/drawingml/main`, 'a'],
  [`${OPEN_XML}/drawingml/2006/main`, 'a'],
  [`${STRICT}/drawingml/picture`, 'pic'],
  [`${OPEN_XML}/drawingml/2006/picture`, 'pic'],
  [`${STRICT}/drawingml/chart`, 'c'],
  [`${OPEN_XML}/drawingml/2006/chart`, 'c'],
  [`${STRICT}/drawingml/diagram`, 'dgm'],
  [`${OPEN_XML}/drawingml/2006/diagram`, 'dgm'],
  [`${OPEN_XML}/markup-compatibility/2006`, 'mc'],
  ['http://schemas.microsoft.com/office/word/2010/wordml', 'w14'],
  ['urn:schemas-microsoft-com:vml', 'v'],
  ['urn:schemas-microsoft-com:office:office', 'o'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
]);

/** What a part of the document refers to. */
export interface Relation {
  readonly id: string;
  /** The last word of the relation's type, such as `header`. */
  readonly type: string;
  /** Name in the archive, or an address outside it. */
  readonly target: string;
  readonly isExternal: boolean;
}

/** The XML and other files that a Word document consists of. */
export interface WordPackage {
  /** Name of the part with the document's text. */
  readonly mainPart: string;
  /** Returns the bytes of a part; undefined if there is none of that name. */
  find(name: string): Buffer | undefined;
  /** Returns the root element of a part; undefined if there is none of that name. */
  findXml(name: string | undefined): XmlElement | undefined;
  /** Visits each child of an element of a part, one at a time. */
  eachChild(name: string, parent: string, visit: (child: XmlElement) => void): void;
  /** Returns what a part refers to, by id. */
  relationsOf(name: string): ReadonlyMap<string, Relation>;
}

/**
 * Opens the archive of a Word document.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE above 80 MB of XML
 */
export async function openWordPackage(file: SourceFile): Promise<WordPackage> {
  const isWanted = (name: string): boolean => !/\.(?:png|jpe?g|gif|emf|wmf|bmp|tiff?|svg|[ot]tf|odttf)$/i.test(name);
  const entries = await unzip(file, isWanted, { maxXmlBytes: MAX_XML_BYTES });
  const byName = new Map([...entries].map(([name, bytes]) => [partKey(name), bytes]));
  const findXml = (name: string | undefined): XmlElement | undefined => {
    const bytes = name === undefined ? undefined : byName.get(partKey(name));
    return bytes === undefined ? undefined : readXml(bytes, PREFIXES);
  };
  const relationsOf = (name: string): ReadonlyMap<string, Relation> => {
    const folder = path.posix.dirname(name);
    const root = findXml(path.posix.join(folder, '_rels', `${path.posix.basename(name)}.rels`));
    return new Map(
      elementsOf(root)
        .map((element) => relationOf(element, folder))
        .map((item) => [item.id, item]),
    );
  };
  const main = [...relationsOf('').values()].find(({ type }) => type === 'officeDocument')?.target;
  return {
    mainPart:
      main !== undefined && byName.has(partKey(main))
        ? main
        : ([...entries.keys()].find((name) => /^word\/document\d*\.xml$/i.test(name)) ?? 'word/document.xml'),
    find: (name) => byName.get(partKey(name)),
    findXml,
    eachChild(name, parent, visit) {
      const bytes = byName.get(partKey(name));
      if (bytes === undefined) throw new Error(`${name} is missing`);
      eachXmlChild(bytes, PREFIXES, parent, visit);
    },
    relationsOf,
  };
}

function relationOf({ attributes }: XmlElement, folder: string): Relation {
  const { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode } = attributes;
  const isExternal = mode === 'External';
  const name = target.startsWith('/') ? target.slice(1) : path.posix.join(folder, target);
  return { id, type: type.slice(type.lastIndexOf('/') + 1), target: isExternal ? target : name, isExternal };
}

/** Names of parts do not depend on case. */
function partKey(name: string): string {
  return name.toLowerCase().replace(/^\//, '');
}
