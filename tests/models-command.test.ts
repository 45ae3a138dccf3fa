import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { startHubServer, type HubServer } from './fixtures/hub-server.ts';
import { IS_WINDOWS, NO_SIGNALS } from './fixtures/platform.ts';
import { root, until } from './fixtures/run-askbox.ts';

const URI = 'hf:user/Model-GGUF:Q4_K_M';
const GGUF = Buffer.concat([Buffer.from('GGUF'), randomBytes(6_000_000)]);
const FILE = 'user_Model-Q4_K_M.gguf';

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exitCode: Promise<number | null>;
}

let folder: string;
let modelsDir: string;
let hub: HubServer;
const running: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-models-'));
  modelsDir = path.join(folder, 'models');
  serve('user/Model-GGUF/Model-Q4_K_M.gguf', GGUF);
  serve('user/Model-GGUF/listing.txt', 'Model-Q4_K_M.gguf');
  hub = await startHubServer(path.join(folder, 'hub'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function serve(file: string, content: string | Buffer): void {
  const target = path.join(folder, 'hub', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
}

function models(args: readonly string[], settings: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['scripts/models.ts', ...args], {
    cwd: root,
    env: {
      ...process.env,
      ASKBOX_DATA: folder,
      ASKBOX_MODELS_DIR: modelsDir,
      ASKBOX_GPU: 'none',
      LC_ALL: 'C',
      HF_ENDPOINT: hub.endpoint,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += String(bytes)));
  // By then both streams have been read to their end.
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, exitCode };
}

function partBytes(): number {
  const parts = path.join(modelsDir, `${FILE}.part`);
  const [part] = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.part')) : [];
  return part === undefined ? 0 : statSync(path.join(parts, part)).size;
}

async function rangesAsked(): Promise<readonly (string | null)[]> {
  return (await hub.takeRequests()).filter(({ at }) => at === 'storage').map(({ range }) => range);
}

describe('npm run models -- pull', () => {
  it('completes after being killed at random points, and never fetches again what is there', async () => {
    // However late the kill comes, no attempt downloads more than this.
    await hub.setFault({ bytesPerMs: 6000, stallAfter: 1_100_000 });
    const points: number[] = [];
    for (let kill = 1; kill <= 5; kill++) {
      const before = partBytes();
      const killAt = before + randomInt(1, 1_000_000);
      points.push(killAt);
      const { child, exitCode } = models(['pull', URI]);
      await until(`the kill at ${points.join()}`, () => partBytes() > killAt);
      child.kill('SIGKILL');
      await exitCode;
      expect(await rangesAsked(), `killed at ${points.join()}`).toEqual([before === 0 ? null : `bytes=${before}-`]);
      expect(existsSync(path.join(modelsDir, FILE))).toBe(false);
    }
    const before = partBytes();
    await hub.setFault({});
    const last = models(['pull', URI]);
    expect(await last.exitCode).toBe(0);
    const served = (await hub.takeRequests()).filter(({ at }) => at === 'storage');
    expect(served).toMatchObject([{ range: `bytes=${before}-`, sentBytes: GGUF.length - before }]);
    expect(readFileSync(path.join(modelsDir, FILE)).equals(GGUF)).toBe(true);
    expect(last.output()).toContain('100 % of 6 MB');
  });

  it('is done by one of two processes, and by the other when the first is killed', async () => {
    await hub.setFault({ stallAfter: 1_000_000 });
    const first = models(['pull', URI]);
    await until('the first pulls', () => partBytes() === 1_000_000);
    const others = [models(['pull', URI]), models(['pull', URI])];
    for (const other of others) await until('the other waits', () => other.output().includes('waiting for that'));
    await hub.setFault({});
    first.child.kill('SIGKILL');
    await first.exitCode;
    expect(await Promise.all(others.map(({ exitCode }) => exitCode))).toEqual([0, 0]);
    const said = others.map(({ output }) => output()).join('');
    expect(said.match(/is here, complete|was here already/g)).toHaveLength(2);
    expect(said).toContain('was here already');
    expect(await rangesAsked()).toEqual([null, 'bytes=1000000-']);
  });

  it('goes on by itself when the line breaks', async () => {
    await hub.setFault({ cutAfter: 2_500_000 });
    const { exitCode, output } = models(['pull', URI]);
    expect(await exitCode).toBe(0);
    expect(output()).toMatch(/what was downloaded is kept.*trying again in 1 s/);
    expect(readFileSync(path.join(modelsDir, FILE)).equals(GGUF)).toBe(true);
  });

  it('stops at Ctrl-C and says how to go on', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    await hub.setFault({ stallAfter: 1_000_000 });
    const { child, exitCode, output } = models(['pull', URI]);
    await until('some of it is there', () => partBytes() > 900_000);
    child.kill('SIGINT');
    expect(await exitCode).toBe(1);
    expect(output()).toContain('the same command resumes there');
  });

  it('says in one line what is wrong, and leaves nothing under the final name', async () => {
    await hub.setFault({ flipAt: 3_000_000 });
    const { exitCode, output } = models(['pull', URI]);
    expect(await exitCode).toBe(1);
    expect(output()).toMatch(/^cannot pull user\/Model-GGUF\/Model-Q4_K_M.gguf: its sha256 is .*pull it again$/m);
    expect(existsSync(path.join(modelsDir, FILE))).toBe(false);
  });

  it('goes through HTTPS_PROXY', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    // `as`: the address of a listening TCP server has this type.
    const { port } = proxy.address() as AddressInfo;
    const settings = { HF_ENDPOINT: 'https://hub.invalid', HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '' };
    const { child, exitCode } = models(['pull', URI], settings);
    await until('the proxy is asked', () => asked.length > 0);
    child.kill('SIGTERM');
    await exitCode;
    proxy.close();
    expect(asked[0]).toBe('hub.invalid:443');
  });

  it('without a name pulls what the settings ask for, as containers do, and waits for the network if it is told to', async () => {
    const settings = { ASKBOX_EMBEDDER: 'none', ASKBOX_MODEL: URI };
    await hub.setFault({ status: 503 });
    const { exitCode, output } = models(['pull', '--keep-trying'], settings);
    await until('it waits', () => output().includes('trying again in 1 s'), output);
    await hub.setFault({});
    expect(await exitCode).toBe(0);
    expect(readFileSync(path.join(modelsDir, FILE)).equals(GGUF)).toBe(true);

    const again = models(['pull'], settings);
    expect([await again.exitCode, again.output()]).toEqual([0, 'every model that the settings ask for is here\n']);
  });

  it('without a name says what is missing when ASKBOX_OFFLINE is true, which is no error', async () => {
    const settings = { ASKBOX_EMBEDDER: 'auto', ASKBOX_MODEL: URI, ASKBOX_OFFLINE: 'true' };
    const { exitCode, output } = models(['pull'], settings);
    expect(await exitCode).toBe(0);
    expect(output()).toMatch(/^not installed: multilingual-e5-small .*ASKBOX_EMBEDDER=auto asks for/);
    expect(output()).toContain(`ASKBOX_MODEL=${URI} asks for`);
    expect(await hub.takeRequests()).toEqual([]);
  });

  it('touches no network when ASKBOX_OFFLINE is true', async () => {
    const { exitCode, output } = models(['pull', URI], { ASKBOX_OFFLINE: 'true' });
    expect(await exitCode).toBe(1);
    expect(output()).toContain('npm run models -- import');
    expect(await hub.takeRequests()).toEqual([]);
  });
});

describe('npm run models', () => {
  it('imports a folder, verifies it, catches a flipped byte, and removes it', async () => {
    const source = path.join(folder, 'from a stick', 'mini');
    mkdirSync(path.join(source, 'onnx'), { recursive: true });
    for (const name of ['config.json', 'tokenizer.json']) writeFileSync(path.join(source, name), '{}');
    writeFileSync(path.join(source, 'onnx', 'model.onnx'), Buffer.from([8, 1, 2, 3]));
    writeFileSync(path.join(source, 'pytorch_model.bin'), 'the same weights once more');

    expect(await models(['import', source]).exitCode).toBe(0);
    expect(readdirSync(path.join(modelsDir, 'mini')).toSorted()).toEqual([
      'askbox.json',
      'config.json',
      'onnx',
      'tokenizer.json',
    ]);
    const list = models([]);
    expect(await list.exitCode).toBe(0);
    expect(list.output()).toMatch(/^ {2}mini .* here$/m);
    expect(list.output()).toMatch(/^ {2}multilingual-e5-small .* MIT/m);
    writeTinyEmbedder(path.join(modelsDir, 'tiny'));
    const embedders = models([]);
    expect(await embedders.exitCode).toBe(0);
    expect(embedders.output()).toMatch(/^ {2}mini .* here$/m);
    expect(embedders.output()).toMatch(/^search by meaning:\n(?: {2}.*\n)* {2}tiny .* here$/m);
    rmSync(path.join(modelsDir, 'tiny'), { recursive: true });
    expect(await models(['verify', 'mini']).exitCode).toBe(0);

    writeFileSync(path.join(modelsDir, 'mini', 'onnx', 'model.onnx'), Buffer.from([8, 1, 2, 2]));
    const verify = models(['verify']);
    expect(await verify.exitCode).toBe(1);
    expect(verify.output()).toContain('onnx/model.onnx has sha256');
    expect(await models(['remove', 'mini']).exitCode).toBe(0);
    expect(readdirSync(modelsDir)).toEqual(['.locks']);
  });
});
