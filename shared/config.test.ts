import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLoopback, parseConfig } from './config.ts';
import { SETTING_NAMES } from './settings/settings.ts';
import { ConfigError } from './errors.ts';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment, '/base');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  it('need nothing to be set', () => {
    const config = parseConfig({}, '/base');
    expect(config).toMatchObject({
      inbox: '/base/inbox',
      dataDir: '/base/data',
      host: '127.0.0.1',
      port: 4000,
      model: 'auto',
    });
    expect(config.watcherUrl).toBe('http://127.0.0.1:4001');
    expect(config).toMatchObject({ threads: null, sequences: null });
  });

  it('name every problem at once', () => {
    const problems = problemsOf({ ASKBOX_PORT: 'four', ASKBOX_QUIET_MS: '-1', ASKBOX_INBOKS: 'x' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/ASKBOX_PORT/);
    expect(problems.join('\n')).toMatch(/ASKBOX_QUIET_MS/);
    expect(problems.join('\n')).toMatch(/ASKBOX_INBOKS is not a setting; did you mean ASKBOX_INBOX\?/);
  });

  it('say what a value must be, without quoting it', () => {
    const wrong = {
      ASKBOX_PORT: '0',
      ASKBOX_WATCHER_PORT: '70000',
      ASKBOX_CONTEXT: '4k',
      ASKBOX_QUIET_MS: '1.5',
      ASKBOX_STORE: 'mysql',
      ASKBOX_GENERATOR_ORDER: 'local,gpt',
      ASKBOX_API_KEY: 'short-secret',
      HF_ENDPOINT: 'huggingface.co',
    };
    const problems = problemsOf(wrong);
    expect(problems.toSorted()).toEqual([
      'ASKBOX_API_KEY is not valid: use at least 16 characters; see docs/configuration.md',
      'ASKBOX_CONTEXT must be a whole number; see docs/configuration.md',
      'ASKBOX_GENERATOR_ORDER must be local or remote or quotes; see docs/configuration.md',
      'ASKBOX_PORT must be at least 1; see docs/configuration.md',
      'ASKBOX_QUIET_MS must be a whole number; see docs/configuration.md',
      'ASKBOX_STORE must be sqlite or qdrant; see docs/configuration.md',
      'ASKBOX_WATCHER_PORT must be at most 65535; see docs/configuration.md',
      'HF_ENDPOINT must be a URL, such as http://127.0.0.1:8080; see docs/configuration.md',
    ]);
  });

  it('take an empty value for not set, and leave other names of the environment alone', () => {
    expect(parseConfig({ ASKBOX_PORT: '', PATH: '/bin' }, '/base').port).toBe(4000);
  });

  it('refuse to listen for other machines without a key', () => {
    expect(problemsOf({ ASKBOX_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('ASKBOX_API_KEY')]);
    expect(problemsOf({ ASKBOX_HOST: '0.0.0.0', ASKBOX_API_KEY: 'k'.repeat(16) })).toEqual([]);
    expect(problemsOf({ ASKBOX_HOST: '0.0.0.0', ASKBOX_PUBLISHED_ON: '127.0.0.1' })).toEqual([]);
    expect(problemsOf({ ASKBOX_HOST: '0.0.0.0', ASKBOX_PUBLISHED_ON: '192.168.0.5' })).toHaveLength(1);
  });

  it('refuse a file as the models folder', () => {
    const file = import.meta.filename;
    expect(problemsOf({ ASKBOX_MODELS_DIR: file })).toEqual([expect.stringContaining(`${file}, is not a folder`)]);
  });

  it('refuse an inbox that is a file, or that was set and is missing, together with all other problems', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(problemsOf({ ASKBOX_INBOX: file, ASKBOX_DATA: folder, ASKBOX_WATCHER_PORT: '4000' })).toEqual([
      expect.stringContaining(`${file}, is a file; set it to the folder`),
      expect.stringContaining('two different ports'),
    ]);
    const missing = { ASKBOX_INBOX: path.join(folder, 'documnets'), ASKBOX_DATA: path.join(folder, 'data') };
    expect(problemsOf(missing)).toEqual([expect.stringContaining('documnets, does not exist; correct the path')]);
    expect(problemsOf({ ...missing, ASKBOX_INBOX: folder, ASKBOX_DATA: `${folder}-data` })).toEqual([]);
    // Read before, it may be on a disk that is not mounted yet.
    mkdirSync(missing.ASKBOX_DATA);
    writeFileSync(path.join(missing.ASKBOX_DATA, 'ledger.db'), '');
    expect(problemsOf(missing)).toEqual([]);
  });

  it('refuse a data folder inside the inbox, the same port twice, and a model that is not there', () => {
    expect(problemsOf({ ASKBOX_DATA: './inbox/data' })).toEqual([expect.stringContaining('ASKBOX_DATA')]);
    expect(problemsOf({ ASKBOX_PORT: '5000', ASKBOX_WATCHER_PORT: '5000' })).toHaveLength(1);
    expect(problemsOf({ ASKBOX_MODEL: './nada.gguf' })).toEqual([expect.stringContaining('/base/nada.gguf')]);
  });

  it('give a model of the hub its path before it is pulled, the same for every name of a known file', () => {
    const of = (ASKBOX_MODEL: string): object => {
      const { model, modelUri } = parseConfig({ ASKBOX_MODEL }, '/base');
      return { model, modelUri };
    };
    const uri = 'hf:user/Model-GGUF:Q4_K_M';
    expect(of(uri)).toEqual({ model: path.resolve('/base/data/models/user_Model-Q4_K_M.gguf'), modelUri: uri });
    expect(of('hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M')).toMatchObject({
      model: path.resolve('/base/data/models/Llama-3.2-1B-Instruct-Q4_K_M.gguf'),
    });
    expect(of('auto')).toEqual({ model: 'auto', modelUri: null });
    for (const wrong of ['hf:user', 'hf:user/repo', 'hf:user/repo/../x.gguf', 'hf:user/repo/x.bin']) {
      expect(problemsOf({ ASKBOX_MODEL: wrong })).toEqual([expect.stringContaining('hf:user/repo:QUANTIZATION')]);
    }
  });

  it('choose Qdrant when its address is set, unless ASKBOX_STORE says otherwise', () => {
    const QDRANT_URL = 'http://127.0.0.1:6333';
    expect(parseConfig({}, '/base').qdrant).toBeNull();
    expect(parseConfig({ QDRANT_URL, QDRANT_API_KEY: 'key' }, '/base').qdrant).toMatchObject({
      urls: [QDRANT_URL],
      apiKey: 'key',
      collection: 'askbox',
      isAdopting: false,
      replicas: null,
    });
    expect(parseConfig({ QDRANT_URL, ASKBOX_STORE: 'sqlite' }, '/base').qdrant).toBeNull();
    const cluster = { QDRANT_URL, ASKBOX_QDRANT_SHARDS: '4', ASKBOX_QDRANT_REPLICAS: '2', ASKBOX_ADOPT: 'true' };
    expect(parseConfig(cluster, '/base').qdrant).toMatchObject({ shards: 4, replicas: 2, isAdopting: true });
    const nodes = 'http://node1:6333, http://node2:6333,http://node1:6333,';
    const urls = ['http://node1:6333', 'http://node2:6333'];
    expect(parseConfig({ QDRANT_URL: nodes }, '/base').qdrant?.urls).toEqual(urls);
    const addresses = (count: number): string => Array.from({ length: count }, (_, n) => `http://node${n}`).join();
    expect(parseConfig({ QDRANT_URL: addresses(16) }, '/base').qdrant?.urls).toHaveLength(16);
    expect(problemsOf({ QDRANT_URL: addresses(17) })).toEqual([expect.stringContaining('QDRANT_URL')]);
  });

  it('name an endpoint that may get passages only by its address', () => {
    expect(parseConfig({ OPENAI_API_KEY: 'key', OPENAI_MODEL: 'model' }, '/base').remote).toBeNull();
    const OPENAI_BASE_URL = 'http://127.0.0.1:8080/v1';
    expect(parseConfig({ OPENAI_BASE_URL }, '/base').remote).toEqual({
      baseUrl: OPENAI_BASE_URL,
      apiKey: null,
      model: null,
    });
    for (const wrong of ['127.0.0.1:8080', 'nonsense', 'http://user:key@127.0.0.1/v1']) {
      expect(problemsOf({ OPENAI_BASE_URL: wrong })).toEqual([expect.stringContaining('OPENAI_BASE_URL')]);
    }
  });

  it('refuse Qdrant without an address, or with an invalid one', () => {
    expect(problemsOf({ ASKBOX_STORE: 'qdrant' })).toEqual([expect.stringContaining('QDRANT_URL')]);
    for (const wrong of ['localhost:6333', ' , ', 'ftp://node1']) {
      expect(problemsOf({ QDRANT_URL: wrong })).toEqual([expect.stringContaining('QDRANT_URL')]);
    }
    const problems = problemsOf({ QDRANT_URL: 'http://node1:6333,node2:6333' });
    expect(problems).toEqual([expect.stringMatching(/^QDRANT_URL \(number 2 of the list\) must be a URL/)]);
    expect(problemsOf({ ASKBOX_COLLECTION: 'a/b' })).toEqual([expect.stringContaining('ASKBOX_COLLECTION')]);
  });

  it('are all in docs/configuration.md, and the page lists no others', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../docs/configuration.md'), 'utf8');
    const listed = new Set(page.match(/^\| `[A-Z][A-Z_]+`/gm)?.map((cell) => cell.slice(3, -1)));
    expect([...listed].toSorted()).toEqual(SETTING_NAMES.toSorted());
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'])('takes %s for this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example.org', 'example.org'])(
    'takes %s for reachable',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
