import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** An OpenAI-compatible endpoint in this process that writes the same answer to every question, piece by piece. */
export interface PacedEndpoint extends AsyncDisposable {
  /** The value of OPENAI_BASE_URL. */
  readonly url: string;
}

const HEADERS = { 'content-type': 'text/event-stream' };

/**
 * Starts it on a free port.
 * @param piecesPerSecond how fast each answer is written. Pieces that are late, because this process had no turn, are
 * written at once, each in a write of its own.
 */
export async function startPacedEndpoint(pieces: readonly string[], piecesPerSecond: number): Promise<PacedEndpoint> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => writeAnswer(response, pieces, piecesPerSecond));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the endpoint does not listen');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function writeAnswer(response: ServerResponse, pieces: readonly string[], piecesPerSecond: number): void {
  response.writeHead(200, HEADERS);
  const startedMs = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(pieces.length, ((performance.now() - startedMs) / 1000) * piecesPerSecond);
    for (; written < due; written++)
      response.write(chunkOf({ delta: { content: pieces[written] }, finish_reason: null }));
    if (written < pieces.length) return;
    clearInterval(timer);
    response.write(chunkOf({ delta: {}, finish_reason: 'stop' }));
    response.end('data: [DONE]\n\n');
  }, 1000 / piecesPerSecond);
  response.once('close', () => clearInterval(timer));
}

/** Returns a chunk with the fields that llama-server sends. */
function chunkOf(choice: { readonly delta: object; readonly finish_reason: string | null }): string {
  const chunk = {
    choices: [{ index: 0, ...choice }],
    created: 1_780_000_000,
    id: 'chatcmpl-paced',
    model: 'paced',
    system_fingerprint: 'b1',
    object: 'chat.completion.chunk',
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
