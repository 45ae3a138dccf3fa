import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { connectToQdrant } from './connection/connection.ts';
import { type StandIn, startStandIn } from './testing/stand-in.ts';
import { openQdrantReader, openQdrantSource, openQdrantWriter } from './qdrant.ts';
import { retryingReader, retryingWriter } from '../retrying-store.ts';
import { describeStore } from '../testing/store-contract.ts';
import type { StoreUnderTest } from '../testing/store-test.ts';

// oxlint-disable-next-line node/no-process-env -- which tests run is not a setting of askbox
const { QDRANT_URL, QDRANT_API_KEY, ASKBOX_QDRANT_SHARDS, ASKBOX_QDRANT_REPLICAS } = process.env;
const numberOf = (setting: string | undefined): number | null => (setting === undefined ? null : Number(setting));

/** Opens a store as the services do: a cluster may take longer to make collections than a call waits. */
async function openPatiently<Store>(open: () => Promise<Store>): Promise<Store> {
  for (let triesLeft = 20; ; triesLeft--) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'STORE_UNAVAILABLE') || triesLeft === 0) throw error;
      await sleep(1000);
    }
  }
}

/** New collections on the server, dropped when the test is over. */
async function makeStore(url: string): Promise<StoreUnderTest> {
  const settings: QdrantConfig = {
    urls: url.split(','),
    apiKey: QDRANT_API_KEY ?? null,
    collection: `askbox-test-${randomUUID()}`,
    isAdopting: false,
    // On a cluster, these are tested too.
    shards: numberOf(ASKBOX_QDRANT_SHARDS),
    replicas: numberOf(ASKBOX_QDRANT_REPLICAS),
    writeConsistency: null,
  };
  return {
    openWriter: async () => retryingWriter(await openPatiently(() => openQdrantWriter(settings, 'test'))),
    openReader: async (signal) => retryingReader(await openPatiently(() => openQdrantReader(settings, signal))),
    openSource: () => openQdrantSource(settings),
    async [Symbol.asyncDispose]() {
      const { call } = await connectToQdrant(settings);
      for (const name of ['chunks', 'documents']) {
        await call('clean up after a test', undefined, (client) =>
          client.deleteCollection(`${settings.collection}_${name}`),
        );
      }
    },
  };
}

describe('on a stand-in, which shows that the driver does what it means to, not that a server does', () => {
  let standIn: StandIn;
  beforeAll(async () => void (standIn = await startStandIn()));
  afterAll(() => standIn[Symbol.asyncDispose]());
  describeStore('Qdrant', () => makeStore(standIn.url));
});

describe.skipIf((QDRANT_URL ?? '') === '')('on the server that QDRANT_URL names, skipped when it is not set', () => {
  describeStore('Qdrant', () => makeStore(QDRANT_URL ?? ''));
});
