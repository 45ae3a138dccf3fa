import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { until, type Askbox } from './fixtures/run-askbox.ts';

interface Found {
  readonly health: {
    readonly components: readonly { readonly name: string; readonly status: string; readonly message: string }[];
  };
  readonly documents: {
    readonly nodes: readonly {
      readonly path: string;
      readonly status: string;
      readonly chunkCount: number;
      readonly embeddedChunks: number;
    }[];
  };
  readonly search: {
    readonly notSemanticBecause: string | null;
    readonly hits: readonly {
      readonly chunk: { readonly text: string };
      readonly scores: { readonly semantic: number | null; readonly keyword: number | null };
    }[];
  };
}

const LOOK = `query ($query: String!, $mode: SearchMode!) {
  health { components { name status message } }
  documents { nodes { path status chunkCount embeddedChunks } }
  search(query: $query, mode: $mode) { notSemanticBecause hits { chunk { text } scores { semantic keyword } } }
}`;

/** Shares syllables with the note, but no word: the tiny model compares syllables, as a real one compares meanings. */
const NOTE = 'O inquilino pagará o condomínio.';
const QUESTION = 'pagamentos condominiais';

/** Installs a model as `models import` does: in one step, under its final name. */
function giveModel(askbox: Askbox, name: string, seed: number): void {
  const made = path.join(askbox.dataDir, `making-${name}`);
  writeTinyEmbedder(made, { seed });
  mkdirSync(path.join(askbox.dataDir, 'models'), { recursive: true });
  renameSync(made, path.join(askbox.dataDir, 'models', name));
}

const look = (askbox: Askbox, mode = 'HYBRID'): Promise<Found> => askbox.query<Found>(LOOK, { query: QUESTION, mode });
const embedderOf = ({ health }: Found) => health.components.find(({ name }) => name === 'EMBEDDER');

describe('embedding', () => {
  it('begins when a model arrives, without a restart, and another model takes over when it is named, without a gap', async () => {
    await using askbox = await prepareAskboxHere({ ASKBOX_EMBEDDER: 'auto', ASKBOX_OFFLINE: 'true' });
    askbox.drop('nota.txt', NOTE);
    await askbox.start();
    const before = await until('the note is read, and health says how to get a model', async () => {
      const found = await look(askbox, 'SEMANTIC');
      const says = embedderOf(found)?.message.includes('npm run models');
      return found.documents.nodes[0]?.status === 'READY' && says && found;
    });
    expect(before.documents.nodes).toMatchObject([{ chunkCount: 1, embeddedChunks: 0 }]);
    expect(before.search).toEqual({
      hits: [],
      notSemanticBecause: expect.stringContaining('multilingual-e5-small is not on this machine; pull it'),
    });
    expect(embedderOf(before)?.status).toBe('DEGRADED');

    giveModel(askbox, 'modelo-b', 1);
    // The store, the watcher and the API itself notice the model in any order.
    const after = await until('the note is embedded and searched', async () => {
      const found = await look(askbox, 'SEMANTIC');
      expect(found.documents.nodes).toMatchObject([{ status: 'READY', embeddedChunks: 1 }]);
      expect(embedderOf(found)).toMatchObject({ status: 'OK', message: expect.stringContaining('modelo-b') });
      return found.search.hits.length > 0 && found;
    });
    expect(after.search.hits[0]).toMatchObject({ chunk: { text: NOTE }, scores: { keyword: null } });
    expect(after.search.notSemanticBecause).toBeNull();

    // Its name sorts before the other one, which changes nothing: that one made the vectors.
    giveModel(askbox, 'modelo-a', 2);
    await askbox.stop();
    await askbox.start();
    await until(
      'the note is found by meaning after a restart',
      async () => (await look(askbox, 'SEMANTIC')).search.hits[0],
    );
    expect(embedderOf(await look(askbox))?.message).toMatch(/^modelo-b;/);
    expect(askbox.output().match(/embedded=1/g)).toHaveLength(1);

    await askbox.stop();
    askbox.environment['ASKBOX_EMBEDDER'] = 'modelo-a';
    await askbox.start();
    const found: boolean[] = [];
    await until('the other model has taken over', async () => {
      const now = await look(askbox);
      found.push(now.search.hits.length > 0);
      return embedderOf(now)?.message.startsWith('modelo-a;');
    });
    // Once the first model is loaded, there is no gap.
    expect(found.slice(found.indexOf(true))).not.toContain(false);
    expect((await look(askbox, 'SEMANTIC')).search.hits[0]).toMatchObject({ chunk: { text: NOTE } });
    await until('the log tells of both models', () => askbox.output().match(/embedded=1/g)?.length === 2);
    expect(askbox.output().match(/ingested/g)).toHaveLength(1);
  });
});
