import path from 'node:path';
import { documentIdOf } from '#shared/document.ts';
import { codeOf } from '#shared/errors.ts';
import { stagesOf, type Stages } from '#shared/tracing/stages.ts';
import type { Tracing } from '#shared/tracing/tracing.ts';
import { ingest, type IngestParts } from './ingest.ts';

/** So many files that were put and not read yet keep the trace of their senders. */
const MOST_TRACES = 1000;

/** The spans of documents. */
interface IngestTraces {
  /** The flow with its spans. */
  readonly ingest: typeof ingest;
  /** Makes the next spans of a document a part of another trace. @param traceparent of its sender. */
  readonly continueTrace: (documentPath: string, traceparent: string) => void;
}

/**
 * Returns an `ingest` that makes spans of each document: one from the scan that has found it to the end, in it `wait` for a
 * lane, `hash`, `extract`, `store` and `publish`. docs/tracing.md lists their attributes, among which is no text and no path.
 */
export function traceIngest(tracing: Tracing): IngestTraces {
  const senders = new Map<string, string>();
  const traced: typeof ingest = async (document, parts, signal) => {
    const { attempts, path: documentPath, sizeBytes, unreadSinceMs } = document;
    const startedMs = Math.min(unreadSinceMs, parts.now());
    const parent = senders.get(documentPath);
    senders.delete(documentPath);
    const whole = tracing.start('askbox.document', {
      startedMs,
      parent,
      attributes: {
        'askbox.document.id': documentIdOf(documentPath),
        'askbox.document.extension': path.extname(documentPath).toLowerCase(),
        'askbox.document.bytes': sizeBytes,
        'askbox.document.attempt': attempts + 1,
      },
    });
    whole.start('wait', {}, startedMs).end();
    const stages = stagesOf(whole);
    stages.enter('hash');
    let failure: string | undefined;
    try {
      const isReady = await ingest(document, tracedParts(parts, stages), signal);
      whole.set({ 'askbox.document.is_searchable': isReady });
      return isReady;
    } catch (error) {
      failure = signal.aborted ? 'STOPPED' : (codeOf(error) ?? 'INTERNAL');
      throw error;
    } finally {
      stages.end(failure);
    }
  };
  return {
    ingest: traced,
    continueTrace(documentPath, traceparent) {
      senders.set(documentPath, traceparent);
      const [oldest] = senders.keys();
      if (senders.size > MOST_TRACES && oldest !== undefined) senders.delete(oldest);
    },
  };
}

/** The same parts, each call of which enters the stage that it belongs to. */
function tracedParts(parts: IngestParts, stages: Stages): IngestParts {
  const { extractor, fetchLink, store } = parts;
  return {
    ...parts,
    extractor: {
      async read(...file) {
        stages.enter('extract');
        const reading = await extractor.read(...file);
        const { mediaType, pageCount, warnings } = reading.content;
        stages.set({
          'askbox.document.media_type': mediaType,
          'askbox.document.chunks': reading.chunks.length,
          'askbox.document.warnings': warnings.length,
          ...(pageCount !== null && { 'askbox.document.pages': pageCount }),
        });
        return reading;
      },
    },
    fetchLink:
      fetchLink &&
      ((...of) => {
        stages.enter('fetch');
        return fetchLink(...of);
      }),
    store: {
      countChunks(...of) {
        stages.enter('store');
        return store.countChunks(...of);
      },
      putChunks: (...of) => store.putChunks(...of),
      publish(...of) {
        stages.enter('publish');
        return store.publish(...of);
      },
    },
  };
}
