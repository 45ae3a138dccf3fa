import { blocksIn, openBlockReader, type BlockContext } from './blocks.ts';
import { openNumbering } from './numbering/numbering.ts';
import type { Relation, WordPackage } from './xml/word-package.ts';
import { openRunReader, type Attachment, type RunReader } from './run-text.ts';
import { readStyles } from './styles.ts';
import type { WordBlock } from './word-block.ts';
import { switchOf } from './xml/word-xml.ts';
import { descendantsOf, elementsOf, type XmlElement } from './xml/xml-tree.ts';

/** What an attachment of a paragraph turns out to be. */
type AttachedContent =
  | { readonly kind: 'blocks'; readonly blocks: readonly WordBlock[]; readonly label: string }
  | { readonly kind: 'chart' | 'diagram'; readonly root: XmlElement }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Buffer | undefined }
  /** `target` is its name in the archive. */
  | { readonly kind: 'picture'; readonly target: string };

/** Finds what a paragraph refers to; undefined if the document does not contain it. */
export type FindAttached = (attachment: Attachment) => AttachedContent | undefined;

/** The texts of a document, in blocks. */
export interface Stories {
  readonly body: readonly WordBlock[];
  /** Each header that is printed somewhere, once. */
  readonly headers: readonly WordBlock[];
  readonly footers: readonly WordBlock[];
  readonly findAttached: FindAttached;
  /** Characters that readers of the document do not see, in everything that has been read so far. */
  readonly hiddenChars: () => number;
}

/**
 * Reads the body of a document, its headers and footers, and prepares its notes and comments.
 * @param options.readsHidden as in `SourceFile`.
 */
export function readStories(pack: WordPackage, { readsHidden }: { readonly readsHidden: boolean }): Stories {
  const { mainPart } = pack;
  const relations = pack.relationsOf(mainPart);
  const targetOf = (type: string): string | undefined => {
    return [...relations.values()].find((relation) => relation.type === type && !relation.isExternal)?.target;
  };
  const styles = readStyles(pack.findXml(targetOf('styles')));
  const numbering = openNumbering(pack.findXml(targetOf('numbering')), styles);
  const settings = pack.findXml(targetOf('settings'));
  const notes = {
    footnote: notesIn(pack, targetOf('footnotes')),
    endnote: notesIn(pack, targetOf('endnotes')),
    comment: notesIn(pack, targetOf('comments')),
  };

  const marks = new Map<string, string>();
  const noteMark = (kind: 'footnote' | 'endnote', id: string): string => {
    const key = `${kind} ${id}`;
    const mark = marks.get(key) ?? `[${marks.size + 1}]`;
    marks.set(key, mark);
    return mark;
  };
  const readers: RunReader[] = [];
  const contextOf = (withPageNumbers: boolean): BlockContext => {
    const runs = openRunReader(styles, { withPageNumbers, readsHidden, noteMark });
    readers.push(runs);
    return { styles, numbering, runs, isOnPaper: !(switchOf(settings, 'w:displayBackgroundShape') ?? false) };
  };

  const context = contextOf(true);
  const reader = openBlockReader(context);
  const sections: XmlElement[] = [];
  pack.eachChild(mainPart, 'w:body', (element) => {
    reader.read(element);
    if (element.name === 'w:sectPr') sections.push(element);
    else if (element.name !== 'w:tbl') sections.push(...descendantsOf(element, 'w:sectPr'));
  });
  const body = reader.end();
  const furniture = (kind: 'header' | 'footer'): readonly WordBlock[] => {
    const ids = referencesTo(kind, sections, switchOf(settings, 'w:evenAndOddHeaders') ?? false);
    const blocks: WordBlock[] = [];
    const seen = new Set<string>();
    const addOnce = (element: XmlElement): void => {
      for (const block of blocksIn(element, contextOf(false))) {
        if (block.kind === 'attachment') {
          if (block.attachment.kind === 'text-box') addOnce(block.attachment.content);
        } else if (!seen.has(block.text) && !WITHOUT_PAGE_NUMBER.test(block.text)) {
          seen.add(block.text);
          blocks.push(block.kind === 'table' ? block : { kind: 'paragraph', text: block.text });
        }
      }
    };
    for (const id of ids) {
      const root = pack.findXml(relations.get(id)?.target);
      if (root !== undefined) addOnce(root);
    }
    return blocks;
  };

  return {
    body,
    headers: furniture('header'),
    footers: furniture('footer'),
    findAttached(attachment) {
      switch (attachment.kind) {
        case 'text-box':
          return { kind: 'blocks', blocks: blocksIn(attachment.content, context), label: '' };
        case 'footnote':
        case 'endnote':
        case 'comment': {
          const note = notes[attachment.kind].get(attachment.id);
          if (note === undefined) return undefined;
          const author = note.attributes['w:author'] ?? '';
          const label =
            attachment.kind === 'comment' ? `[${author || 'comment'}]` : noteMark(attachment.kind, attachment.id);
          return { kind: 'blocks', blocks: blocksIn(note, context), label };
        }
        case 'chart':
        case 'diagram': {
          const root = pack.findXml(relations.get(attachment.relationId)?.target);
          return root === undefined ? undefined : { kind: attachment.kind, root };
        }
        case 'file':
          return fileOf(pack, relations.get(attachment.relationId));
        case 'picture': {
          const target = relations.get(attachment.relationId)?.target;
          return target === undefined ? undefined : { kind: 'picture', target };
        }
      }
    },
    hiddenChars: () => readers.reduce((sum, { hiddenChars }) => sum + hiddenChars, 0),
  };
}

/** What is left of "Page 3 of 10" without its numbers, or a number of a page that was typed. */
const WITHOUT_PAGE_NUMBER =
  /^(?:(?:[^\p{L}\p{N}]|\b(?:página|pagina|pág|pag|page|p|seite|de|of|von|sur|nº|n)\b)*|[^\p{L}\p{N}]*\d{1,3}[^\p{L}\p{N}]*)$/iu;

function fileOf(pack: WordPackage, relation: Relation | undefined): AttachedContent | undefined {
  if (relation === undefined) return undefined;
  const bytes = relation.isExternal ? undefined : pack.find(relation.target);
  return { kind: 'file', name: relation.target.slice(relation.target.lastIndexOf('/') + 1), bytes };
}

function notesIn(pack: WordPackage, part: string | undefined): ReadonlyMap<string, XmlElement> {
  const root = pack.findXml(part);
  return new Map(elementsOf(root).map((note) => [note.attributes['w:id'] ?? '', note]));
}

/** Returns the ids of the headers or footers that are printed, in the order in which sections refer to them. */
function referencesTo(
  kind: 'header' | 'footer',
  sections: readonly XmlElement[],
  hasEvenPages: boolean,
): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const section of sections) {
    const hasTitlePage = switchOf(section, 'w:titlePg') ?? false;
    for (const { attributes } of elementsOf(section, `w:${kind}Reference`)) {
      const { 'w:type': type = 'default', 'r:id': id = '' } = attributes;
      if (type === 'first' ? hasTitlePage : type === 'even' ? hasEvenPages : true) ids.add(id);
    }
  }
  return ids;
}
