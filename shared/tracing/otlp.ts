import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span as OtelSpan,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Config } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Span, SpanAttributes, Tracing } from './tracing.ts';

/** How long one batch may take, and so the end of the service: shorter than a service may take to stop. */
const EXPORT_MS = 5000;

/** Sends spans to a collector, over HTTP, as JSON. Spans that it does not take in time are dropped, at most 2,048 wait. */
export function openOtlpTracing(service: string, otlp: NonNullable<Config['otlp']>, log: Log): Tracing {
  const { endpoint, headers } = otlp;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `askbox-${service}` }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: loggingFailures(exporter, endpoint, log), exportTimeoutMillis: EXPORT_MS }),
    ],
  });
  const tracer = provider.getTracer('askbox');
  return {
    start: (name, { attributes, startedMs, parent }) =>
      startSpan(tracer, name, contextOf(parent), attributes, startedMs),
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => {}), // its failures are logged by the exporter
  };
}

function startSpan(
  tracer: Tracer,
  name: string,
  context: Context,
  attributes: SpanAttributes = {},
  startedMs?: number,
): Span {
  const options = {
    kind: SpanKind.INTERNAL,
    attributes,
    ...(startedMs !== undefined && { startTime: new Date(startedMs) }),
  };
  const span = tracer.startSpan(name, options, context);
  const within = trace.setSpan(context, span);
  return {
    traceparent: traceparentOf(span.spanContext()),
    start: (child, of, atMs) => startSpan(tracer, child, within, of, atMs),
    set: (more) => void span.setAttributes(more),
    end: (failure) => endSpan(span, failure),
  };
}

function endSpan(span: OtelSpan, failure: string | undefined): void {
  if (!span.isRecording()) return; // it has ended: the library would complain
  if (failure !== undefined)
    span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end();
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Returns the context of a `traceparent`; that of a new trace if there is none, or it is not one. */
function contextOf(traceparent: string | undefined): Context {
  const parts = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(traceparent ?? '');
  const [, traceId = '', spanId = '', flags = ''] = parts ?? [];
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return parts === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** Logs the first failure after a success, and the first success after a failure. */
function loggingFailures(exporter: SpanExporter, endpoint: string, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export(spans, onDone) {
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isFailing) {
          const advice = 'check OTEL_EXPORTER_OTLP_ENDPOINT and the collector; only traces are lost';
          log.warn({ endpoint, reason: messageOf(result.error), advice }, 'traces cannot be sent');
        }
        if (!hasFailed && isFailing) log.info({ endpoint }, 'traces are sent again');
        isFailing = hasFailed;
        onDone(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
