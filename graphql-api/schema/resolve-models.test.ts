import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startHubServer, type HubServer } from '../../tests/fixtures/hub-server.ts';
import { startTestApi, type TestApi } from '../testing/running-api.ts';

// Its files have no known sizes, so that the hub of the test can serve small ones.
const NAME = 'bge-m3';
const ONNX = Buffer.concat([Buffer.from([8]), randomBytes(1_999_999)]);

let folder: string;
let hub: HubServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-pulls-'));
  const repository = path.join(folder, 'hub', 'Xenova', 'bge-m3');
  mkdirSync(path.join(repository, 'onnx'), { recursive: true });
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    writeFileSync(path.join(repository, name), '{}');
  }
  writeFileSync(path.join(repository, 'onnx', 'model_quantized.onnx'), ONNX);
  hub = await startHubServer(path.join(folder, 'hub'));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await hub.setFault({});
  await hub.takeRequests();
  rmSync(path.join(folder, 'models'), { recursive: true, force: true });
});

const start = (config: object = {}): Promise<TestApi> => {
  const modelsDir = path.join(folder, 'models');
  mkdirSync(modelsDir, { recursive: true });
  const access = { endpoint: hub.endpoint, token: null, proxy: null };
  return startTestApi({ config: { modelsDir, hub: access, ...config } });
};

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly progress: number | null;
  readonly error: string | null;
}
interface Payload {
  readonly model: Shown | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly field: readonly string[];
    readonly message: string;
  }[];
}
const MODEL = 'name state progress error';
const pull = async (api: TestApi, name = NAME): Promise<Payload> => {
  const payload = `{ model { ${MODEL} } userErrors { code field message } }`;
  const query = `mutation ($name: String!) { pullModel(name: $name) ${payload} }`;
  return (await api.query<{ pullModel: Payload }>(query, { name })).pullModel;
};
const cancel = async (api: TestApi, name = NAME): Promise<Payload> => {
  const payload = `{ model { ${MODEL} } userErrors { code field message } }`;
  const query = `mutation ($name: String!) { cancelPull(name: $name) ${payload} }`;
  return (await api.query<{ cancelPull: Payload }>(query, { name })).cancelPull;
};
const shown = async (api: TestApi): Promise<Shown | undefined> =>
  (await api.query<{ models: readonly Shown[] }>(`{ models { ${MODEL} } }`)).models.find(({ name }) => name === NAME);

test('a model that is pulled shows its progress, then lies in the folder; again it has no effect', async () => {
  await using api = await start();
  await hub.setFault({ bytesPerMs: 2_000 });
  expect(await pull(api)).toMatchObject({ model: { name: NAME, state: 'DOWNLOADING', error: null }, userErrors: [] });
  expect((await pull(api, 'Xenova/bge-m3')).userErrors).toEqual([]);
  await vi.waitFor(async () => expect((await shown(api))?.progress).toBeGreaterThan(0), 20_000);
  await vi.waitFor(async () => expect(await shown(api)).toMatchObject({ state: 'UNLOADED' }), 20_000);
  expect(await shown(api)).toMatchObject({ progress: null, error: null });
  expect(existsSync(path.join(folder, 'models', NAME, 'onnx', 'model_quantized.onnx'))).toBe(true);
  await hub.takeRequests();
  expect(await pull(api)).toMatchObject({ model: { state: 'UNLOADED' }, userErrors: [] });
  expect(await hub.takeRequests()).toEqual([]);
});

test('a pull that is cancelled keeps what has arrived, and the next one resumes there', async () => {
  await using api = await start();
  await hub.setFault({ stallAfter: 500_000 });
  await pull(api);
  await vi.waitFor(async () => expect((await shown(api))?.progress).toBeGreaterThan(0.2), 20_000);
  expect((await pull(api, 'llama-3.2-1b')).userErrors).toMatchObject([
    { code: 'CONFLICT', field: ['name'], message: expect.stringContaining('bge-m3 is being pulled') },
  ]);
  expect((await cancel(api, 'llama-3.2-1b')).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['name'] }]);
  expect(await cancel(api)).toMatchObject({ model: { state: 'MISSING', error: null }, userErrors: [] });
  expect((await cancel(api)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  await hub.setFault({});
  await hub.takeRequests();
  await pull(api);
  await vi.waitFor(async () => expect(await shown(api)).toMatchObject({ state: 'UNLOADED' }), 20_000);
  expect((await hub.takeRequests()).some(({ range }) => range !== null)).toBe(true);
});

test('a pull that fails says why and can be started again; stopping the API ends one', async () => {
  await using api = await start();
  await hub.setFault({ status: 403 });
  await pull(api);
  await vi.waitFor(async () => expect(await shown(api)).toMatchObject({ state: 'FAILED' }), 20_000);
  expect((await shown(api))?.error).toContain('HTTP 403');
  await hub.setFault({ hang: true });
  expect(await pull(api)).toMatchObject({ model: { state: 'DOWNLOADING', error: null } });
});

test('a failure that may pass is shown while the pull waits to try again', async () => {
  await using api = await start();
  await hub.setFault({ status: 503 });
  await pull(api);
  await vi.waitFor(async () => expect((await shown(api))?.error).toContain('HTTP 503'), 20_000);
  expect(await shown(api)).toMatchObject({ state: 'DOWNLOADING' });
  await hub.setFault({});
  await vi.waitFor(async () => expect(await shown(api)).toMatchObject({ state: 'UNLOADED', error: null }), 25_000);
});

test('nothing is pulled offline, nor a model that is not in the list', async () => {
  await using api = await start({ isOffline: true });
  expect((await pull(api)).userErrors).toMatchObject([
    { code: 'FETCH_FAILED', field: ['name'], message: expect.stringContaining('ASKBOX_OFFLINE is true') },
  ]);
  for (const name of ['hf:test/tiny:Q4_K_M', '../x', '', 'gpt']) {
    const { model, userErrors } = await pull(api, name);
    expect([model, userErrors]).toMatchObject([null, [{ code: 'NOT_FOUND', field: ['name'] }]]);
  }
  expect(await hub.takeRequests()).toEqual([]);
  expect(await shown(api)).toMatchObject({ state: 'MISSING', progress: null });
});
