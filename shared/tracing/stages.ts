import type { Span, SpanAttributes } from './tracing.ts';

/** The parts of a span that follow one another without a gap. */
export interface Stages {
  /** The stage that lasts; the whole span while none does. */
  readonly current: Span;
  /** Ends the stage that lasts, and starts the next one; a stage of the same name continues. */
  enter(name: string): void;
  /** Adds attributes to the stage that lasts. */
  set(attributes: SpanAttributes): void;
  /** Ends the stage that lasts, and the whole span. @param failure as for `Span.end`. */
  end(failure?: string): void;
}

/** Divides a span into stages. Its owner ends it through them. */
export function stagesOf(whole: Span): Stages {
  let stage: { readonly name: string; readonly span: Span } | null = null;
  return {
    get current() {
      return stage?.span ?? whole;
    },
    enter(name) {
      if (stage?.name === name) return;
      stage?.span.end();
      stage = { name, span: whole.start(name) };
    },
    set: (attributes) => stage?.span.set(attributes),
    end(failure) {
      stage?.span.end(failure);
      whole.end(failure);
    },
  };
}
