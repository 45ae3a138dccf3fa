/** A stretch of what a model writes: of its answer, or of the thinking that precedes it. */
interface Stretch {
  readonly isThought: boolean;
  /** Never empty. */
  readonly text: string;
}

/** Separates thoughts from the answer, delta by delta. */
export interface ThoughtSplitter {
  /** Returns what is decided; text that may become a tag is held back, at most the length of the longest tag. */
  push(delta: string): readonly Stretch[];
  /** Returns the rest; call it once, at the end. */
  end(): readonly Stretch[];
}

interface ThoughtForm {
  readonly opener: string;
  /** Any of these ends the thought. */
  readonly closers: readonly string[];
}

/** Some models open with one of these names and close with another. */
const ELEMENTS = ['think', 'thinking', 'thought', 'thoughts', 'reasoning', 'seed:think'];
const END_OF_HARMONY = '<|channel|>final<|message|>';

/** How models mark their thoughts when the server leaves that in the text. All lower case; compared without case. */
const FORMS: readonly ThoughtForm[] = [
  // DeepSeek-R1, Qwen3, and most others; Seed-OSS has the form with the colon.
  ...ELEMENTS.map((name) => ({ opener: `<${name}>`, closers: ELEMENTS.map((each) => `</${each}>`) })),
  { opener: '[think]', closers: ['[/think]'] }, // Magistral
  { opener: '◁think▷', closers: ['◁/think▷'] }, // Kimi
  // gpt-oss. Its commentary is about calls of tools. Everything before the final channel is no answer.
  ...['analysis', 'commentary'].map((name) => ({ opener: `<|channel|>${name}`, closers: [END_OF_HARMONY] })),
  { opener: '<|channel>thought', closers: ['<channel|>'] }, // Gemma 4
  { opener: '<unused94>thought', closers: ['<unused95>'] }, // MedGemma
  { opener: '<|start_thinking|>', closers: ['<|end_thinking|>'] }, // Command A
  { opener: '<|begin_of_thought|>', closers: ['<|end_of_thought|>'] }, // OpenThinker
];
const OPENERS = FORMS.map(({ opener }) => opener);
/** A closer without its opener: the server has put the opener into the prompt, and the thought is empty. */
const CLOSERS = FORMS.flatMap(({ closers }) => closers);
/** Marks around an answer that some servers leave in its text. */
const FRAMES = [
  '<|start|>assistant',
  END_OF_HARMONY,
  '<|end|>',
  '<|return|>',
  '<|start_response|>',
  '<|end_response|>',
  '<|begin_of_solution|>',
  '<|end_of_solution|>',
];
const ON_A_BLANK_LINE = [...OPENERS, ...CLOSERS, ...FRAMES];
const FIRST_CHARS = /[<[◁]/g;

/**
 * Creates a splitter for one answer. A tag opens a thought only where nothing precedes it on its line: elsewhere it is
 * more likely what the answer is about. A thought that is never closed lasts until the end.
 */
export function createThoughtSplitter(): ThoughtSplitter {
  let pending = '';
  /** What ends the present thought; null outside a thought. */
  let closers: readonly string[] | null = null;
  let isLineBlank = true;

  function take(isEnd: boolean): readonly Stretch[] {
    const stretches: Stretch[] = [];
    for (;;) {
      const { at, tag } = findTag(pending, tagsAt, isEnd);
      const text = pending.slice(0, at);
      if (text !== '') stretches.push({ isThought: closers !== null, text });
      pending = pending.slice(at + (tag ?? '').length);
      isLineBlank = tag === null ? isBlankAfter(text) : true;
      if (tag === null) return stretches;
      closers = closers === null ? (FORMS.find(({ opener }) => opener === tag)?.closers ?? null) : null;
    }
  }

  function tagsAt(index: number): readonly string[] {
    return closers ?? (isBlankAfter(pending.slice(0, index)) ? ON_A_BLANK_LINE : FRAMES);
  }

  /** Whether the present line is blank after this text. */
  function isBlankAfter(text: string): boolean {
    const line = text.slice(text.lastIndexOf('\n') + 1);
    return (isLineBlank || line.length < text.length) && line.trim() === '';
  }

  return {
    push(delta) {
      pending += delta;
      return take(false);
    },
    end: () => take(true),
  };
}

/**
 * Finds the first tag.
 * @param tagsAt returns the tags that count at an index.
 * @param isEnd whether the text is complete. Otherwise an unfinished tag counts as well, with null for the tag.
 * @returns the end of the text and null if there is none.
 */
function findTag(
  text: string,
  tagsAt: (index: number) => readonly string[],
  isEnd: boolean,
): { readonly at: number; readonly tag: string | null } {
  const lower = text.toLowerCase();
  for (const { index } of text.matchAll(FIRST_CHARS)) {
    const tags = tagsAt(index);
    const tag = tags.find((each) => lower.startsWith(each, index));
    if (tag !== undefined) return { at: index, tag };
    const rest = lower.slice(index);
    if (!isEnd && tags.some((each) => each.startsWith(rest))) return { at: index, tag: null };
  }
  return { at: text.length, tag: null };
}
