import { APIConnectionError, APIError } from 'openai';
import { codeOf, messageOf } from '#shared/errors.ts';
import { GeneratorError } from '../generator-error.ts';

/** What an error message needs to know about an endpoint. */
export interface Endpoint {
  /** Host and port, as the settings name them. */
  readonly host: string;
  /** Removed from messages; null when the endpoint has none. */
  readonly apiKey: string | null;
}

/** No connection came about, so nothing of the request has been sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The wording of OpenAI, vLLM, llama-server and Ollama. */
const SAYS_TOO_LONG = /context[ _](length|size|window)|too (long|large|many tokens)|max_new_tokens` must be/i;
const MAX_REASON_CHARS = 300;

/** What an endpoint says about its context when it refuses a prompt. */
export interface StatedContext {
  /** Shared by prompt and answer. */
  readonly contextTokens: number;
  /** How long the refused prompt was; null if it does not say. */
  readonly promptTokens: number | null;
}

// llama-server: "n_ctx": 512 in the error. OpenAI and vLLM: "maximum context length is 4096 tokens. However, you requested
// 4200 tokens (3700 in the messages, 500 in the completion)", "your request has 1500 input tokens". TGI: "`inputs` tokens +
// `max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens".
const CONTEXT_IN_WORDS = /(?:context (?:length|size|window)[^\d]{0,40}|n_ctx\W{1,5}|must be <= ?)(?<tokens>\d{2,8})/i;
const PROMPT_IN_WORDS =
  /(?:\(|has |given: |resulted in |n_prompt_tokens\W{1,5})(?<tokens>\d{1,8})(?: (?:in the messages|in the prompt|input tokens|`inputs`|tokens)|\b(?=\D*$))/i;

/** Returns the context that a refusal names; null if it is about something else, or names none. */
export function contextStatedBy(error: unknown): StatedContext | null {
  if (!(error instanceof APIError) || error.status === undefined) return null;
  const message = messageOf(error);
  const numberIn = (name: string): number | null => {
    const value: unknown = Reflect.get(Object(error.error), name);
    return typeof value === 'number' && value > 0 ? value : null;
  };
  const contextTokens =
    numberIn('n_ctx') ?? (SAYS_TOO_LONG.test(message) ? numberOf(CONTEXT_IN_WORDS.exec(message)) : null);
  if (contextTokens === null) return null;
  return { contextTokens, promptTokens: numberIn('n_prompt_tokens') ?? numberOf(PROMPT_IN_WORDS.exec(message)) };
}

function numberOf(match: RegExpExecArray | null): number | null {
  return match === null ? null : Number(match.groups!['tokens']);
}

/** Turns the error of a call to an OpenAI-compatible endpoint into one with the endpoint's reason and the next step. */
export function failureOf(error: unknown, { host, apiKey }: Endpoint): GeneratorError {
  if (error instanceof GeneratorError) return error;
  const reason = withoutKey(reasonOf(error), apiKey).slice(0, MAX_REASON_CHARS);
  const status = error instanceof APIError ? error.status : undefined;
  if (status !== undefined) return refusal(status, `${host} responded with ${status}: ${reason}`, error);
  const code = codeOf(innermost(error));
  if (code !== undefined && NOT_CONNECTED.has(code)) {
    return new GeneratorError(
      'ENDPOINT_UNREACHABLE',
      `${host} cannot be reached (${code}); start the server, or change OPENAI_BASE_URL`,
      { isRetryable: true, cause: error },
    );
  }
  return new GeneratorError('MODEL_UNAVAILABLE', `${host} did not finish its answer: ${reason}; ask again`, {
    isRetryable: true,
    cause: error,
  });
}

function refusal(status: number, message: string, cause: unknown): GeneratorError {
  if ([400, 413, 422].includes(status) && SAYS_TOO_LONG.test(message)) {
    const nextStep = 'ask a shorter question, or lower ASKBOX_CONTEXT to the context size of the endpoint';
    return new GeneratorError('PROMPT_TOO_LONG', `${message}; ${nextStep}`, { cause });
  }
  const isRetryable = [408, 409, 429].includes(status) || status >= 500;
  return new GeneratorError('MODEL_UNAVAILABLE', `${message}; ${nextStepFor(status)}`, { isRetryable, cause });
}

function nextStepFor(status: number): string {
  if (status === 401 || status === 403) return 'check OPENAI_API_KEY';
  if (status === 404) return 'check OPENAI_MODEL, and that OPENAI_BASE_URL ends with the path of the API, such as /v1';
  if (status === 429) return 'ask again later, or raise the limit of your account there';
  if (status >= 500) return 'ask again, or check its log';
  // Redirects are not followed: that would send the passages to an address that the settings do not name.
  if (status >= 300 && status < 400) return 'set OPENAI_BASE_URL to the address that it redirects to';
  return 'check OPENAI_MODEL';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return messageOf(innermost(error));
  // The client puts the status in front of the body.
  const body = messageOf(error).replace(/^\d{3} /, '');
  return /^<(!doctype|html)/i.test(body) ? 'a web page' : body;
}

/** Returns the system's error, which the client and fetch wrap. */
function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}

/** Removes the key: some servers repeat a wrong key in full, and readers of answers may not be its owner. */
function withoutKey(reason: string, apiKey: string | null): string {
  return apiKey === null ? reason : reason.replaceAll(apiKey, '(key)');
}
