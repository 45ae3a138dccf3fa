import type { Language } from '#shared/text/language.ts';
import { harmlessProse } from '../text.ts';

/** Where thoughts are shown, and how. */
export interface ThinkingScreen {
  readonly write: (text: string) => void;
  /** Whether a line can be written again in its place. */
  readonly isTerminal: boolean;
  readonly language: Language;
  /** Whether the thoughts themselves are shown; otherwise only for how long the model has been thinking. */
  readonly isShown: boolean;
  readonly dim: (text: string) => string;
  /** Milliseconds of a clock that cannot be set. */
  readonly now: () => number;
}

/** Shows what the model of one answer thinks. */
export interface ShownThinking {
  /** Takes the next thoughts. Those in the middle of the text are shown only if all are. */
  readonly think: (text: string) => void;
  /** Ends what is shown, so that other text can follow on its own line. Nothing happens if there were no thoughts. */
  readonly end: () => void;
}

const WORDS: Readonly<Record<Language, { readonly thinking: string; readonly thought: string }>> = {
  // The second is never shorter than the first, which it replaces on a terminal.
  pt: { thinking: 'pensando…', thought: 'pensou por' },
  en: { thinking: 'thinking…', thought: 'thought for' },
};

/** Shows thoughts as they come, or one line instead of them: `thinking… 12 s`, and `thought for 12 s` once that is over. */
export function showThinking({ write, isTerminal, language, isShown, dim, now }: ThinkingScreen): ShownThinking {
  const words = WORDS[language];
  let startedAt: number | null = null;
  let shownSeconds = -1;
  let last = '';
  let isOver = false;
  const seconds = (): number => Math.round((now() - (startedAt ?? now())) / 1000);

  return {
    think(text) {
      startedAt ??= now();
      if (isShown) {
        const shown = harmlessProse(last === '' ? text.trimStart() : text);
        last = shown === '' ? last : shown;
        if (shown !== '') write(dim(shown));
      } else if (isTerminal && !isOver && seconds() !== shownSeconds) {
        shownSeconds = seconds();
        write(`\r${dim(`${words.thinking} ${shownSeconds} s`)}`);
      }
    },
    end() {
      if (startedAt === null) return;
      if (isShown && last !== '') write(last.endsWith('\n') ? '\n' : '\n\n');
      if (!isShown && !isOver) write(`${isTerminal ? '\r' : ''}${dim(`${words.thought} ${seconds()} s`)}\n`);
      last = '';
      isOver = true;
    },
  };
}
