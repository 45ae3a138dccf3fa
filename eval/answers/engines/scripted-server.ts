import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { readPrompt, type ReadPrompt } from './read-prompt.ts';

/** Writes one answer, piece by piece; an endless one is stopped when the client leaves. */
export type Script = (prompt: ReadPrompt) => Iterable<string>;

/** An OpenAI-compatible server that answers as its script says. */
export interface ScriptedServer extends AsyncDisposable {
  /** The value of OPENAI_BASE_URL. */
  readonly url: string;
}

const REQUEST = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** Starts a server on a free port of this machine. @param name of the model that it claims to be. */
export async function startScriptedServer(name: string, script: Script): Promise<ScriptedServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: name }] }));
      return;
    }
    const { messages } = REQUEST.parse(JSON.parse(body));
    const prompt = readPrompt(messages.findLast(({ role }) => role === 'user')?.content ?? '');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of script(prompt)) {
      if (response.destroyed) return;
      send(response, { delta: { content } });
      await nextTurn();
    }
    send(response, { delta: {}, finish_reason: 'stop' });
    response.end('data: [DONE]\n\n');
  }

  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, choice: object): void {
  response.write(
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] })}\n\n`,
  );
}
