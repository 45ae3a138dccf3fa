import { createParser } from 'eventsource-parser';
import { APIError } from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

/** How long an endpoint may keep the connection open after its last event. */
const MOST_AFTER_END_MS = 1000;

/** What has come of an answer since the last part. */
export interface StreamPart {
  readonly chunks: readonly ChatCompletionChunk[];
  /** Whether the endpoint has said that this is all. */
  readonly isDone: boolean;
}

/**
 * Yields an answer as it comes, all that has come at once in one part. Reads the events itself, because the client passes
 * each of them through four iterators, one within the other. Closes the connection when its reader leaves before the end.
 * @throws APIError for an error that the endpoint sends instead of the rest, SyntaxError for what is no JSON, and what
 * reading throws
 */
export async function* readStream(response: Response): AsyncGenerator<StreamPart> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let chunks: ChatCompletionChunk[] = [];
  let isDone = false;
  const parser = createParser({
    onEvent({ event, data }) {
      if (isDone) return;
      if (data === '[DONE]') isDone = true;
      else chunks.push(chunkOf(event, data, response.headers));
    },
  });
  try {
    while (!isDone) {
      const { done, value } = await reader.read();
      // A blank line ends an event; some servers leave out the last one, and a broken connection any part of it.
      const failure = feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
      const part = { chunks, isDone };
      chunks = [];
      if (part.chunks.length > 0 || isDone) yield part;
      if (failure !== undefined && !(done && failure.error instanceof SyntaxError)) throw failure.error;
      if (done) return;
    }
  } finally {
    if (isDone) void readToEnd(reader);
    else void reader.cancel().catch(() => {});
  }

  /** Returns what is wrong with an event; those before it count. */
  function feed(text: string): { readonly error: unknown } | undefined {
    try {
      parser.feed(text);
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

/** Reads what an endpoint sends after it has said that this is all, so that the connection serves the next answer too. */
async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const cancel = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(cancel, MOST_AFTER_END_MS).unref();
  try {
    while (!(await reader.read()).done);
  } catch {
    // The connection has broken, after all of the answer had come.
  } finally {
    clearTimeout(timer);
  }
}

/** @throws APIError, SyntaxError */
function chunkOf(event: string | undefined, data: string, headers: Headers): ChatCompletionChunk {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    // Without its cause, which quotes what was sent.
    throw new SyntaxError('an event of the answer is malformed JSON');
  }
  const error: unknown = Reflect.get(Object(parsed), 'error');
  if (event === 'error' || Boolean(error)) throw new APIError(undefined, Object(error ?? parsed), undefined, headers);
  // What an endpoint sends is read field by field, and each may be absent: as with the client, which does not check it.
  return parsed as ChatCompletionChunk;
}
