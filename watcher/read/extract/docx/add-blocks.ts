import type { PictureParts } from '../ocr/picture-parts.ts';
import type { Parts } from '../parts.ts';
import type { TextBuilder } from '../text-builder.ts';
import type { TextBlock, WordBlock } from './word-block.ts';
import { chartText, diagramText } from './charts.ts';
import type { Attachment } from './run-text.ts';
import type { FindAttached } from './stories.ts';

/** The files inside a document. */
interface FilesInside {
  readonly parts: Parts;
  readonly pictures: PictureParts;
}

/** Text boxes in text boxes: deeper ones are left out. */
const MAX_DEPTH = 5;

/**
 * Adds blocks to the text. Lines of a list or listing that follow each other become one block, and what paragraphs refer
 * to, such as notes, follows the block that they are in.
 */
export async function addWordBlocks(
  builder: TextBuilder,
  blocks: readonly WordBlock[],
  findAttached: FindAttached,
  inside: FilesInside,
  depth = 0,
): Promise<void> {
  let lines: TextBlock[] = [];
  let waiting: Attachment[] = [];
  const flush = async (): Promise<void> => {
    addLines(builder, lines);
    lines = [];
    const attached = waiting;
    waiting = [];
    for (const attachment of attached) await addAttachment(attachment);
  };
  const addAttachment = async (attachment: Attachment): Promise<void> => {
    const content = depth < MAX_DEPTH ? findAttached(attachment) : undefined;
    if (content === undefined) return;
    switch (content.kind) {
      case 'blocks':
        if (content.label === '') await addWordBlocks(builder, content.blocks, findAttached, inside, depth + 1);
        else builder.addBlock('paragraph', labelled(content.label, content.blocks));
        break;
      case 'chart':
        for (const { kind, text } of chartText(content.root)) builder.addBlock(kind, text);
        break;
      case 'diagram':
        builder.addBlock('list', diagramText(content.root));
        break;
      case 'file':
        if (content.bytes === undefined) inside.parts.leaveOut(content.name, 'it is outside the document');
        else await inside.parts.add(content.name, content.bytes);
        break;
      case 'picture':
        await inside.pictures.add(content.target);
        break;
    }
  };

  for (const block of blocks) {
    if (block.kind === 'attachment') {
      waiting.push(block.attachment);
    } else if (block.kind === 'list' || block.kind === 'code') {
      if (lines[0] !== undefined && lines[0].kind !== block.kind) await flush();
      lines.push(block);
    } else {
      await flush();
      const options = block.kind === 'heading' && block.level !== undefined ? { level: block.level } : {};
      builder.addBlock(block.kind, block.text, options);
    }
  }
  await flush();
}

function addLines(builder: TextBuilder, lines: readonly TextBlock[]): void {
  const [first] = lines;
  if (first === undefined) return;
  const outermost = lines.reduce((least, { level = 0 }) => Math.min(least, level), Infinity);
  const text = lines.map((line) => {
    const indent = '  '.repeat((line.level ?? outermost) - outermost);
    return line.kind === 'list' ? indent + line.text.replaceAll('\n', `\n${indent}  `) : line.text;
  });
  builder.addBlock(first.kind, text.join('\n'));
}

/** A note is one block, so that its label holds for all of it. */
function labelled(label: string, blocks: readonly WordBlock[]): string {
  const text = blocks.flatMap((block) => (block.kind === 'attachment' ? [] : [block.text])).join('\n');
  return text.trim() === '' ? '' : `${label} ${text}`;
}
