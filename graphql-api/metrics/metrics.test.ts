import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startWithDocument, subscribe, QUESTION } from '../testing/ask.ts';
import type { TestApi } from '../testing/running-api.ts';

const KEY = 'a key of this test';

/** Returns the lines of `/metrics` that begin with one of these names. */
async function scrape(api: TestApi, ...names: readonly string[]): Promise<string[]> {
  const response = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  return (await response.text()).split('\n').filter((line) => names.some((name) => line.startsWith(name)));
}

async function answer(api: TestApi): Promise<void> {
  const client = api.client({ connectionParams: { authorization: `Bearer ${KEY}` } });
  const { done } = subscribe(client, { input: { question: QUESTION } });
  api.engines.say('27 meses.');
  api.engines.finish();
  await done;
}

test('answers, searches, documents and components are counted, without a word of a question or a document', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  await api.restart();
  await scrape(api);
  await answer(api);
  const counted = ['askbox_answers', 'askbox_answer_stage_seconds_count', 'askbox_store_search_seconds_count'];
  expect(await scrape(api, ...counted)).toEqual([
    'askbox_answers_total{status="COMPLETED",reason="STOP",engine="LOCAL",error=""} 1',
    'askbox_answer_stage_seconds_count{stage="retrieval",engine="LOCAL"} 1',
    'askbox_answer_stage_seconds_count{stage="queued",engine="LOCAL"} 1',
    'askbox_answer_stage_seconds_count{stage="first_words",engine="LOCAL"} 1',
    'askbox_answer_stage_seconds_count{stage="total",engine="LOCAL"} 1',
    'askbox_store_search_seconds_count 1',
    'askbox_answers_unfinished 0',
  ]);
  const seen = ['askbox_documents', 'askbox_ingestion', 'askbox_component_up{component="STORE"}'];
  expect(await scrape(api, ...seen)).toEqual([
    'askbox_documents{status="READY"} 1',
    'askbox_ingestion_queued 0',
    'askbox_ingestion_paused{reason="WATCHER_AWAY"} 1',
    'askbox_component_up{component="STORE"} 1',
  ]);
  const everything = (await scrape(api, '')).join('\n');
  expect(everything).not.toMatch(/garantia|zafira/i);
});

test('nothing is counted before the metrics are asked for', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  await answer(api);
  expect(await scrape(api, 'askbox_answers_total')).toEqual([]);
});

test('each metric is documented, and the dashboard shows only metrics that there are', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  const types = await scrape(api, '# TYPE ');
  const names = new Set(types.map((line) => line.split(' ')[2]!));
  const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '../../docs', file), 'utf8');
  const named = (text: string): Set<string> =>
    new Set([...text.matchAll(/\b(?:askbox|nodejs|process)_[a-z\d_]+/g)].map(([name]) => name.replace(/_bucket$/, '')));
  expect([...named(read('grafana-dashboard.json'))].filter((name) => !names.has(name))).toEqual([]);
  const own = [...names].filter((name) => name.startsWith('askbox_'));
  expect([...named(read('metrics.md'))].filter((name) => name.startsWith('askbox_')).toSorted()).toEqual(
    own.toSorted(),
  );
});

test('nothing is served without the key', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
});
