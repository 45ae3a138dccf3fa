import { expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { startCollector, type Collector } from '#shared/tracing/testing/collector.ts';
import { openTracing } from '#shared/tracing/tracing.ts';
import { startWithDocument, subscribe, QUESTION } from './testing/ask.ts';
import { startTestApi, until, type TestApi } from './testing/running-api.ts';

/** Asks one question of an API that sends its spans to the collector, and waits until these have arrived. */
async function ask(collector: Collector, run: (api: TestApi, asked: ReturnType<typeof subscribe>) => Promise<void>) {
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  await using tracing = await openTracing('api', parseConfig(settings, import.meta.dirname), silentLog);
  await using api = await startWithDocument({ tracing });
  await api.restart(); // reads the list of documents again
  await run(api, subscribe(api.client(), { input: { question: QUESTION } }));
}

test('an answer is one trace from the question to the end, without a word of question, document or answer', async () => {
  await using collector = await startCollector();
  let id = '';
  await ask(collector, async ({ engines }, { done, events }) => {
    engines.say('27 meses [1].');
    engines.finish();
    await done;
    id = events[0]!.answer.id;
  });
  const spans = new Map(collector.spans.map((span) => [span.name, span]));
  const whole = spans.get('askbox.answer')!;
  expect([...spans.keys()].toSorted()).toEqual(
    ['askbox.answer', 'embed question', 'generation', 'prompt', 'queue', 'rerank', 'search', 'search store'].toSorted(),
  );
  expect(whole.attributes).toEqual({
    'askbox.answer.id': id,
    'askbox.answer.turn': 1,
    'askbox.engine': 'LOCAL',
    'askbox.engine.is_fallback': false,
    'askbox.citations': 1,
    'askbox.finish_reason': 'STOP',
    'gen_ai.request.model': 'test',
    'gen_ai.usage.input_tokens': 42,
    'gen_ai.usage.output_tokens': 7,
  });
  const stages = ['search', 'queue', 'prompt', 'generation'].map((name) => spans.get(name)!);
  expect(stages.map(({ parentSpanId }) => parentSpanId)).toEqual(stages.map(() => whole.spanId));
  expect(stages.map(({ attributes }) => attributes)).toEqual([
    { 'askbox.passages': 1 },
    {},
    { 'askbox.passages.used': 1 },
    {},
  ]);
  expect(stages.map(({ startMs }) => startMs)).toEqual(stages.map(({ startMs }) => startMs).toSorted((a, b) => a - b));
  expect(spans.get('search store')!.parentSpanId).toBe(spans.get('search')!.spanId);
  expect(collector.bodies.join('\n')).not.toMatch(/zafira|garantia|prazo|liquidificador|27 meses/i);
});

test('an answer that fails, and one that is stopped, say so', async () => {
  await using failing = await startCollector();
  await ask(failing, async ({ engines }, { done }) => {
    engines.fail(new Error('liquidificador'));
    await done;
  });
  expect(failing.spans.at(-1)).toMatchObject({ name: 'askbox.answer', failure: 'INTERNAL' });
  expect(failing.bodies.join('\n')).not.toMatch(/liquidificador/);

  await using stopping = await startCollector();
  await ask(stopping, async ({ engines }, { stop, events }) => {
    engines.say('27');
    await until('the first word', () => events.some(({ __typename }) => __typename === 'AnswerDelta'));
    stop();
    await until('it has ended', () => engines.ended === 1);
  });
  expect(stopping.spans.at(-1)).toMatchObject({
    name: 'askbox.answer',
    failure: null,
    attributes: { 'askbox.finish_reason': 'CANCELLED' },
  });
});

test('an upload is a part of the trace of its client, and what the watcher does with the file a part of the upload', async () => {
  await using collector = await startCollector();
  await using watcher = await startTestWatcher();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  const tracing = (await openTracing('api', parseConfig(settings, import.meta.dirname), silentLog))!;
  const client = tracing.start('client', {});
  await using api = await startTestApi({ tracing, config: { watcherUrl: watcher.url } });
  const put = (headers: Record<string, string>) =>
    fetch(`${api.url}/inbox/Zafira.md`, { method: 'PUT', body: 'liquidificador', headers });
  watcher.reply = { status: 201, body: testDocument({ id: 'an-id', path: 'Zafira.md', seq: 1 }) };
  expect((await put({ traceparent: client.traceparent })).status).toBe(201);
  watcher.reply = { status: 409, body: { code: 'CONFLICT', message: 'Zafira.md is a folder', field: 'path' } };
  expect((await put({})).status).toBe(409);
  client.end();
  await tracing[Symbol.asyncDispose]();

  const [first, second] = collector.spans.filter(({ name }) => name === 'askbox.upload');
  expect(first).toMatchObject({ failure: null, attributes: { 'askbox.document.id': 'an-id' } });
  expect(first?.parentSpanId).toBe(collector.spans.find(({ name }) => name === 'client')?.spanId);
  expect(second).toMatchObject({ failure: 'CONFLICT', parentSpanId: null });
  const sent = watcher.asked.map(({ headers }) => headers['traceparent']);
  expect(sent).toEqual([first, second].map((span) => `00-${span!.traceId}-${span!.spanId}-01`));
  expect(collector.bodies.join('\n')).not.toMatch(/zafira|liquidificador/i);
});
