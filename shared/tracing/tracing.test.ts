import { expect, test } from 'vitest';
import { parseConfig } from '../config.ts';
import { silentLog, type Log } from '../log.ts';
import { stagesOf } from './stages.ts';
import { startCollector, type Collector } from './testing/collector.ts';
import { openTracing, type Tracing } from './tracing.ts';

/** Opens tracing as a service does, with these settings. */
async function open(settings: Record<string, string>, log: Log = silentLog): Promise<Tracing | null> {
  return openTracing('test', parseConfig(settings, import.meta.dirname), log);
}

async function openTo({ endpoint }: Collector, settings: Record<string, string> = {}, log?: Log): Promise<Tracing> {
  const tracing = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/`, ...settings }, log);
  expect(tracing).not.toBeNull();
  return tracing!;
}

test('without an endpoint there is no tracing', async () => {
  expect(await open({})).toBeNull();
});

test('stages follow one another within their span, and what has ended is sent before tracing is closed', async () => {
  await using collector = await startCollector();
  const tracing = await openTo(collector, { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b%3D, x-other=2' });
  const whole = tracing.start('whole', { startedMs: 1000, attributes: { a: 1, b: 'two', c: true } });
  const stages = stagesOf(whole);
  stages.enter('first');
  stages.current.start('inner').end();
  stages.enter('first');
  stages.set({ n: 3 });
  stages.enter('second');
  stages.end('STORE_DOWN');
  stages.end();
  await tracing[Symbol.asyncDispose]();

  const [inner, first, second, last] = collector.spans;
  expect(collector.spans.map(({ name }) => name)).toEqual(['inner', 'first', 'second', 'whole']);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(inner?.parentSpanId).toBe(first?.spanId);
  expect([first?.parentSpanId, second?.parentSpanId, last?.parentSpanId]).toEqual([last?.spanId, last?.spanId, null]);
  expect([first?.failure, second?.failure, last?.failure]).toEqual([null, 'STORE_DOWN', 'STORE_DOWN']);
  expect(first?.attributes).toEqual({ n: 3 });
  expect(last).toMatchObject({
    service: 'askbox-test',
    startMs: 1000,
    attributes: { a: 1, b: 'two', c: true, 'error.type': 'STORE_DOWN' },
  });
  expect(collector.headers[0]).toMatchObject({ 'x-key': 'a b=', 'x-other': '2', 'content-type': 'application/json' });
});

test('a trace continues in another process, and what is no traceparent begins a new one', async () => {
  await using collector = await startCollector();
  const tracing = await openTo(collector);
  const here = tracing.start('here', {});
  for (const parent of [here.traceparent, 'no traceparent', `${here.traceparent}0`])
    tracing.start('there', { parent }).end();
  here.end();
  await tracing[Symbol.asyncDispose]();
  const [there, ...others] = collector.spans.filter(({ name }) => name === 'there');
  const { traceId, spanId } = collector.spans.find(({ name }) => name === 'here')!;
  expect(here.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  expect([there?.traceId, there?.parentSpanId]).toEqual([traceId, spanId]);
  expect(others.map(({ parentSpanId }) => parentSpanId)).toEqual([null, null]);
});

test('a collector that refuses costs the spans alone, and is logged once', async () => {
  await using collector = await startCollector();
  collector.status = 400;
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (fields: unknown) => warnings.push(fields) } as Log; // the only method that is called
  const tracing = await openTo(collector, {}, log);
  // More than one batch holds.
  for (let n = 0; n < 1100; n++) tracing.start('span', {}).end();
  await tracing[Symbol.asyncDispose]();
  expect(collector.bodies.length).toBeGreaterThan(1);
  expect(warnings).toEqual([expect.objectContaining({ endpoint: collector.endpoint })]);
});
