import { codeOf, messageOf, StoreError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { ExtractError } from './read/extract/extract-error.ts';
import { ExtractorDied, FileUnreadable, LinkFound, OcrPostponed } from './read/extractor.ts';
import type { Ledger } from './ledger/ledger.ts';
import { LONGEST_RETRY_MS, MAX_DEATHS, type LedgerDocument } from './ledger/document.ts';
import { PageUnreachable } from './ingest-link.ts';
import { pauseReasonOf } from './waiting/pauses.ts';

/**
 * Decides what becomes of a document whose reading threw, and writes it to the ledger. The only place where a failure
 * gets its code. A verdict about the bytes is final until they change; anything else is tried again. A reason for
 * everything to wait, such as a store that is down or a full disk, is not a failure of the document.
 */
export function settleFailure(thrown: unknown, document: LedgerDocument, ledger: Ledger, now: number, log: Log): void {
  const error = isOfFileSystem(thrown) ? new FileUnreadable(document.path, thrown.code) : thrown;
  const { attempts } = document;
  if (pauseReasonOf(thrown) !== undefined) {
    ledger.putBack(document, null, attempts);
    return;
  }
  if (error instanceof StoreError && error.code === 'CONTENT_INCOMPLETE') {
    const contentId = ledger.find(document.path)?.contentId;
    const isFirstTime = typeof contentId === 'string' && !ledger.contents.isDamaged(contentId);
    if (typeof contentId === 'string') ledger.contentLost(contentId);
    if (isFirstTime) {
      ledger.putBack(document, null, attempts);
      return;
    }
  }
  if (error instanceof OcrPostponed) {
    log.info({ document: document.path }, 'has only pages to recognise, and waits behind all new files');
    ledger.putBack(document, null, attempts + 1);
    return;
  }
  if (error instanceof LinkFound) {
    log.info({ document: document.path }, 'is a link to a page, and waits behind all new files to be fetched');
    ledger.putBack(document, null, attempts + 1);
    return;
  }
  if (isGone(error)) {
    ledger.startOver(document, now); // the next scan finds it missing, or finds what has replaced it
    return;
  }

  if (error instanceof ExtractorDied && error.code === 'TIMEOUT' && attempts === 0) {
    log.info({ document: document.path }, 'needs more time, and waits behind all new files');
  } else {
    log.warn({ document: document.path, code: codeOf(error), reason: messageOf(error) }, 'could not be read');
  }
  if (error instanceof ExtractError) {
    ledger.failed(document, { code: error.code, message: error.message, retryMs: null }, attempts);
  } else if (error instanceof FileUnreadable) {
    ledger.failed(document, { code: 'UNREADABLE', message: error.message, retryMs: now + LONGEST_RETRY_MS }, attempts);
  } else if (error instanceof PageUnreachable) {
    const isLast = attempts + 1 >= MAX_DEATHS;
    if (isLast) ledger.failed(document, { code: error.code, message: error.message, retryMs: null }, attempts + 1);
    else ledger.putBack(document, now + LONGEST_RETRY_MS, attempts + 1);
  } else if (error instanceof ExtractorDied && attempts + 1 < MAX_DEATHS) {
    ledger.putBack(document, now + 1000 * 2 ** attempts, attempts + 1);
  } else if (error instanceof ExtractorDied) {
    ledger.failed(document, { code: error.code, message: error.message, retryMs: null }, attempts + 1);
  } else {
    log.error({ document: document.path, err: error }, 'a fault of ours while reading');
    const message = `cannot read ${document.path}: ${messageOf(error)}; it is tried again in a minute, the log has more`;
    ledger.failed(document, { code: 'INTERNAL', message, retryMs: now + LONGEST_RETRY_MS }, attempts);
  }
}

/** Whether it is an error of opening or reading the file for its hash. */
function isOfFileSystem(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && codeOf(error) !== undefined;
}

function isGone(error: unknown): boolean {
  return error instanceof FileUnreadable && ['ENOENT', 'ENOTDIR'].includes(error.errno);
}
