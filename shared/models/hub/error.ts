import { codeOf, messageOf } from '../../errors.ts';
import { ModelError } from '../model-error.ts';

/** Why a pull failed. */
interface Reason {
  readonly why: string;
  /** What the user can do about it. */
  readonly next: string;
  /** Whether trying again may help without any change. */
  readonly isRetryable: boolean;
}

const IMPORT = 'or copy the files from another machine: npm run models -- import <folder or file>';
const CHECK_NETWORK = `check the network, HTTPS_PROXY and HF_ENDPOINT, ${IMPORT}`;

/** Makes the error of a failed pull. @param what the model or the file. */
export function notPulled(what: string, { why, next, isRetryable }: Reason, cause?: unknown): ModelError {
  return new ModelError('MODEL_NOT_PULLED', `cannot pull ${what}: ${why}; ${next}`, { isRetryable, cause });
}

/** The pull is not allowed, because of `ASKBOX_OFFLINE=true`. */
export function offline(what: string): ModelError {
  const next = `set it to false, ${IMPORT}`;
  return notPulled(what, { why: 'ASKBOX_OFFLINE is true', next, isRetryable: false });
}

/** The hub sent nothing for `silentMs`. */
export function silence(what: string, host: string, silentMs: number): ModelError {
  const why = `${host} has sent nothing for ${Math.ceil(silentMs / 1000)} s`;
  return notPulled(what, { why, next: `what was downloaded is kept; ${CHECK_NETWORK}`, isRetryable: true });
}

/** A request got no response, or the body broke off. */
export function networkFailed(what: string, host: string, error: unknown): ModelError {
  return notPulled(what, reasonOf(host, error), error);
}

function reasonOf(host: string, error: unknown): Reason {
  const cause = rootOf(error);
  const code = codeOf(cause) ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { why: `the host name ${host} was not found (DNS)`, next: CHECK_NETWORK, isRetryable: true };
  }
  if (/CERT|SIGNATURE|SSL|TLS/.test(code)) {
    const next =
      'if a proxy of your organisation inspects the traffic, set NODE_EXTRA_CA_CERTS to the file with its certificate';
    return { why: `the certificate of ${host} is not trusted (${code})`, next, isRetryable: false };
  }
  const why = `the connection to ${host} failed (${code || messageOf(cause)})`;
  return { why, next: `what was downloaded is kept; ${CHECK_NETWORK}`, isRetryable: true };
}

/** `fetch` wraps the error of the socket; if the host has several addresses, their errors are wrapped once more. */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

/** The hub answered with a status other than success. */
export function refused(
  repository: string,
  status: number,
  host: string,
  { endpoint, token }: { readonly endpoint: string; readonly token: string | null },
): ModelError {
  return notPulled(repository, reasonOfStatus(status, host, `${endpoint}/${repository}`, token !== null));
}

function reasonOfStatus(status: number, host: string, page: string, hasToken: boolean): Reason {
  if (status === 401 || status === 403) {
    const next = hasToken
      ? `accept its licence on ${page} with the account that HF_TOKEN belongs to`
      : `it is private, gone, or its licence must be accepted; accept it on ${page} and set HF_TOKEN to a token of that account`;
    return { why: `${host} refused the request (HTTP ${status})`, next, isRetryable: false };
  }
  if (status === 404 || status === 410) {
    return {
      why: `${host} does not have it (HTTP ${status})`,
      next: `check its name on ${page}`,
      isRetryable: false,
    };
  }
  if (status === 429 || status >= 500) {
    return { why: `${host} is busy or not working (HTTP ${status})`, next: 'try again later', isRetryable: true };
  }
  return { why: `${host} answered with HTTP ${status}`, next: CHECK_NETWORK, isRetryable: false };
}

/** The response was a web page instead of the file: a login, a proxy or a captive portal. */
export function gotPage(what: string, host: string): ModelError {
  const next = `open ${host} in a browser to see what answers (a login, a proxy?), ${IMPORT}`;
  return notPulled(what, { why: `${host} sent a web page instead of the file`, next, isRetryable: true });
}

/** The disk has no room for the download. @param missingBytes how much more is needed; null when that is not known. */
export function diskFull(what: string, folder: string, missingBytes: number | null, cause?: unknown): ModelError {
  const need = missingBytes === null ? 'free some space' : `free ${Math.ceil(missingBytes / 1e6)} MB more`;
  const next = `${need}, or set ASKBOX_MODELS_DIR to a folder on another disk`;
  return notPulled(what, { why: `the disk of ${folder} is full`, next, isRetryable: true }, cause);
}

/** The downloaded or described file is not the expected one. */
export function wrongBytes(what: string, why: string): ModelError {
  return notPulled(what, { why, next: 'nothing of it was kept; pull it again', isRetryable: false });
}
