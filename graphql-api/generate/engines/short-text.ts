import type { Language } from '#shared/text/language.ts';
import { codeOf, messageOf } from '#shared/errors.ts';
import { guard } from '../guard/guard.ts';
import type { GenerateRequest } from '../generator.ts';
import type { Prompt } from '../prompt.ts';
import { generateInTime, type Deadlines } from './deadlines.ts';
import type { FirstWords } from './first-words.ts';
import type { EngineSlot } from './slot.ts';

/** A small piece of work for the model that is going to write an answer. */
export interface ShortTextRequest extends Pick<GenerateRequest, 'language' | 'model'> {
  readonly language: Language;
  readonly prompt: Prompt;
  /** Upper bound for its length. */
  readonly maxTokens: number;
  /** How long it may take in all; what is not complete by then is given up. */
  readonly limitMs: number;
  /** Whether nothing may be sent to an endpoint. */
  readonly staysHere: boolean;
}

/**
 * Local models with a smaller file are not asked: a model of a billion weights, in four bits, has 800 MB. SmolLM2 with 135
 * million (98 MB) wrote no usable question for any of twelve follow-ups, in Portuguese and English: it answered, repeated
 * the question before, or never ended.
 */
const MIN_MODEL_BYTES = 700_000_000;

/** What became of it. */
export interface ShortText {
  /** The model that was asked. */
  readonly model: string;
  /** Whether the prompt was sent to an endpoint. */
  readonly haveLeft: boolean;
  /** The first line of what it wrote, without thoughts; null if it failed or took too long. */
  readonly text: string | null;
  /** Why there is no text; null if there is. */
  readonly failure: string | null;
}

/**
 * Asks the first engine among `slots` that has a model, once. The others are not tried: the work is to be done in a moment
 * or not at all. A failure does not count against the engine's answers.
 * @returns null, without asking, unless that engine is ready and known to be quick.
 * @throws the signal's reason
 */
export async function writeShortText(
  request: ShortTextRequest,
  slots: readonly EngineSlot[],
  firstWords: FirstWords,
  deadlines: Deadlines,
  signal: AbortSignal,
): Promise<ShortText | null> {
  const engine = slots.find((slot) => slot.find() !== null)?.find() ?? null;
  if (engine === null) return null;
  const { generator, breaker, sizeBytes } = engine;
  const { kind } = generator;
  const isMeant = kind !== 'QUOTES' && !(kind === 'REMOTE' && request.staysHere);
  const isTooSmall = sizeBytes !== null && sizeBytes < MIN_MODEL_BYTES;
  const isReady = generator.state().state === 'READY' && breaker.skippedBecause() === null;
  if (!isMeant || isTooSmall || !isReady || !firstWords.isQuick(generator)) return null;

  using _held = engine.hold();
  const model = generator.model ?? kind;
  const late = AbortSignal.timeout(request.limitMs);
  const { language, prompt, maxTokens } = request;
  const wanted: GenerateRequest = { language, prompt, maxTokens, question: '', passages: [], temperature: 0 };
  let haveLeft = false;
  let text = '';
  try {
    const events = generateInTime(generator, wanted, AbortSignal.any([signal, late]), deadlines);
    for await (const event of guard(events, wanted, model)) {
      if (event.type === 'started') haveLeft = kind === 'REMOTE';
      if (event.type === 'delta') text += event.text;
      if (text.trimStart().includes('\n')) break; // which stops the engine
      if (event.type === 'finished' && event.reason !== 'STOP') throw new Error(`${model} ended with ${event.reason}`);
    }
    return { model, haveLeft, text: text.trimStart().split('\n', 1)[0]!, failure: null };
  } catch (error) {
    signal.throwIfAborted();
    firstWords.missed(generator);
    const failure = late.aborted ? `${model} took longer than ${request.limitMs} ms` : messageOf(error);
    return { model, haveLeft: haveLeft && codeOf(error) !== 'ENDPOINT_UNREACHABLE', text: null, failure };
  }
}
