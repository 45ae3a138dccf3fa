import { codeOf, messageOf } from '../../errors.ts';
import { ModelError } from '../model-error.ts';

/** Why the hub gave nothing. */
interface Reason {
  readonly why: string;
  readonly next: string;
  readonly isRetryable: boolean;
}

const IMPORT = 'or bring the files from another machine: npm run models -- import <folder or file>';
const CHECK_NETWORK = `check the network, HTTPS_PROXY and HF_ENDPOINT, ${IMPORT}`;

/** @param what the model or the file. */
export function notPulled(what: string, { why, next, isRetryable }: Reason, cause?: unknown): ModelError {
  return new ModelError('MODEL_NOT_PULLED', `cannot pull ${what}: ${why}; ${next}`, { isRetryable, cause });
}

/** What `ASKBOX_OFFLINE=true` says to a pull. */
export function offline(what: string): ModelError {
  const next = `set it to false, ${IMPORT}`;
  return notPulled(what, { why: 'ASKBOX_OFFLINE is true', next, isRetryable: false });
}

/** Nothing came for so long. */
export function silence(what: string, host: string, silentMs: number): ModelError {
  const why = `${host} has sent nothing for ${Math.ceil(silentMs / 1000)} s`;
  return notPulled(what, { why, next: `what has come is kept; ${CHECK_NETWORK}`, isRetryable: true });
}

/** A request that brought no answer, or a body that broke off. */
export function networkFailed(what: string, host: string, error: unknown): ModelError {
  return notPulled(what, reasonOf(host, error), error);
}

function reasonOf(host: string, error: unknown): Reason {
  const cause = rootOf(error);
  const code = codeOf(cause) ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { why: `the name ${host} is not found (DNS)`, next: CHECK_NETWORK, isRetryable: true };
  }
  if (/CERT|SIGNATURE|SSL|TLS/.test(code)) {
    const next = 'if a proxy of your organisation reads along, name its certificate in NODE_EXTRA_CA_CERTS';
    return { why: `the certificate of ${host} is not trusted (${code})`, next, isRetryable: false };
  }
  const why = `the line to ${host} failed (${code || messageOf(cause)})`;
  return { why, next: `what has come is kept; ${CHECK_NETWORK}`, isRetryable: true };
}

/** fetch wraps the error of the socket, and several addresses of one host wrap theirs once more. */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

/** An answer that is not the file. */
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
      ? `accept its licence on ${page} with the account of HF_TOKEN`
      : `it is private, gone, or wants its licence accepted: do so on ${page}, then set HF_TOKEN to a token of that account`;
    return { why: `${host} refuses it (HTTP ${status})`, next, isRetryable: false };
  }
  if (status === 404 || status === 410) {
    return {
      why: `${host} does not have it (HTTP ${status})`,
      next: `look at ${page} for its name`,
      isRetryable: false,
    };
  }
  if (status === 429 || status >= 500) {
    return { why: `${host} is busy or out of order (HTTP ${status})`, next: 'try again later', isRetryable: true };
  }
  return { why: `${host} answered with HTTP ${status}`, next: CHECK_NETWORK, isRetryable: false };
}

/** A web page where the file should be: of a login, a proxy or a captive portal. */
export function gotPage(what: string, host: string): ModelError {
  const next = `open ${host} in a browser and see who answers (a login, a proxy?), ${IMPORT}`;
  return notPulled(what, { why: `${host} sent a web page instead of the file`, next, isRetryable: true });
}

export function diskFull(what: string, folder: string, missingBytes: number | null, cause?: unknown): ModelError {
  const need = missingBytes === null ? 'make room' : `make room for ${Math.ceil(missingBytes / 1e6)} MB more`;
  const next = `${need}, or name a folder on another disk in ASKBOX_MODELS_DIR`;
  return notPulled(what, { why: `the disk of ${folder} is full`, next, isRetryable: true }, cause);
}

export function wrongBytes(what: string, why: string): ModelError {
  return notPulled(what, { why, next: 'nothing of it was kept; pull it again', isRetryable: false });
}
