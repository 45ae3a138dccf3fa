import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startStandIn } from '#shared/store/qdrant/testing/stand-in.ts';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { freePorts, root, until } from './fixtures/run-askbox.ts';

const SEARCH = 'query ($q: String!) { search(query: $q, first: 1) { hits { chunk { documents { path } } } } }';

/** Returns the path of the document that an API finds first; undefined if it finds none. */
async function firstPath(url: string, q: string): Promise<string | undefined> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SEARCH, variables: { q } }),
  });
  // `as`: the shape that SEARCH selects; `data` is null after an error.
  const { data } = (await response.json()) as {
    data: { search: { hits: readonly { chunk: { documents: readonly { path: string }[] } }[] } } | null;
  };
  return data?.search.hits[0]?.chunk.documents[0]?.path;
}

it('two APIs and one watcher work on a cluster, also while one of its nodes is dead', async () => {
  await using standIn = await startStandIn('1.18.3', 3);
  await using askbox = await prepareAskboxHere({ QDRANT_URL: standIn.urls.join(), ASKBOX_QDRANT_REPLICAS: '3' });
  askbox.drop('contrato.txt', 'O contrato da oficina Quorlim vence em maio.');
  await askbox.start();

  const otherData = path.join(path.dirname(askbox.dataDir), 'other');
  mkdirSync(otherData);
  copyFileSync(path.join(askbox.dataDir, 'internal.key'), path.join(otherData, 'internal.key'));
  const [port] = await freePorts(1);
  const other = spawn(process.execPath, ['graphql-api/main.ts'], {
    cwd: root,
    env: { ...askbox.environment, ASKBOX_DATA: otherData, ASKBOX_PORT: String(port) },
    stdio: 'ignore',
  });
  const urls = [askbox.url, `http://127.0.0.1:${port}`];
  try {
    for (const url of urls) {
      await until('the first file is found', async () => (await firstPath(url, 'Quorlim')) === 'contrato.txt');
    }
    await standIn.setNode(0, 'dead');
    for (const url of urls) expect(await firstPath(url, 'Quorlim')).toBe('contrato.txt');
    askbox.drop('recibo.txt', 'O recibo da padaria Zambrel foi pago.');
    for (const url of urls) {
      await until('the second file is found', async () => (await firstPath(url, 'Zambrel')) === 'recibo.txt');
    }
    const { health } = await askbox.query<{ health: unknown }>('{ health { components { name status message } } }');
    const message = expect.stringContaining(standIn.url);
    expect(health).toMatchObject({
      components: expect.arrayContaining([{ name: 'STORE', status: 'DEGRADED', message }]),
    });
  } finally {
    const exited = once(other, 'exit');
    other.kill('SIGTERM');
    await exited;
  }
});
