import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Config, RemoteConfig } from '#shared/config.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, PromptPassage } from '../generator.ts';
import { failureOf } from './failure.ts';
import { promptOf } from '../prompt.ts';

/** Where the endpoint is, and how much text to send it. `contextTokens` also limits prompts for the endpoint. */
export interface OpenaiOptions extends RemoteConfig, Pick<Config, 'contextTokens'> {}

/** How long the first word may take unless ASKBOX_FIRST_TOKEN_MS says otherwise. */
const FIRST_TOKEN_MS = 30_000;
const LIST_MODELS_MS = 10_000;
/**
 * A cautious estimate: a Portuguese token of Llama 3 has about 3.5 characters. The size of an endpoint's context is
 * unknown, and Ollama silently truncates a prompt that is longer.
 */
const CHARS_PER_TOKEN = 3;
/** Safety cap for endpoints that ignore max_tokens: no legitimate answer has more characters per token. */
const MAX_CHARS_PER_TOKEN = 32;
/** Parameters that some models reject by name: OpenAI's reasoning models the first two, older servers the last. */
const OPTIONAL = ['max_tokens', 'temperature', 'stream_options'] as const;
type Optional = (typeof OPTIONAL)[number];

/**
 * Opens a model behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama-server, Ollama). Nothing is sent before the
 * first request, and its question and passages only once `started` has been read. A failed call is not retried, because
 * the next engine is quicker.
 */
export function openOpenai({ baseUrl, apiKey, model: wanted, contextTokens }: OpenaiOptions): Generator {
  const { host } = new URL(baseUrl);
  const client = new OpenAI({
    baseURL: baseUrl,
    // The client requires a key. It would read the key, organization and project from the environment, but there they
    // are meant for other programs.
    apiKey: apiKey ?? 'none',
    ...(apiKey === null && { defaultHeaders: { authorization: null } }),
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    fetchOptions: { redirect: 'manual' },
  });
  const refused = new Set<Optional>();
  let model = wanted;

  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    try {
      model ??= await firstModel(signal);
      yield* write(model, request, signal);
    } catch (error) {
      signal.throwIfAborted();
      // The server may have been restarted with another model.
      model = wanted;
      throw failureOf(error, { host, apiKey });
    }
  }

  async function* write(
    modelName: string,
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GeneratorEvent> {
    const { language, question, temperature, maxTokens } = request;
    const passages = fitting(request, contextTokens);
    const { system, user } = promptOf(language, question, passages, request);
    const usedRanks = passages.map(({ rank }) => rank);
    yield { type: 'started', usedRanks, promptTokens: null, firstTokenMs: FIRST_TOKEN_MS };

    const chunks = await open(
      {
        model: modelName,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        temperature,
        max_tokens: maxTokens,
        stream: true,
        stream_options: { include_usage: true },
      },
      signal,
    );
    let chars = 0;
    let reason: string | null = null;
    let usage: ChatCompletionChunk['usage'] = null;
    for await (const chunk of chunks) {
      usage = chunk.usage ?? usage;
      const choice = chunk.choices?.[0];
      const text = choice?.delta?.content ?? '';
      const thought = thoughtOf(choice?.delta);
      if (thought !== '') yield { type: 'thinking', text: thought };
      if (text !== '') yield { type: 'delta', text };
      reason = choice?.finish_reason ?? reason;
      chars += thought.length + text.length;
      if (chars > maxTokens * MAX_CHARS_PER_TOKEN) {
        reason = 'length';
        break; // which closes the connection
      }
    }
    // Without a reason, the loop ended because the connection broke or the request was aborted.
    if (reason === null) throw unavailable(`${host} did not finish its answer; ask again`, true);
    if (reason === 'content_filter')
      throw unavailable(
        `${host} withheld the rest of its answer (content_filter); rephrase the question, or use another model`,
      );
    yield {
      type: 'finished',
      reason: reason === 'length' ? 'LENGTH' : 'STOP',
      promptTokens: usage?.prompt_tokens ?? null,
      completionTokens: usage?.completion_tokens ?? null,
    };
  }

  async function open(
    parameters: ChatCompletionCreateParamsStreaming,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ChatCompletionChunk>> {
    try {
      const call = client.chat.completions.create(without(refused, parameters), { signal });
      const { data, response } = await call.withResponse();
      const mediaType = response.headers.get('content-type') ?? 'no content type';
      if (mediaType.startsWith('text/event-stream')) return data;
      data.controller.abort();
      throw unavailable(
        `${host} responded with ${mediaType} instead of an event stream; check that OPENAI_BASE_URL ends with the path of the API, such as /v1`,
      );
    } catch (error) {
      const name = OPTIONAL.find((each) => error instanceof APIError && error.status === 400 && error.param === each);
      if (name === undefined || refused.has(name)) throw error;
      refused.add(name);
      return await open(parameters, signal).catch((failure: unknown) => {
        // Not ENDPOINT_UNREACHABLE: the endpoint has already received the passages.
        if (failure instanceof APIConnectionError) {
          throw unavailable(`${host} is no longer reachable; check that the server is running, and ask again`, true);
        }
        throw failure;
      });
    }
  }

  async function firstModel(signal: AbortSignal): Promise<string> {
    const { data } = await client.models.list({ signal, timeout: LIST_MODELS_MS });
    if (data[0] !== undefined) return data[0].id;
    throw unavailable(
      `${host} lists no models; name one in OPENAI_MODEL, and check that OPENAI_BASE_URL ends with the path of the API, such as /v1`,
    );
  }

  return {
    kind: 'REMOTE',
    get model() {
      return model;
    },
    health: () => ({
      status: 'OK',
      message: `${model ?? 'the first model'} at ${host}, which receives the question and the passages`,
    }),
    // A call will tell whether it can be reached.
    state: () => ({ state: 'READY', contextTokens: null }),
    generate,
    async [Symbol.asyncDispose]() {},
  };
}

/**
 * Returns as many passages, best first, as the context is likely to hold. The best one is always kept, and the question
 * is never shortened.
 */
function fitting(request: GenerateRequest, contextTokens: number): readonly PromptPassage[] {
  const { language, question, passages, maxTokens } = request;
  const budgetChars = (contextTokens - maxTokens) * CHARS_PER_TOKEN;
  for (let count = passages.length; count > 1; count--) {
    const used = passages.slice(0, count);
    const { system, user } = promptOf(language, question, used, request);
    if (system.length + user.length <= budgetChars) return used;
  }
  return passages.slice(0, 1);
}

/**
 * Returns what the model thinks, from servers that keep that apart: llama-server and DeepSeek call it
 * `reasoning_content`, vLLM, Ollama and OpenRouter `reasoning`. The types of the client know neither.
 */
function thoughtOf(delta: object | undefined): string {
  for (const name of ['reasoning_content', 'reasoning']) {
    const thought: unknown = Reflect.get({ ...delta }, name);
    if (typeof thought === 'string' && thought !== '') return thought;
  }
  return '';
}

/** Returns the parameters without the rejected ones; a rejected max_tokens is sent as max_completion_tokens. */
function without(
  refused: ReadonlySet<Optional>,
  parameters: ChatCompletionCreateParamsStreaming,
): ChatCompletionCreateParamsStreaming {
  const accepted = { ...parameters };
  for (const name of refused) delete accepted[name];
  return refused.has('max_tokens') ? { ...accepted, max_completion_tokens: parameters.max_tokens ?? null } : accepted;
}

function unavailable(message: string, isRetryable = false): GeneratorError {
  return new GeneratorError('MODEL_UNAVAILABLE', message, { isRetryable });
}
