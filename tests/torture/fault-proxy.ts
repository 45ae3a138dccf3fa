import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fate } from '#shared/store/testing/faulty-store.ts';
import type { Fates } from './fates.ts';

/** A faulty proxy in front of a Qdrant server. A request in it still arrives when the process that sent it is dead. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Sets what happens to requests from now on; null means that all succeed. */
  play(fates: Fates | null): void;
  readonly faults: ReadonlyMap<Fate, number>;
  /** How often each chunk was written, by its id. */
  readonly puts: ReadonlyMap<string, number>;
}

/** Starts the proxy on a free port. @param target URL of the server. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  let fates: Fates | null = null;
  const faults = new Map<Fate, number>();
  const puts = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();

  const forward = async (request: IncomingMessage, body: Buffer): Promise<Response> => {
    if (request.method === 'PUT' && /_chunks\/points(?:\?|$)/.test(request.url ?? '')) {
      // `as`: the request comes from our driver.
      const { points } = JSON.parse(body.toString()) as { points: readonly { id: string }[] };
      for (const { id } of points) puts.set(id, (puts.get(id) ?? 0) + 1);
    }
    const hasBody = body.length > 0;
    return fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      ...(hasBody ? { body: new Uint8Array(body), headers: { 'content-type': 'application/json' } } : {}),
    });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    await delay(fates?.slowMs() ?? 0);
    const fate = fates?.next() ?? 'works';
    if (fate !== 'works') faults.set(fate, (faults.get(fate) ?? 0) + 1);
    switch (fate) {
      case 'works': {
        const answer = await forward(request, body);
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
        return;
      }
      case 'fails':
        response.writeHead(503).end('{}');
        return;
      case 'is cut':
        await (await forward(request, body)).text();
        request.socket.destroy();
        return;
      case 'is late':
        request.socket.destroy();
        await delay(fates?.lateMs() ?? 0);
        await (await forward(request, body)).text();
    }
  };

  const server = createServer((request, response) => {
    const handling = handle(request, response)
      .catch(() => request.socket.destroy())
      .finally(() => underWay.delete(handling));
    underWay.add(handling);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play: (next) => (fates = next),
    faults,
    puts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.all(underWay);
    },
  };
}
