import { createHash } from 'node:crypto';
import { AskboxError } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { FetchedPage } from './commands/fetch-page/fetch-page.ts';
import { ExtractError } from './read/extract/extract-error.ts';

/** Fetches one page. @throws CommandRefused */
export type FetchPage = (url: string) => Promise<FetchedPage>;

/** The page that a link file leads to. */
interface LinkedPage extends Pick<FetchedPage, 'url' | 'bytes'> {
  readonly bytesSha256: string;
  /** That of the link file with the page's extension, by which its format is detected. */
  readonly path: string;
}

/** The page behind a link file cannot be fetched at present. */
export class PageUnreachable extends AskboxError {
  override readonly name = 'PageUnreachable';
  declare readonly code: 'FETCH_FAILED';

  constructor(path: string, cause: CommandRefused) {
    super('FETCH_FAILED', `cannot read ${path}: it is a link, and askbox ${cause.message}`, {
      isRetryable: true,
      cause,
    });
  }
}

/**
 * Fetches the page that a link file leads to and reads it.
 * @param read returns what is made of the page.
 * @throws PageUnreachable; ExtractError, in the name of the link file, if the page is never fetched or read; what `read`
 * throws otherwise.
 */
export async function readLinkedPage<T>(
  linkPath: string,
  address: string,
  fetchPage: FetchPage,
  read: (page: LinkedPage) => Promise<T>,
): Promise<T> {
  try {
    const { url, bytes, extension } = await fetchPage(address);
    const bytesSha256 = createHash('sha256').update(bytes).digest('hex');
    return await read({ url, bytes, bytesSha256, path: linkPath + extension });
  } catch (error) {
    if (error instanceof ExtractError)
      throw new ExtractError(error.code, linkPath, `it is a link to ${address}, and of that page, ${error.reason}`);
    if (!(error instanceof CommandRefused)) throw error;
    if (error.code === 'FETCH_FAILED') throw new PageUnreachable(linkPath, error);
    const code = error.code === 'TOO_LARGE' ? 'TOO_LARGE' : 'UNSUPPORTED_TYPE';
    throw new ExtractError(code, linkPath, `it is a link, and ${error.message}`);
  }
}
