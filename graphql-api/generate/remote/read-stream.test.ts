import { expect, test } from 'vitest';
import { readStream, type StreamPart } from './read-stream.ts';

const chunk = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** Returns the words of each part, and what was thrown. @param reads what comes at once, in bytes or text. */
async function read(...reads: readonly (string | Uint8Array)[]) {
  const bytes = reads.map((each) => (typeof each === 'string' ? new TextEncoder().encode(each) : each));
  let isClosed = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = bytes.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
      cancel: () => void (isClosed = true),
    },
    { highWaterMark: 0 },
  );
  const parts: string[][] = [];
  let last: StreamPart | undefined;
  let thrown: unknown = null;
  try {
    for await (last of readStream(new Response(body))) {
      parts.push(last.chunks.map(({ choices }) => choices[0]?.delta.content ?? ''));
    }
  } catch (error) {
    thrown = error;
  }
  return { parts, isDone: last?.isDone ?? false, thrown, isClosed };
}

test('gives what has come at once as one part, and the end', async () => {
  const { parts, isDone, isClosed } = await read(chunk('São') + chunk(' 27'), `${chunk(' meses')}data: [DONE]\n\n`);
  expect(parts).toEqual([['São', ' 27'], [' meses']]);
  // What the endpoint sends after that is read: a connection that is closed before its end serves no other answer.
  expect([isDone, isClosed]).toEqual([true, false]);
});

test('closes a connection that its reader leaves before the end, or that stays open after it', async () => {
  const until = async (text: string): Promise<string> => {
    const { promise: closed, resolve } = Promise.withResolvers<string>();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      cancel: () => resolve('closed'),
    });
    for await (const _ of readStream(new Response(body))) break;
    return closed;
  };
  expect(await until(chunk('São'))).toBe('closed');
  expect(await until(`${chunk('São')}data: [DONE]\n\n`)).toBe('closed');
});

test('waits for the rest of an event that comes in pieces, within a character too', async () => {
  const bytes = new TextEncoder().encode(chunk('é não'));
  const pieces = Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
  expect(await read(...pieces)).toMatchObject({ parts: [['é não']], isDone: false, thrown: null });
});

test('reads an end without its blank line, and leaves out an event that was cut off', async () => {
  expect(await read(chunk('São'), 'data: [DONE]')).toMatchObject({ parts: [['São'], []], isDone: true });
  expect(await read(chunk('São'), 'data: {"choices": [{"del')).toMatchObject({ parts: [['São']], thrown: null });
});

test.each([
  ['an error event', 'event: error\ndata: {"message": "out of memory"}\n\n', /out of memory/],
  ['an error', 'data: {"error": {"message": "out of memory"}}\n\n', /out of memory/],
  ['no JSON', 'data: {"choices"\n\n', /malformed/],
])('gives what came before %s, and throws that', async (_, text, message) => {
  const { parts, thrown } = await read(chunk('São') + text, chunk('later'));
  expect(parts).toEqual([['São']]);
  expect(thrown).toMatchObject({ message: expect.stringMatching(message) });
});
