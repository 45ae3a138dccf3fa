import { messageOf } from '#shared/errors.ts';
import type { AnswerRequest } from '../answers/answers.ts';
import type { UnderstoodFollowUp } from '../conversations/rewrite-question.ts';
import type { AnswerSource, AnswerStep } from '../answers/state.ts';
import type { GeneratorKind } from '../generate/generator.ts';
import { Decisions, type CutReason, type Decision } from './decisions.ts';

/** A candidate, and what became of it. */
export interface ExplainedCandidate extends Omit<Decision, 'cut'> {
  /** Whether it is in the prompt or, without a model, quoted. */
  readonly used: boolean;
  readonly cutBecause: CutReason | null;
  readonly why: string | null;
}

/** Why an answer would rest on these passages. */
export interface Explained {
  /** The terms that were searched for. */
  readonly terms: readonly string[];
  /** Null for a question that is searched for as it was asked. */
  readonly followUp: UnderstoodFollowUp | null;
  /** What would write the answer; null if it would abstain, or that could not be found out. */
  readonly kind: GeneratorKind | 'DOCUMENT_LIST' | null;
  readonly candidates: readonly ExplainedCandidate[];
  /** Null without a model, or if the engine does not count them. */
  readonly promptTokens: number | null;
  /** How long the prompt could be; null as above. */
  readonly budgetTokens: number | null;
  /** Why it is not known which sources fit into the prompt; null if it is. */
  readonly undecidedBecause: string | null;
}

/** What `explain` works with. */
export interface ExplainParts {
  /** Writes the answer, and tells `trace` what it decides; it is stopped before its first word. */
  readonly write: (request: AnswerRequest, trace: Decisions, signal: AbortSignal) => AsyncIterable<AnswerStep>;
  /** How long the engine may take until it has made its prompt: it may be busy with other answers. Default: 10 s. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;

/**
 * Starts an answer as `ask` does, and stops it when the engine has made its prompt, before it reads it: an endpoint is
 * sent neither question nor passages. Throws what retrieval throws; a failing engine only leaves it open what it would
 * have used.
 */
export async function explain(request: AnswerRequest, parts: ExplainParts, signal: AbortSignal): Promise<Explained> {
  const decisions = new Decisions();
  const run = await runToPrompt(request, decisions, parts, signal);
  const { kind, usedRanks } = run;
  const candidates = decisions.all().map(({ cut, ...decision }): ExplainedCandidate => {
    const { sourceRank } = decision;
    if (cut !== null) return { ...decision, used: false, cutBecause: cut.reason, why: cut.why };
    if (sourceRank === null || usedRanks === null || usedRanks.has(sourceRank)) {
      return { ...decision, used: sourceRank !== null, cutBecause: null, why: null };
    }
    return { ...decision, used: false, ...notInPrompt(kind) };
  });
  const hasModel = kind === 'LOCAL' || kind === 'REMOTE';
  return {
    terms: decisions.terms,
    followUp: decisions.followUp,
    kind,
    candidates,
    promptTokens: hasModel ? decisions.promptTokens : null,
    budgetTokens: hasModel ? decisions.budgetTokens : null,
    undecidedBecause: run.undecidedBecause,
  };
}

interface Run extends Pick<Explained, 'kind' | 'undecidedBecause'> {
  /** The sources in the prompt; null if that is not known. */
  readonly usedRanks: ReadonlySet<number> | null;
}

async function runToPrompt(
  request: AnswerRequest,
  decisions: Decisions,
  { write, patienceMs = PATIENCE_MS }: ExplainParts,
  signal: AbortSignal,
): Promise<Run> {
  const busy = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let hasLeft = false;
  let isRetrieved = false;
  const nobody: Run = { kind: null, usedRanks: null, undecidedBecause: null };
  try {
    for await (const { type, change } of write(request, decisions, AbortSignal.any([signal, busy.signal]))) {
      if (type === 'completed') return nobody;
      if (type === 'sources') {
        isRetrieved = true;
        const message = `no engine has begun within ${patienceMs / 1000} s; it is busy with other answers: ask again later`;
        timer = setTimeout(() => busy.abort(new Error(message)), patienceMs);
      }
      hasLeft = change.passagesLeftMachine ?? hasLeft;
      if (change.answeredBy?.kind === 'DOCUMENT_LIST') return { ...nobody, kind: 'DOCUMENT_LIST' };
      // The engine has made its prompt. Leaving the loop here stops it.
      if (change.status === 'GENERATING' && change.sources !== undefined) {
        return { kind: kindOf(hasLeft, decisions), usedRanks: ranksOf(change.sources), undecidedBecause: null };
      }
    }
    return nobody;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRetrieved) throw error;
    return { ...nobody, undecidedBecause: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Quotes have no prompt. Only an endpoint is about to be sent something. */
function kindOf(hasLeft: boolean, { promptTokens }: Decisions): GeneratorKind {
  if (promptTokens === 0) return 'QUOTES';
  return hasLeft ? 'REMOTE' : 'LOCAL';
}

function ranksOf(sources: readonly AnswerSource[]): ReadonlySet<number> {
  return new Set(sources.filter(({ used }) => used).map(({ rank }) => rank));
}

function notInPrompt(kind: Explained['kind']): Pick<ExplainedCandidate, 'cutBecause' | 'why'> {
  if (kind === 'QUOTES') return { cutBecause: 'NOT_QUOTED', why: 'other sources hold more of the question' };
  return { cutBecause: 'OVER_BUDGET', why: 'it does not fit into the prompt with the better ones' };
}
