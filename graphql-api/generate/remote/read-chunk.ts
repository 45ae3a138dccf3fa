import path from 'node:path';
import { z } from 'zod';

/** What endpoints send in different forms, brought to one. */

/** What one chunk of an answer holds. */
export interface ChunkWords {
  readonly text: string;
  /** What the model thinks, from servers that keep that apart. */
  readonly thought: string;
}

const PART = z.object({ type: z.string(), text: z.unknown().optional(), thinking: z.unknown().optional() });

/**
 * Returns the words of a delta. `content` is text or a list of parts. llama-server and DeepSeek call thoughts
 * `reasoning_content`, vLLM, Ollama and OpenRouter `reasoning`; Mistral sends them as parts.
 */
export function readDelta(delta: object | undefined): ChunkWords {
  const fields = { ...delta };
  const read = (name: string): unknown => Reflect.get(fields, name);
  const content = wordsOf(read('content'));
  const thought =
    ['reasoning_content', 'reasoning'].map((name) => textOf(read(name))).find((text) => text !== '') ?? '';
  return { text: content.text, thought: thought + content.thought };
}

/**
 * Returns how many tokens the context of a listed model has; null if the list does not say. vLLM: `max_model_len`; Groq:
 * `context_window`; OpenRouter: `context_length`; LM Studio and Mistral: `max_context_length`; llama-server: `meta.n_ctx`.
 * Its `n_ctx_train` is what the model could have.
 */
export function contextOfModel(model: object): number | null {
  const meta: unknown = Reflect.get(model, 'meta');
  const found: readonly unknown[] = [
    Reflect.get(Object(meta), 'n_ctx'),
    ...['max_model_len', 'context_window', 'context_length', 'max_context_length'].map((name): unknown =>
      Reflect.get(model, name),
    ),
  ];
  return found.find((value): value is number => typeof value === 'number' && value > 0) ?? null;
}

/** Returns the name of a model to show: servers that serve a file name it by its path, which is nobody's concern. */
export function shownName(id: string): string {
  const isPath = /^(?:\/|\.{1,2}[/\\]|~|[a-z]:[/\\])|\\|\.gguf$/i.test(id);
  return isPath ? path.win32.basename(id, '.gguf') : id;
}

function wordsOf(content: unknown): ChunkWords {
  if (!Array.isArray(content)) return { text: textOf(content), thought: '' };
  const parts = content.flatMap((part) => PART.safeParse(part).data ?? []);
  const isThought = ({ type }: { readonly type: string }): boolean => /think|reason/.test(type);
  return {
    text: parts.map((part) => (isThought(part) ? '' : textOf(part.text))).join(''),
    thought: parts.map((part) => (isThought(part) ? textOf(part.text) + wordsOf(part.thinking).text : '')).join(''),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
