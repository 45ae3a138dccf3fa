import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

/** What is known of a span. Never a text of a document, a question, an answer, a path or a title. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A timed part of a flow. */
export interface Span {
  /** What a request to another process carries, so that its spans become parts of this one (W3C Trace Context). */
  readonly traceparent: string;
  /** Starts a part of this span. @param startedMs milliseconds since 1970. Default: now. */
  start(name: string, attributes?: SpanAttributes, startedMs?: number): Span;
  /** Adds attributes, or replaces those of the same names. */
  set(attributes: SpanAttributes): void;
  /** Ends the span. Further calls change nothing. @param failure the code of the error that ended it. Default: none did. */
  end(failure?: string): void;
}

/** What starts the first span of a flow. Disposing sends what has ended, for at most five seconds. */
export interface Tracing extends AsyncDisposable {
  /** @param options.parent a `traceparent` from elsewhere. Default: the span is the first of a new trace. */
  start(
    name: string,
    options: {
      readonly attributes?: SpanAttributes;
      readonly startedMs?: number;
      readonly parent?: string | undefined;
    },
  ): Span;
}

/**
 * Opens tracing if the settings name a collector; otherwise returns null, and loads nothing.
 * A collector that does not answer costs the spans, and nothing else: it is logged once, until it answers again.
 * @param service the part of askbox whose spans these are.
 */
export async function openTracing(service: string, { otlp }: Pick<Config, 'otlp'>, log: Log): Promise<Tracing | null> {
  if (otlp === null) return null;
  // The library takes 0.18 s of CPU time to load, and 26 MB.
  const { openOtlpTracing } = await import('./otlp.ts');
  return openOtlpTracing(service, otlp, log);
}
