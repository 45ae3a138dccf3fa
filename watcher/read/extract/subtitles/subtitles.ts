import { decodeText } from '../charset.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { linesOf, openTextBuilder } from '../text-builder.ts';

/** Words shown on a film at a time. */
interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly lines: readonly { readonly words: string; readonly startsSpeech: boolean }[];
}

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);
/** A pause that ends a paragraph even without a full stop. */
const PAUSE_SECONDS = 3;
/** Automatic subtitles have no full stops. */
const MAX_PARAGRAPH_CHARS = 400;

/**
 * Extracts subtitles as sentences, without numbers, times and tags. Each sentence is located at the second at which its
 * first words are shown.
 */
export function extractSubtitles(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const builder = openTextBuilder(file.path);
  let words = '';
  let startSeconds = 0;
  let endSeconds = 0;
  let last = '';
  const close = (): void => {
    if (words === '') return;
    builder.mark({ seconds: Math.floor(startSeconds) });
    builder.addBlock('paragraph', words);
    words = '';
  };
  for (const cue of cuesOf(linesOf(text))) {
    if (cue.startSeconds - endSeconds >= PAUSE_SECONDS) close();
    endSeconds = cue.endSeconds;
    for (const { words: line, startsSpeech } of cue.lines) {
      const isRepeated = line === last; // Rolling subtitles show each line twice.
      last = line;
      if (isRepeated || line === '') continue;
      if (startsSpeech || words.length > MAX_PARAGRAPH_CHARS) close();
      if (words === '') startSeconds = cue.startSeconds;
      words += words === '' ? line : ` ${line}`;
      if (/[.!?…]["'”’»)\]]*$/.test(line)) close();
    }
  }
  close();
  return builder.build({
    title: null,
    mediaType: text.startsWith('WEBVTT') ? 'text/vtt' : 'application/x-subrip',
    pageCount: null,
    warnings,
  });
}

/** Yields the cues. Comments, styles, numbers and names of cues belong to none. */
function* cuesOf(lines: readonly string[]): Generator<Cue> {
  for (let i = 0; i < lines.length; i++) {
    const timing = TIMING.exec(lines[i]!);
    if (timing === null) continue;
    const start = i + 1;
    while (i + 1 < lines.length && lines[i + 1]!.trim() !== '' && !TIMING.test(lines[i + 1]!)) i++;
    yield {
      startSeconds: secondsOf(timing.slice(1, 5)),
      endSeconds: secondsOf(timing.slice(5, 9)),
      lines: lines
        .slice(start, i + 1)
        .map((line) => ({ words: plainWords(line), startsSpeech: /^\s*(?:<v[.\s]|[-–—]\s)/.test(line) })),
    };
  }
}

function secondsOf([hours = '0', minutes = '0', seconds = '0', fraction = '0']: readonly string[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds}.${fraction}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&lrm;': '',
  '&rlm;': '',
};

/** Returns the words of a line. A speaker's name is kept: `<v Ana>` says who speaks. */
function plainWords(line: string): string {
  return line
    .replaceAll(/<v(?:\.[^\s>]{0,100})?[ \t]{1,9}([^<>]{1,200})>/g, '$1: ')
    .replaceAll(/<[^<>]{0,200}>|\{\\[^{}]{0,200}\}/g, '')
    .replaceAll(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity]!)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
