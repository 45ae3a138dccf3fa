import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Config, RemoteConfig } from '#shared/config.ts';
import { GeneratorError } from '../generator-error.ts';
import { fitPrompt, type FittedPrompt } from '../fit-prompt.ts';
import type { GenerateRequest, Generator, GeneratorEvent } from '../generator.ts';
import { joinWords, mergeDeltas, type Words } from '../merge-deltas.ts';
import type { Prompt } from '../prompt.ts';
import { contextStatedBy, failureOf } from './failure.ts';
import { contextOfModel, readDelta, shownName } from './read-chunk.ts';
import { readStream } from './read-stream.ts';

/** Where the endpoint is, and how much text to send it. `contextTokens` also limits prompts for the endpoint. */
export interface OpenaiOptions extends RemoteConfig, Pick<Config, 'contextTokens' | 'thinking'> {}

/** How long the first word may take unless ASKBOX_FIRST_TOKEN_MS says otherwise. */
const FIRST_TOKEN_MS = 30_000;
const LIST_MODELS_MS = 10_000;
/**
 * A cautious estimate: a Portuguese token of Llama 3 has about 3.5 characters. The size of an endpoint's context is unknown
 * until it states it, and Ollama silently truncates a prompt that is longer.
 */
const CHARS_PER_TOKEN = 3;
/** What a prompt is taken to be longer than estimated, once an endpoint has refused one without saying by how much. */
const REFUSED_SHARE = 0.75;
/** Safety cap for endpoints that ignore max_tokens: no legitimate answer has more characters per token. */
const MAX_CHARS_PER_TOKEN = 32;
/**
 * Parameters that some models reject by name: OpenAI's reasoning models the first two, older servers the third, and
 * servers without chat templates the last.
 */
const OPTIONAL = ['max_tokens', 'temperature', 'stream_options', 'chat_template_kwargs'] as const;
type Optional = (typeof OPTIONAL)[number];

/**
 * Opens a model behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama-server, Ollama). Nothing is sent before the
 * first request, and its question and passages only once `started` has been read. A failed call is not retried, because
 * the next engine is quicker.
 */
export function openOpenai({ baseUrl, apiKey, model: wanted, contextTokens, thinking }: OpenaiOptions): Generator {
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
  /** What the endpoint has stated; null until it does. */
  let context: number | null = null;
  let charsPerToken = CHARS_PER_TOKEN;

  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    try {
      model ??= await firstModel(signal);
      yield* mergeDeltas(write(model, request, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error, { host, apiKey });
      // The server may have been restarted with another model.
      model = wanted;
      if (failure.code !== 'PROMPT_TOO_LONG') context = null;
      throw failure;
    }
  }

  /**
   * Returns the prompt with as many passages as the context is likely to hold. Unless the endpoint has stated its context,
   * the best passage is always kept.
   * @throws GeneratorError PROMPT_TOO_LONG
   */
  function fit(request: GenerateRequest): Fitted {
    const limit = Math.min(contextTokens, context ?? contextTokens);
    const estimate = ({ system, user }: Prompt): { readonly length: number } => ({
      length: Math.ceil((system.length + user.length) / charsPerToken),
    });
    try {
      return fitPrompt(request, estimate, { contextTokens: limit, budgetTokens: Infinity });
    } catch (error) {
      if (context === null) {
        const best = { ...request, passages: request.passages.slice(0, 1) };
        return fitPrompt(best, estimate, { contextTokens: Infinity, budgetTokens: Infinity });
      }
      const message = `${host} has a context of ${context} tokens, too few for the question, its best passage and an answer; start it with a larger context, or ask a shorter question`;
      throw new GeneratorError('PROMPT_TOO_LONG', message, { cause: error });
    }
  }

  /**
   * Returns a shorter prompt if the endpoint has refused this one as too long and stated its context, which is remembered;
   * null if that is not why it failed, or nothing shorter is left.
   */
  function fitAgain(request: GenerateRequest, { prompt, usedRanks }: Fitted, error: unknown): Fitted | null {
    const stated = contextStatedBy(error);
    if (stated === null) return null;
    context = stated.contextTokens;
    const chars = prompt.system.length + prompt.user.length;
    if (stated.promptTokens !== null) charsPerToken = Math.min(charsPerToken, chars / stated.promptTokens);
    else if (chars / charsPerToken < context) charsPerToken *= REFUSED_SHARE;
    try {
      const shorter = fit({ ...request, passages: request.passages.slice(0, usedRanks.length) });
      return shorter.prompt.user.length < prompt.user.length ? shorter : null;
    } catch {
      return null;
    }
  }

  async function* write(
    modelName: string,
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GeneratorEvent> {
    let fitted = fit(request);
    yield startedWith(fitted);
    let answer: Response;
    try {
      answer = await open(parametersOf(modelName, request, fitted, thinking), signal);
    } catch (error) {
      const shorter = fitAgain(request, fitted, error);
      if (shorter === null) throw error;
      fitted = shorter;
      yield startedWith(fitted);
      answer = await open(parametersOf(modelName, request, fitted, thinking), signal).catch(rethrowAsReached);
    }
    const { maxTokens } = fitted;
    let chars = 0;
    let reason: string | null = null;
    let usage: ChatCompletionChunk['usage'] = null;
    let isDone = false;
    for await (const part of readStream(answer)) {
      isDone = part.isDone;
      const words: Words[] = [];
      for (const chunk of part.chunks) {
        usage = chunk.usage ?? usage;
        const choice = chunk.choices?.[0];
        const { text, thought } = readDelta(choice?.delta);
        if (thought !== '') words.push({ type: 'thinking', text: thought });
        if (text !== '') words.push({ type: 'delta', text });
        reason = choice?.finish_reason ?? reason;
        chars += thought.length + text.length;
      }
      yield* joinWords(words);
      if (chars > maxTokens * MAX_CHARS_PER_TOKEN) {
        reason = 'length';
        break; // which closes the connection
      }
    }
    // Some servers give no reason. Without the last event either, the connection broke or the request was aborted.
    if (reason === null && isDone) {
      reason = (usage?.completion_tokens ?? 0) >= maxTokens ? 'length' : 'stop';
    }
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

  async function open(parameters: Parameters, signal: AbortSignal): Promise<Response> {
    try {
      const response = await client.chat.completions.create(without(refused, parameters), { signal }).asResponse();
      const mediaType = response.headers.get('content-type') ?? 'no content type';
      if (mediaType.startsWith('text/event-stream')) return response;
      void response.body?.cancel().catch(() => {});
      throw unavailable(
        `${host} responded with ${mediaType} instead of an event stream; check that OPENAI_BASE_URL ends with the path of the API, such as /v1`,
      );
    } catch (error) {
      const name = OPTIONAL.find((each) => error instanceof APIError && refuses(error, each));
      if (name === undefined || refused.has(name) || contextStatedBy(error) !== null) throw error;
      refused.add(name);
      return await open(parameters, signal).catch(rethrowAsReached);
    }
  }

  /** Not ENDPOINT_UNREACHABLE: the endpoint has already received the passages. */
  function rethrowAsReached(failure: unknown): never {
    if (failure instanceof APIConnectionError) {
      throw unavailable(`${host} is no longer reachable; check that the server is running, and ask again`, true);
    }
    throw failure;
  }

  async function firstModel(signal: AbortSignal): Promise<string> {
    const { data } = await client.models.list({ signal, timeout: LIST_MODELS_MS });
    if (data[0] !== undefined) {
      context ??= contextOfModel(data[0]);
      return data[0].id;
    }
    throw unavailable(
      `${host} lists no models; name one in OPENAI_MODEL, and check that OPENAI_BASE_URL ends with the path of the API, such as /v1`,
    );
  }

  return {
    kind: 'REMOTE',
    get model() {
      return model === null ? null : shownName(model);
    },
    health: () => ({
      status: 'OK',
      message: `${model === null ? 'the first model' : shownName(model)} at ${host}, which receives the question and the passages`,
    }),
    // A call will tell whether it can be reached.
    state: () => ({ state: 'READY', contextTokens: null }),
    generate,
    async [Symbol.asyncDispose]() {},
  };
}

type Fitted = FittedPrompt<{ readonly length: number }>;

function startedWith({ usedRanks }: Fitted): GeneratorEvent {
  return { type: 'started', usedRanks, promptTokens: null, firstTokenMs: FIRST_TOKEN_MS };
}

/** `chat_template_kwargs` is what llama-server, vLLM and SGLang add to the API. */
type Parameters = ChatCompletionCreateParamsStreaming & {
  readonly chat_template_kwargs?: { readonly enable_thinking: boolean };
};

function parametersOf(
  model: string,
  { temperature }: GenerateRequest,
  { prompt: { system, user }, maxTokens }: Fitted,
  thinking: OpenaiOptions['thinking'],
): Parameters {
  return {
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    temperature,
    max_tokens: maxTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(thinking !== 'auto' && { chat_template_kwargs: { enable_thinking: thinking === 'on' } }),
  };
}

/** Whether the endpoint rejects a parameter: by its name, or, where it does not know it at all, in its message. */
function refuses({ status, param, message }: APIError, name: Optional): boolean {
  if (status === 400 && param === name) return true;
  return name === 'chat_template_kwargs' && (status === 400 || status === 422) && message.includes(name);
}

/** Returns the parameters without the rejected ones; a rejected max_tokens is sent as max_completion_tokens. */
function without(refused: ReadonlySet<Optional>, parameters: Parameters): Parameters {
  const accepted = { ...parameters };
  for (const name of refused) delete accepted[name];
  return refused.has('max_tokens') ? { ...accepted, max_completion_tokens: parameters.max_tokens ?? null } : accepted;
}

function unavailable(message: string, isRetryable = false): GeneratorError {
  return new GeneratorError('MODEL_UNAVAILABLE', message, { isRetryable });
}
