import { codeOf } from '#shared/errors.ts';
import { stagesOf, type Stages } from '#shared/tracing/stages.ts';
import type { Span, Tracing } from '#shared/tracing/tracing.ts';
import { writeAnswer, type AnswerParts } from './answer.ts';
import type { AnswerRequest } from './answers/answers.ts';
import type { AnswerState, AnswerStep } from './answers/state.ts';

/**
 * Writes an answer as `writeAnswer` does, and makes spans of it: one from the question to the end, in it `search`,
 * `queue` until the engine takes it, `prompt` until the first word, and `generation`. docs/tracing.md lists their
 * attributes, among which is no text.
 * @param id of the answer.
 */
export async function* writeTracedAnswer(
  request: AnswerRequest,
  parts: AnswerParts,
  signal: AbortSignal,
  earlier: readonly AnswerState[],
  { id, tracing }: { readonly id: string; readonly tracing: Tracing },
): AsyncGenerator<AnswerStep> {
  const whole = tracing.start('askbox.answer', {
    attributes: { 'askbox.answer.id': id, 'askbox.answer.turn': earlier.length + 1 },
  });
  const stages = stagesOf(whole);
  stages.enter('search');
  let failure: string | undefined;
  let isOver = false;
  try {
    for await (const step of writeAnswer(request, traced(parts, stages), signal, earlier)) {
      note(step, whole, stages);
      yield step;
    }
    isOver = true;
  } catch (error) {
    isOver = true;
    if (signal.aborted) whole.set({ 'askbox.finish_reason': 'CANCELLED' });
    else failure = codeOf(error) ?? 'INTERNAL';
    throw error;
  } finally {
    if (!isOver) whole.set({ 'askbox.finish_reason': 'CANCELLED' }); // its reader has left the loop
    stages.end(failure);
  }
}

/** Enters the stage that a step belongs to, and keeps what it says of the answer, but for all text. */
function note(step: AnswerStep, whole: Span, stages: Stages): void {
  const { answeredBy, sources, usage, citations, status } = step.change;
  if (answeredBy) {
    const { kind, model, fallbackReason } = answeredBy;
    whole.set({ 'askbox.engine': kind, 'askbox.engine.is_fallback': fallbackReason !== null });
    if (model !== null) whole.set({ 'gen_ai.request.model': model });
  }
  if (usage)
    whole.set({
      'gen_ai.usage.input_tokens': usage.promptTokens,
      'gen_ai.usage.output_tokens': usage.completionTokens,
    });
  if (citations) whole.set({ 'askbox.citations': citations.length });
  switch (step.type) {
    case 'sources':
      stages.set({ 'askbox.passages': sources?.length ?? 0 });
      return stages.enter('queue');
    case 'progress':
      if (status !== 'GENERATING') return;
      stages.enter('prompt');
      return stages.set({ 'askbox.passages.used': sources?.filter(({ used }) => used).length ?? 0 });
    case 'thinking':
      return stages.enter('thinking');
    case 'delta':
      stages.enter('generation');
      return;
    case 'completed':
      return whole.set({ 'askbox.finish_reason': step.finishReason });
  }
}

/** The same parts, with a span for each search of the store, and for each call of the embedder and of the reranker. */
function traced(parts: AnswerParts, stages: Stages): AnswerParts {
  const timed = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const span = stages.current.start(name);
    try {
      return await work();
    } catch (error) {
      span.set({ 'error.type': codeOf(error) ?? 'INTERNAL' });
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    ...parts,
    embedQuestion: (...of) => timed('embed question', () => parts.embedQuestion(...of)),
    scorePassages: (...of) => timed('rerank', () => parts.scorePassages(...of)),
    onSearched(milliseconds) {
      parts.onSearched?.(milliseconds);
      stages.current.start('search store', {}, Date.now() - milliseconds).end();
    },
  };
}
