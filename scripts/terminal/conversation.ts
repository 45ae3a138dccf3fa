import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Language } from '#shared/text/language.ts';

/** What a conversation needs from outside. */
export interface Talk {
  readonly input: Readable;
  readonly output: Writable;
  /** Whether the input is typed: then there is a prompt, and Ctrl-C arrives as a key. */
  readonly isTerminal: boolean;
  readonly language: Language;
  /** Asks, and resolves when the answer is on the screen or `signal` has stopped it. Rejects only if nothing can go on. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<void>;
  /** Forgets the questions asked so far. */
  readonly startAfresh: () => void;
}

const WORDS: Readonly<Record<Language, { readonly hint: string; readonly help: string; readonly fresh: string }>> = {
  pt: {
    hint: 'Pergunte sobre os seus documentos. Ctrl-C interrompe a resposta, Ctrl-D sai, /? mostra a ajuda.',
    help: '/novo ou /new começa outra conversa, Ctrl-D ou /sair sai. As setas trazem de volta perguntas anteriores.',
    fresh: 'Outra conversa: as perguntas anteriores não contam mais.',
  },
  en: {
    hint: 'Ask about your documents. Ctrl-C stops the answer, Ctrl-D leaves, /? shows help.',
    help: '/new starts another conversation, Ctrl-D or /bye leaves. The arrow keys bring back earlier questions.',
    fresh: 'Another conversation: earlier questions no longer count.',
  },
};
const LEAVE = new Set(['/bye', '/exit', '/quit', '/sair']);
const FRESH = new Set(['/new', '/novo', '/nova']);
const HELP = new Set(['/?', '/help', '/ajuda']);

/**
 * Asks one question after the other until the input ends or `/bye` is typed. Ctrl-C stops an answer that is being
 * written; at the prompt it clears what was typed. The history of questions is kept in memory only.
 */
export async function converse(talk: Talk): Promise<void> {
  const words = WORDS[talk.language];
  const { input, output, isTerminal } = talk;
  const say = (text: string): void => void output.write(`${text}\n`);
  using lines = createInterface({ input, output, terminal: isTerminal, prompt: isTerminal ? '> ' : '' });
  let answering: AbortController | undefined;
  let isOver = false;
  lines.on('close', () => (isOver = true));
  lines.on('SIGINT', () => {
    if (answering !== undefined) {
      answering.abort();
      answering = undefined;
      return;
    }
    // As in a shell, what was typed is given up.
    const hadText = lines.line !== '';
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    say(hadText ? '' : `\n${words.hint}`);
    lines.prompt();
  });

  if (isTerminal) say(words.hint);
  lines.prompt();
  for await (const line of lines) {
    const question = line.trim();
    if (LEAVE.has(question)) return;
    if (HELP.has(question)) say(words.help);
    else if (FRESH.has(question)) {
      talk.startAfresh();
      say(words.fresh);
    } else if (question !== '') {
      answering = new AbortController();
      await talk.ask(question, answering.signal);
      answering = undefined;
    }
    if (!isOver) lines.prompt();
  }
}
