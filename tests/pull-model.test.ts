import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KnownEmbedder } from '#shared/models/catalogue.ts';
import { findModel } from '#shared/models/find-model.ts';
import type { HubAccess } from '#shared/models/hub/request.ts';
import { pullModel, type PullOptions } from '#shared/models/hub/pull-model.ts';
import { pullPatiently } from '#shared/models/hub/pull-patiently.ts';
import { startHubServer, type HubFault, type HubServer } from './fixtures/hub-server.ts';

const ONNX_BYTES = 3_000_000;
const ONNX = Buffer.concat([Buffer.from([8]), randomBytes(ONNX_BYTES - 1)]);
const MODEL: KnownEmbedder = {
  kind: 'EMBEDDING',
  name: 'tiny',
  repository: 'test/tiny',
  revision: 'main',
  files: ['config.json', 'tokenizer.json', 'onnx/model_quantized.onnx'].map((file) => ({
    path: file,
    sizeBytes: null,
    sha256: null,
  })),
  licence: 'MIT',
  sizeBytes: ONNX_BYTES,
  dtype: 'q8',
  dimensions: 8,
  windowTokens: 8,
  queryPrefix: '',
  passagePrefix: '',
  pooling: 'MEAN',
};
const PART = /^model_quantized\.onnx\.\w+\.part$/;

let folder: string;
let hub: HubServer;
let access: HubAccess;
let modelsDir: string;
const place = (...parts: string[]): string => path.join(modelsDir, ...parts);

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-hub-'));
  hub = await startHubServer(path.join(folder, 'hub'));
  access = { endpoint: hub.endpoint, token: null, isOffline: false };
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  modelsDir = mkdtempSync(path.join(folder, 'models-'));
  serve('test/tiny/config.json', '{}');
  serve('test/tiny/tokenizer.json', '{}');
  serve('test/tiny/onnx/model_quantized.onnx', ONNX);
  await hub.setFault({});
  await hub.takeRequests();
});

function serve(file: string, content: string | Buffer): void {
  const target = path.join(folder, 'hub', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
}

function pull(options: Partial<PullOptions> = {}, model = MODEL): Promise<boolean> {
  return pullModel(model, { hub: access, modelsDir, signal: new AbortController().signal, ...options });
}

async function errorOf(pulling: Promise<unknown>): Promise<unknown> {
  return pulling.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Returns the bytes of the large file that the hub has sent since the last call. */
async function sentBytes(): Promise<number> {
  const requests = await hub.takeRequests();
  return requests.reduce((sum, { at, sentBytes: bytes }) => sum + (at === 'storage' ? bytes : 0), 0);
}

function partBytes(): number {
  const onnx = place('tiny.part', 'onnx');
  const [part] = readdirSync(onnx).filter((name) => PART.test(name));
  return part === undefined ? 0 : statSync(path.join(onnx, part)).size;
}

describe('a pull', () => {
  it('brings the whole model with its install record, and finds it there the second time without a request', async () => {
    const seen: number[][] = [];
    expect(await pull({ onProgress: (...now) => seen.push(now) })).toBe(true);
    expect(readFileSync(place('tiny', 'onnx', 'model_quantized.onnx')).equals(ONNX)).toBe(true);
    expect(readdirSync(modelsDir).toSorted()).toEqual(['.locks', 'tiny']);
    expect(JSON.parse(readFileSync(place('tiny', 'askbox.json'), 'utf8'))).toMatchObject({
      source: 'test/tiny',
      revision: expect.stringMatching(/^c0ffee/),
      files: [{}, {}, { path: 'onnx/model_quantized.onnx', sizeBytes: ONNX_BYTES }],
    });
    expect(seen.at(-1)).toEqual([ONNX_BYTES + 4, ONNX_BYTES + 4]);

    await hub.takeRequests();
    expect(await pull()).toBe(false);
    expect(await hub.takeRequests()).toEqual([]);
  });

  it('takes all files from the commit that the first one named', async () => {
    await pull();
    const paths = (await hub.takeRequests()).filter(({ at }) => at === 'hub').map((request) => request.path);
    expect(paths[0]).toContain('/resolve/main/config.json');
    expect(paths.slice(1).every((each) => each.includes('/resolve/c0ffee'))).toBe(true);
  });

  it('goes on where a broken line left it', async () => {
    await hub.setFault({ cutAfter: 1_000_000 });
    expect(await errorOf(pull())).toMatchObject({ code: 'MODEL_NOT_PULLED', isRetryable: true });
    expect(await sentBytes()).toBe(1_000_000);
    const kept = partBytes();
    expect(kept).toBeGreaterThan(0);
    await hub.setFault({});
    expect(await pull()).toBe(true);
    expect(await sentBytes()).toBe(ONNX_BYTES - kept);
  });

  it('fetches nothing when it was stopped between the last byte and the check', async () => {
    await hub.setFault({ cutAfter: ONNX_BYTES - 1 });
    await errorOf(pull());
    const [part] = readdirSync(place('tiny.part', 'onnx'));
    writeFileSync(place('tiny.part', 'onnx', part!), ONNX);
    await hub.setFault({});
    await sentBytes();
    expect(await pull()).toBe(true);
    expect(await sentBytes()).toBe(0);
  });

  it('checks a file that an earlier try had finished, and fetches it again only when it is damaged', async () => {
    const finished = place('tiny.part', 'onnx', 'model_quantized.onnx');
    mkdirSync(path.dirname(finished), { recursive: true });
    writeFileSync(finished, ONNX);
    expect(await pull()).toBe(true);
    expect(await sentBytes()).toBe(0);

    rmSync(modelsDir, { recursive: true });
    mkdirSync(path.dirname(finished), { recursive: true });
    writeFileSync(finished, ONNX.with(9, ONNX[9]! ^ 1));
    expect(await pull()).toBe(true);
    expect(await sentBytes()).toBe(ONNX_BYTES);
  });

  it('goes on also with a server that knows no ranges', async () => {
    await hub.setFault({ cutAfter: 1_000_000 });
    await errorOf(pull());
    await hub.setFault({ noRanges: true });
    expect(await pull()).toBe(true);
    expect(readFileSync(place('tiny', 'onnx', 'model_quantized.onnx')).equals(ONNX)).toBe(true);
  });

  it('begins anew when the file has changed meanwhile', async () => {
    await hub.setFault({ cutAfter: 1_000_000 });
    await errorOf(pull());
    await hub.setFault({});
    const changed = Buffer.from(ONNX.with(5, ONNX[5]! ^ 1));
    serve('test/tiny/onnx/model_quantized.onnx', changed);
    await sentBytes();
    expect(await pull()).toBe(true);
    expect(await sentBytes()).toBe(ONNX_BYTES);
    expect(readFileSync(place('tiny', 'onnx', 'model_quantized.onnx')).equals(changed)).toBe(true);
  });

  it.each([0, 1_500_000, ONNX_BYTES - 1])(
    'catches a flipped bit at byte %i, and heals the next time',
    async (flipAt) => {
      await hub.setFault({ flipAt });
      expect(await errorOf(pull())).toMatchObject({
        code: 'MODEL_NOT_PULLED',
        message: expect.stringMatching(/sha256|git blob/),
      });
      expect(readdirSync(modelsDir)).not.toContain('tiny');
      await hub.setFault({});
      expect(await pull()).toBe(true);
    },
  );

  it('catches a bit that was flipped in what an earlier try left', async () => {
    await hub.setFault({ cutAfter: 1_000_000 });
    await errorOf(pull());
    const [part] = readdirSync(place('tiny.part', 'onnx'));
    const left = readFileSync(place('tiny.part', 'onnx', part!));
    writeFileSync(place('tiny.part', 'onnx', part!), left.with(10, left[10]! ^ 1));
    await hub.setFault({});
    expect(await errorOf(pull())).toMatchObject({ message: expect.stringContaining('sha256') });
    expect(await pull()).toBe(true);
  });

  it('refuses a file that is not the one of the catalogue before it fetches it', async () => {
    const files = MODEL.files.map((file) => ({
      ...file,
      sha256: file.path.startsWith('onnx') ? '0'.repeat(64) : null,
    }));
    const error = await errorOf(pull({}, { ...MODEL, files }));
    expect(error).toMatchObject({
      isRetryable: false,
      message: expect.stringContaining('is not the one that askbox knows'),
    });
    expect(await sentBytes()).toBe(0);
  });

  it('is done once when two ask for the same model at the same time', async () => {
    await hub.setFault({ bytesPerMs: 20_000 });
    const waits: string[] = [];
    const both = await Promise.all(['a', 'b'].map((name) => pull({ onWait: () => waits.push(name) })));
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(waits).toHaveLength(1);
    expect(await sentBytes()).toBe(ONNX_BYTES);
  });

  it('stops at once when it is told to, and keeps what has come', async () => {
    await hub.setFault({ stallAfter: 1_000_000 });
    const stop = new AbortController();
    const pulling = errorOf(
      pull({ signal: stop.signal, onProgress: (bytes) => bytes > 900_000 && stop.abort(new Error('enough')) }),
    );
    expect(await pulling).toMatchObject({ message: 'enough' });
    expect(partBytes()).toBeGreaterThan(900_000);
  });

  it('sends its token to the hub, never to where the hub redirects', async () => {
    await pull({ hub: { ...access, token: 'hf_secret' } });
    const requests = await hub.takeRequests();
    expect(new Set(requests.map(({ at, authorization }) => `${at} ${authorization}`))).toEqual(
      new Set(['hub Bearer hf_secret', 'storage null']),
    );
  });
});

describe('a patient pull', () => {
  const patiently = async (attempts: number): Promise<{ waits: readonly number[]; result: unknown }> => {
    const waits: number[] = [];
    const signal = new AbortController().signal;
    const onRetry = (_: Error, waitMs: number): unknown => waits.push(waitMs);
    const pulling = pullPatiently(MODEL, { hub: access, modelsDir, signal, attempts, onRetry, firstWaitMs: 1 });
    return { result: await pulling.catch((error: unknown) => error), waits };
  };

  it('goes on for as long as each try brings something', async () => {
    await hub.setFault({ cutAfter: 700_000 });
    const { result, waits } = await patiently(2);
    expect(result).toBe(true);
    // At least four attempts; what was lost when a connection broke is fetched again.
    expect(waits.length).toBeGreaterThanOrEqual(4);
    expect(new Set(waits)).toEqual(new Set([1]));
  });

  it('gives up after so many tries that brought nothing, the files before not counted, with longer and longer pauses', async () => {
    await hub.setFault({ page: 'GET' });
    expect(await patiently(4)).toMatchObject({ result: { isRetryable: true }, waits: [1, 2, 4] });
    await hub.setFault({ cutAfter: 1_000_000 });
    await errorOf(pull());
    await hub.setFault({ cutAfter: 0 });
    expect((await patiently(4)).waits).toEqual([1, 2, 4]);
  });

  it('does not try again what cannot heal', async () => {
    await hub.setFault({ status: 404 });
    expect(await patiently(4)).toMatchObject({ result: { isRetryable: false }, waits: [] });
  });
});

describe('a model named by its URI', () => {
  const GGUF = Buffer.concat([Buffer.from('GGUF'), randomBytes(200_000)]);
  const uri = (name: string): KnownEmbedder => findModel(name) as unknown as KnownEmbedder;
  beforeEach(() => {
    serve('user/Model-GGUF/Model-Q4_K_M.gguf', GGUF);
    serve(
      'user/Model-GGUF/listing.txt',
      'README.md\nModel-Q4_K_M.gguf\nModel-Q8_0-00001-of-00002.gguf\nModel-IQ4_K_M.gguf',
    );
  });

  it('is found by its quantization and lies where its name says', async () => {
    expect(await pull({}, uri('hf:user/Model-GGUF:q4_k_m'))).toBe(true);
    expect(readFileSync(place('user_Model-q4_k_m.gguf')).equals(GGUF)).toBe(true);
    expect(readdirSync(modelsDir).toSorted()).toEqual([
      '.locks',
      'user_Model-q4_k_m.gguf',
      'user_Model-q4_k_m.gguf.json',
    ]);
  });

  it('is found by its file', async () => {
    expect(await pull({}, uri('hf:user/Model-GGUF/Model-Q4_K_M.gguf'))).toBe(true);
    expect(readFileSync(place('user_Model-GGUF_Model-Q4_K_M.gguf')).equals(GGUF)).toBe(true);
  });

  it('is refused when it comes in pieces', async () => {
    const error = await errorOf(pull({}, uri('hf:user/Model-GGUF:Q8_0')));
    expect(error).toMatchObject({
      code: 'MODEL_NOT_PULLED',
      message: expect.stringContaining('name it: hf:user/Model-GGUF/<file>.gguf'),
    });
  });

  it('never shows a half file under a name that the API would load', async () => {
    await hub.setFault({ cutAfter: 100_000 });
    await errorOf(pull({}, uri('hf:user/Model-GGUF:Q4_K_M')));
    expect(readdirSync(modelsDir).filter((name) => name.endsWith('.gguf'))).toEqual([]);
  });

  it('is refused when it is no GGUF file, and nothing of it stays under the final name', async () => {
    serve('user/Model-GGUF/Model-Q4_K_M.gguf', 'hello');
    const error = await errorOf(pull({}, uri('hf:user/Model-GGUF:Q4_K_M')));
    expect(error).toMatchObject({ code: 'MODEL_UNUSABLE', message: expect.stringContaining('not a GGUF file') });
    expect(readdirSync(modelsDir).filter((name) => name.endsWith('.gguf'))).toEqual([]);
  });
});

describe('a pull that cannot succeed says why and what to do', () => {
  const cases: Record<string, [HubFault, Partial<HubAccess>, string, boolean]> = {
    'offline by setting': [{}, { isOffline: true }, 'ASKBOX_OFFLINE is true; set it to false', false],
    'no such host': [
      {},
      { endpoint: 'http://hub.invalid' },
      'hub.invalid was not found (DNS); check the network',
      true,
    ],
    'nobody listens': [{}, { endpoint: 'http://127.0.0.1:1' }, 'the connection to 127.0.0.1:1 failed', true],
    'HTTP 401': [{ status: 401 }, {}, 'set HF_TOKEN to a token', false],
    'HTTP 403 with a token': [{ status: 403 }, { token: 'hf_x' }, 'accept its licence on', false],
    'HTTP 404': [{ status: 404 }, {}, 'does not have it (HTTP 404)', false],
    'HTTP 429': [{ status: 429 }, {}, 'try again later', true],
    'HTTP 503': [{ status: 503 }, {}, 'try again later', true],
    'a page at once': [{ page: 'all' }, {}, 'a web page instead of the file', true],
    'a page for the bytes': [{ page: 'GET' }, {}, 'a web page instead of the file', true],
    'no answer': [{ hang: true }, { patienceMs: 300 }, 'has sent nothing for 1 s', true],
    'a body that stops': [
      { stallAfter: 100_000 },
      { patienceMs: 3000 },
      'has sent nothing for 3 s; what was downloaded is kept',
      true,
    ],
    'a body that breaks off': [{ cutAfter: 100_000 }, {}, 'what was downloaded is kept', true],
    'redirects without end': [{ loop: true }, {}, 'redirects endlessly', false],
    'a full disk': [{ claimBytes: 1e15 }, {}, 'is full; free', true],
  };
  it.each(Object.entries(cases))('%s', async (_, [fault, hubSettings, words, isRetryable]) => {
    await hub.setFault(fault);
    const error = await errorOf(pull({ hub: { ...access, ...hubSettings } }));
    expect(error).toMatchObject({ code: 'MODEL_NOT_PULLED', isRetryable, message: expect.stringContaining(words) });
    expect(readdirSync(modelsDir)).not.toContain('tiny');
  });

  it('a disk that fills up on the way', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux has /dev/full');
    await hub.setFault({ cutAfter: 100_000 });
    await errorOf(pull());
    const [part] = readdirSync(place('tiny.part', 'onnx'));
    rmSync(place('tiny.part', 'onnx', part!));
    symlinkSync('/dev/full', place('tiny.part', 'onnx', part!));
    await hub.setFault({});
    const error = await errorOf(pull());
    expect(error).toMatchObject({ message: expect.stringContaining('is full; free') });
  });

  it('a place that is taken by something else', async () => {
    mkdirSync(place('tiny'), { recursive: true });
    const error = await errorOf(pull());
    expect(error).toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringContaining('npm run models -- remove tiny'),
    });
  });

  it('a models folder that cannot be written to', async () => {
    writeFileSync(place('file'), '');
    const error = await errorOf(pull({ modelsDir: place('file') }));
    expect(error).toMatchObject({ message: expect.stringContaining('set ASKBOX_MODELS_DIR to another folder') });
  });

  it('a repository of another layout', async () => {
    serve('test/tiny/tokenizer.json', 'not JSON');
    const error = await errorOf(pull());
    expect(error).toMatchObject({ code: 'MODEL_UNUSABLE', message: expect.stringContaining('tokenizer.json') });
    expect(readdirSync(modelsDir)).not.toContain('tiny');
  });
});
