import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { readEmbedderFolder } from '#shared/embedder/embedder-folder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { findEmbeddersAtWork } from './embedders-at-work.ts';

let root: string;
const folderOf = (name: string): string => path.join(root, 'data', 'models', name);

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'askbox-at-work-'));
  writeTinyEmbedder(folderOf('a'), { seed: 1 });
  writeTinyEmbedder(folderOf('b'), { seed: 2 });
});
afterEach(() => rmSync(root, { recursive: true }));

/** The states, in the order of the names. */
async function states(embedder: string): Promise<readonly string[]> {
  const config = parseConfig({ ASKBOX_DATA: 'data', ASKBOX_EMBEDDER: embedder, ASKBOX_STORE: 'sqlite' }, root);
  const found = await findEmbeddersAtWork(config, 'en', 60_000); // a busy machine may open the store slowly
  return ['a', 'b'].map((name) => found.get(folderOf(name)) ?? 'missing');
}

test('says which model is searched, and which one embeds', async () => {
  expect(await states('auto')).toEqual(['here, embeds documents next', 'here']);
  mkdirSync(path.join(root, 'data'), { recursive: true });
  await using store = await openStoreWriter(parseConfig({ ASKBOX_DATA: 'data', ASKBOX_STORE: 'sqlite' }, root));
  const { spaceName } = await readEmbedderFolder(folderOf('b'), null);
  await store.activate({ name: spaceName, dimensions: 64 });
  expect(await states('auto')).toEqual(['here', 'here, in use']);
  expect(await states('a')).toEqual(['here, embeds documents next', 'here, in use until it is replaced']);
  expect(await states('none')).toEqual(['here', 'here, in use until it is replaced']);
});
