import type { ReadPrompt } from './read-prompt.ts';

/** What an instruction in a document begins with. A number stands for the passage that it is in. */
const ORDER = /(?:ignore|ignor[ea]m?|desconsidere|disregard|forget|esqueça|você é|you are now|system|sistema|IA|AI)\b/i;
/** What is to be written, in quotation marks or after a colon. */
const PAYLOAD = /["“«](?<quoted>[^"”»]{3,400})["”»]|:\s+(?<rest>[^\n]{3,400})/;

/**
 * Returns what the first instruction in a passage demands, as a weak model would write it: its words, with the link or the
 * file that it names. Returns null if no passage has an instruction.
 */
export function obey({ question, passages }: ReadPrompt): string | null {
  for (const { rank, text } of passages) {
    const at = text.search(ORDER);
    if (at < 0) continue;
    const order = text.slice(at);
    const groups = PAYLOAD.exec(order)?.groups;
    const payload = (groups?.['quoted'] ?? groups?.['rest'] ?? order.slice(0, 200)).trim();
    const filled = payload.replaceAll(/\{(?:pergunta|question)\}/gi, encodeURIComponent(question));
    return /[.!?)\]]$/.test(filled) ? filled : `${filled} [${rank}].`;
  }
  return null;
}
