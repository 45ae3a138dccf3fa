import { answerTurns, type Steps } from '../turns/turns.ts';
import { findCandidates, type Candidates, type CandidateRequest, type CandidateSources } from './find-candidates.ts';
import { fuseCandidates } from './fuse-candidates.ts';
import type { ScorePassages } from './order-by-scores.ts';
import type { RetrievalTrace, WordedPassage } from './passage.ts';
import { scoreCandidates } from './score-candidates.ts';

/** What retrieval works with. */
export interface RetrieveParts extends CandidateSources {
  /** The reranker's scores. */
  readonly scorePassages: ScorePassages;
  /** Is told what is decided. Default: nobody is. */
  readonly trace?: RetrievalTrace;
}

/**
 * Returns the candidates of both arms in one order, best first, relevant or not; ranks from 1.
 * @param turns the queue in which they are ranked.
 */
export async function rankPassages(
  request: CandidateRequest,
  sources: CandidateSources & Pick<RetrieveParts, 'trace'>,
  signal: AbortSignal,
  turns = answerTurns,
): Promise<readonly WordedPassage[]> {
  const candidates = await findCandidates(request, sources, signal, turns);
  const ranked = await turns.run(ordered(candidates, request.question, sources.trace), signal);
  sources.trace?.ranked(ranked);
  return ranked;
}

function* ordered(
  candidates: Candidates,
  question: string,
  trace: RetrievalTrace | undefined,
): Steps<readonly WordedPassage[]> {
  return fuseCandidates(candidates, yield* scoreCandidates(candidates, question, trace));
}
