import { APIConnectionError, APIError } from 'openai';
import { codeOf, messageOf } from '#shared/errors.ts';
import { GeneratorError } from '../generator-error.ts';

export interface Endpoint {
  /** Host and port, as people know it. */
  readonly host: string;
  readonly apiKey: string | null;
}

/** Nobody was there to take the request: not a byte of it has left. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** As OpenAI, vLLM, llama-server and Ollama word it. */
const SAYS_TOO_LONG = /context[ _](length|size|window)|too (long|large|many tokens)/i;
const MAX_REASON_CHARS = 300;

/** What an OpenAI-compatible endpoint could not do, with its own reason and the next step. */
export function failureOf(error: unknown, { host, apiKey }: Endpoint): GeneratorError {
  if (error instanceof GeneratorError) return error;
  const reason = withoutKey(reasonOf(error), apiKey).slice(0, MAX_REASON_CHARS);
  const status = error instanceof APIError ? error.status : undefined;
  if (status !== undefined) return refusal(status, `${host} answers ${status}: ${reason}`, error);
  const code = codeOf(innermost(error));
  if (code !== undefined && NOT_CONNECTED.has(code)) {
    return new GeneratorError(
      'ENDPOINT_UNREACHABLE',
      `${host} cannot be reached (${code}); start the server, or change OPENAI_BASE_URL`,
      { isRetryable: true, cause: error },
    );
  }
  return new GeneratorError('MODEL_UNAVAILABLE', `${host} broke its answer off: ${reason}; ask again`, {
    isRetryable: true,
    cause: error,
  });
}

function refusal(status: number, message: string, cause: unknown): GeneratorError {
  if ([400, 413, 422].includes(status) && SAYS_TOO_LONG.test(message)) {
    const nextStep = 'ask a shorter question, or lower ASKBOX_CONTEXT to what the endpoint has';
    return new GeneratorError('PROMPT_TOO_LONG', `${message}; ${nextStep}`, { cause });
  }
  const isRetryable = [408, 409, 429].includes(status) || status >= 500;
  return new GeneratorError('MODEL_UNAVAILABLE', `${message}; ${nextStepFor(status)}`, { isRetryable, cause });
}

function nextStepFor(status: number): string {
  if (status === 401 || status === 403) return 'check OPENAI_API_KEY';
  if (status === 404) return 'check OPENAI_MODEL, and that OPENAI_BASE_URL ends in the path of the API, such as /v1';
  if (status === 429) return 'ask again later, or raise the limit there';
  if (status >= 500) return 'its log says more';
  // Followed, it would carry the passages to an address that nobody has named.
  if (status >= 300 && status < 400) return 'name the address it leads to in OPENAI_BASE_URL';
  return 'check OPENAI_MODEL';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return messageOf(innermost(error));
  // The client puts the status before the body.
  const body = messageOf(error).replace(/^\d{3} /, '');
  return /^<(!doctype|html)/i.test(body) ? 'a web page' : body;
}

/** The client and fetch wrap what the system said. */
function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}

/** Some servers repeat a wrong key in full; readers of answers are not always its owner. */
function withoutKey(reason: string, apiKey: string | null): string {
  return apiKey === null ? reason : reason.replaceAll(apiKey, '(key)');
}
