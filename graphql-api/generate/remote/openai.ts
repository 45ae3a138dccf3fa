import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Config, RemoteConfig } from '#shared/config.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, PromptPassage } from '../generator.ts';
import { failureOf } from './failure.ts';
import { promptOf } from '../prompt.ts';

export interface OpenaiOptions extends RemoteConfig, Pick<Config, 'contextTokens'> {}

/** How long its first word may take unless a setting says otherwise. */
const FIRST_TOKEN_MS = 30_000;
const LIST_MODELS_MS = 10_000;
/**
 * A character more or less: a Portuguese token of Llama 3 has about 3.5. What an endpoint's context holds is not known, and
 * Ollama cuts a longer prompt in silence.
 */
const CHARS_PER_TOKEN = 3;
/** No answer of so many tokens is longer: the endpoint has no regard for max_tokens, and might go on for ever. */
const MAX_CHARS_PER_TOKEN = 32;
/** Parameters that some models refuse by name: OpenAI's reasoning models the first two, older servers the last. */
const OPTIONAL = ['max_tokens', 'temperature', 'stream_options'] as const;
type Optional = (typeof OPTIONAL)[number];

/**
 * A model behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama-server, Ollama). Nothing is sent before the first
 * request; question and passages are sent once its `started` has been read. A failed call is not repeated: the next engine
 * is quicker.
 */
export function openOpenai({ baseUrl, apiKey, model: wanted, contextTokens }: OpenaiOptions): Generator {
  const { host } = new URL(baseUrl);
  const client = new OpenAI({
    baseURL: baseUrl,
    // The client insists on a key, and would take these from the environment, where they belong to other programs.
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
      // The server may have been started again with another one.
      model = wanted;
      throw failureOf(error, { host, apiKey });
    }
  }

  async function* write(called: string, request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    const { language, question, temperature, maxTokens } = request;
    const passages = fitting(request, contextTokens);
    const { system, user } = promptOf(language, question, passages);
    const usedRanks = passages.map(({ rank }) => rank);
    yield { type: 'started', usedRanks, promptTokens: null, firstTokenMs: FIRST_TOKEN_MS };

    const chunks = await open(
      {
        model: called,
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
      if (text !== '') yield { type: 'delta', text };
      reason = choice?.finish_reason ?? reason;
      chars += text.length;
      if (chars > maxTokens * MAX_CHARS_PER_TOKEN) {
        reason = 'length';
        break; // which closes the line
      }
    }
    // The loop ends quietly on a cut and on an abort as well.
    if (reason === null) throw unavailable(`${host} broke its answer off; ask again`, true);
    if (reason === 'content_filter') throw unavailable(`${host} withheld the rest of its answer (content_filter)`);
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
      const mediaType = response.headers.get('content-type') ?? 'nothing';
      if (mediaType.startsWith('text/event-stream')) return data;
      data.controller.abort();
      throw unavailable(
        `${host} answers with ${mediaType} instead of a stream of events; check that OPENAI_BASE_URL ends in the path of the API, such as /v1`,
      );
    } catch (error) {
      const name = OPTIONAL.find((each) => error instanceof APIError && error.status === 400 && error.param === each);
      if (name === undefined || refused.has(name)) throw error;
      refused.add(name);
      return await open(parameters, signal).catch((failure: unknown) => {
        // Not as if nobody had been there: it has read the passages.
        if (failure instanceof APIConnectionError) throw unavailable(`${host} has gone away; start it again`, true);
        throw failure;
      });
    }
  }

  async function firstModel(signal: AbortSignal): Promise<string> {
    const { data } = await client.models.list({ signal, timeout: LIST_MODELS_MS });
    if (data[0] !== undefined) return data[0].id;
    throw unavailable(
      `${host} lists no model; name one in OPENAI_MODEL, and check that OPENAI_BASE_URL ends in the path of the API, such as /v1`,
    );
  }

  return {
    kind: 'REMOTE',
    get model() {
      return model;
    },
    health: () => ({
      status: 'OK',
      message: `${model ?? 'the first model'} at ${host}, which gets question and passages`,
    }),
    generate,
    async [Symbol.asyncDispose]() {},
  };
}

/** As many passages, best first, as the context is likely to hold; the best one always, and the question is never shortened. */
function fitting(
  { language, question, passages, maxTokens }: GenerateRequest,
  contextTokens: number,
): readonly PromptPassage[] {
  const budgetChars = (contextTokens - maxTokens) * CHARS_PER_TOKEN;
  for (let count = passages.length; count > 1; count--) {
    const used = passages.slice(0, count);
    const { system, user } = promptOf(language, question, used);
    if (system.length + user.length <= budgetChars) return used;
  }
  return passages.slice(0, 1);
}

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
