import { expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { documentIdOf } from '#shared/document.ts';
import { silentLog } from '#shared/log.ts';
import { startCollector } from '#shared/tracing/testing/collector.ts';
import { openTracing } from '#shared/tracing/tracing.ts';
import { makeLoopFolders, settled } from './testing/running-loop.ts';
import { traceIngest } from './trace-ingest.ts';

test('a document is one trace from the scan to being searchable, without its name or a word of it', async () => {
  await using collector = await startCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  await using folders = await makeLoopFolders();
  const tracing = (await openTracing('watcher', parseConfig(settings, import.meta.dirname), silentLog))!;
  folders.drop('Contrato Zafira.md', '# Garantia\n\nO liquidificador tem 27 meses.');
  folders.drop('quebrado.pdf', '%PDF-1.7 nothing that can be read');
  const { ingest, continueTrace } = traceIngest(tracing);
  const sender = tracing.start('sender', {});
  continueTrace('quebrado.pdf', sender.traceparent);
  sender.end();
  const { ledger } = await folders.start({ ingest });
  await settled(ledger, 'Contrato Zafira.md', 'READY');
  const { error } = await settled(ledger, 'quebrado.pdf', 'FAILED');
  await folders.stop();
  await tracing[Symbol.asyncDispose]();

  const whole = collector.spans.find(({ attributes }) => attributes['askbox.document.extension'] === '.md')!;
  const stages = collector.spans.filter(({ parentSpanId }) => parentSpanId === whole.spanId);
  expect(whole).toMatchObject({
    service: 'askbox-watcher',
    name: 'askbox.document',
    parentSpanId: null,
    attributes: {
      'askbox.document.id': documentIdOf('Contrato Zafira.md'),
      'askbox.document.bytes': 42,
      'askbox.document.attempt': 1,
      'askbox.document.is_searchable': true,
    },
    failure: null,
  });
  expect(stages.map(({ name }) => name)).toEqual(['wait', 'hash', 'extract', 'store', 'publish']);
  expect(stages[0]!.startMs).toBe(whole.startMs);
  expect(stages[2]!.attributes).toEqual({
    'askbox.document.media_type': 'text/markdown',
    'askbox.document.chunks': 1,
    'askbox.document.warnings': 0,
  });

  const broken = collector.spans.filter(({ attributes }) => attributes['askbox.document.extension'] === '.pdf');
  expect(broken[0]?.parentSpanId).toBe(collector.spans.find(({ name }) => name === 'sender')?.spanId);
  expect(broken.at(-1)?.failure).toBe(error?.code);
  expect(collector.bodies.join('\n')).not.toMatch(/zafira|garantia|contrato|quebrado|liquidificador/i);
});
