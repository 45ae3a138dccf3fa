import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import { abstains } from './abstains.ts';
import { createLoopDetector } from './loops.ts';
import { createOpening } from './opening.ts';
import { createThoughtSplitter } from './thoughts.ts';

/** A model's events, with all thoughts apart from the answer, and the reason why it really ended. */
export type GuardedEvent =
  | Exclude<GeneratorEvent, { readonly type: 'finished' }>
  | (Omit<Extract<GeneratorEvent, { readonly type: 'finished' }>, 'reason'> & {
      /**
       * `LOOP`: the model had begun to repeat itself; its answer was ended, and the repetition is not part of it.
       * `ABSTAINED`: the model wrote that the passages do not answer the question.
       */
      readonly reason: 'STOP' | 'LENGTH' | 'LOOP' | 'ABSTAINED';
    });

/**
 * Passes the events of a model on as they come. Deltas are left without what is no answer: thoughts, which become events
 * of their own, leading blanks, a loop from its second round on, and an echo of the instructions. Nothing that was
 * passed on is ever taken back. Closes `events` when the model repeats itself.
 * @param name the model's, for messages.
 * @throws GeneratorError EMPTY_ANSWER if nothing is left, and what `events` throws
 */
export async function* guard(
  events: AsyncIterable<GeneratorEvent>,
  request: GenerateRequest,
  name: string,
): AsyncGenerator<GuardedEvent> {
  const splitter = createThoughtSplitter();
  const opening = createOpening(request);
  const answer = createLoopDetector();
  const thoughts = createLoopDetector();
  let hasThought = false;
  let shown = '';

  function* think(text: string): Generator<GuardedEvent> {
    hasThought = true;
    thoughts.push(text);
    yield { type: 'thinking', text };
  }

  function* show(text: string): Generator<GuardedEvent> {
    if (text === '') return;
    shown += text;
    yield { type: 'delta', text };
  }

  /** Takes what the splitter has decided, and yields what is safe to show. */
  function* read(stretches: ReturnType<typeof splitter.push>): Generator<GuardedEvent> {
    for (const { isThought, text } of stretches) {
      if (isThought) yield* think(text);
      else yield* show(answer.push(opening.push(text)));
    }
  }

  /** Yields what splitter and opening still hold back. */
  function* readRest(): Generator<GuardedEvent> {
    yield* read(splitter.end());
    yield* show(answer.push(opening.release()));
  }

  function emptyAnswer(what: string, nextStep = 'use another model'): GeneratorError {
    return new GeneratorError('EMPTY_ANSWER', `${name} ${what}; if this happens often, ${nextStep}`);
  }

  function finished(reason: 'STOP' | 'LENGTH' | 'LOOP'): Pick<Extract<GuardedEvent, { type: 'finished' }>, 'reason'> {
    return { reason: reason !== 'LENGTH' && abstains(shown) ? 'ABSTAINED' : reason };
  }

  try {
    for await (const event of events) {
      switch (event.type) {
        case 'started':
          yield event;
          break;
        case 'thinking':
          yield* think(event.text);
          break;
        case 'delta':
          yield* read(splitter.push(event.text));
          break;
        case 'finished': {
          yield* readRest();
          const isRepeating = answer.isLooping || (event.reason === 'LENGTH' && answer.isRepeating);
          yield* show(isRepeating ? answer.endOfRound() : answer.release());
          if (shown === '' && hasThought) {
            const atWhat = event.reason === 'LENGTH' ? ` before it reached maxTokens (${request.maxTokens})` : '';
            const nextStep = 'raise maxTokens, or set ASKBOX_THINKING=off';
            throw emptyAnswer(`only thought, and wrote no answer${atWhat}`, nextStep);
          }
          if (shown === '') throw emptyAnswer('ended its answer before the first word');
          yield { ...event, ...finished(isRepeating ? 'LOOP' : event.reason) };
          return;
        }
      }
      if (opening.fault === 'echo') throw emptyAnswer('repeated its instructions instead of answering');
      if (opening.fault === 'blank') throw emptyAnswer('wrote no word');
      if (thoughts.isLooping && shown === '') throw emptyAnswer('kept repeating itself while it was thinking');
      if (answer.isLooping || thoughts.isLooping) {
        yield* show(answer.endOfRound());
        yield { type: 'finished', ...finished('LOOP'), completionTokens: null };
        return;
      }
    }
  } catch (error) {
    // The reader gets what an answer that breaks has said; without a word so far, the next engine writes it all.
    if (shown !== '' && error instanceof GeneratorError) {
      yield* readRest();
      yield* show(answer.release());
    }
    throw error;
  }
}
