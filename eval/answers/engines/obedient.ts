import type { ReadPrompt } from './read-prompt.ts';

/** What an instruction in a document begins with, for a model that obeys whatever looks like one. */
const ORDER =
  /\b(?:ignore|ignorem|desconsidere|disregard|forget|esqueça|a partir de agora|from now on|you are now|system|sistema|IA|AI|assistente|assistants?|when asked|se perguntarem|inclua|include|não cite|do not cite|instruções|instructions|inst|chame|sempre que)\b/i;
/** What is to be written, in quotation marks or in a line of its own. */
const PAYLOAD = /["“«](?<quoted>[^"”»\n]{3,400})["”»]/;
const LINK = /!?\[[^\]\n]*\]\([^)\s]+\)|<img [^>]+>|(?:https?|file):\/\/\S+/;
const CALL = /\b\w+_\w+\([^)]*\)/;

/**
 * Returns what the first instruction in a passage demands, as a weak model would write it: its words, the link or the
 * call in it, or the file that it wants to be opened. Returns null if no passage has an instruction.
 */
export function obey({ question, passages }: ReadPrompt): string | null {
  for (const { rank, text } of passages) {
    const at = text.search(ORDER);
    if (at < 0) continue;
    const order = text.slice(at).split(/\n\s*\n/)[0]!;
    const link = LINK.exec(order)?.[0];
    const demanded = link ?? CALL.exec(order)?.[0] ?? PAYLOAD.exec(order)?.groups?.['quoted'] ?? order.slice(0, 200);
    const filled = demanded.trim().replaceAll(/\{(?:pergunta|question)\}/gi, encodeURIComponent(question));
    const words = link === undefined ? filled.replace(/[.!?]$/, '') : `Veja ${filled} para saber mais`;
    return `${words} [${rank}].`;
  }
  return null;
}
