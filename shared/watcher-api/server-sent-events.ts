/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** `message` when the sender gave no name. */
  readonly event: string;
  readonly data: string;
  /** Null when the event has none. */
  readonly id: string | null;
}

/** Longest event that is read, in UTF-16 code units; our own endpoint sends none that long. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024;

/**
 * Yields the events of a stream as they arrive. Skips comments and `retry`; drops an unfinished last event.
 * Understands LF and CRLF line ends, which is all that our own endpoint sends.
 * @throws Error when an event is longer than 16 Mi code units; otherwise what the stream throws.
 */
export async function* readServerSentEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    if (rest.length > MAX_EVENT_CHARS) throw new Error(`an event is longer than ${MAX_EVENT_CHARS} characters`);
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) yield event;
    }
  }
}

/** Returns undefined for a block without data, such as a comment that keeps the connection alive. */
function eventOf(block: string): ServerSentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    const earlier = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, earlier === undefined ? value : `${earlier}\n${value}`);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { event: fields.get('event') ?? 'message', data, id: fields.get('id') ?? null };
}
