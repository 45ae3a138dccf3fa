import type { ChunkId } from '#shared/document.ts';
import type { UnderstoodFollowUp } from '../conversations/rewrite-question.ts';
import type { CutByRetrieval, Passage, WordedPassage } from '../retrieve/passage.ts';
import { RELEVANCE_FLOOR } from '../retrieve/relevance/relevance-floor.ts';

/** Why a candidate is not in the prompt. */
export type CutReason =
  | Exclude<CutByRetrieval, 'UNRELATED'>
  | 'NAME_MISSING'
  | 'UNRELATED'
  | 'DOCUMENT_SHARE'
  | 'MAX_SOURCES'
  | 'OVER_BUDGET'
  | 'NOT_QUOTED';

/** What became of one candidate. */
export interface Decision {
  /** With its rank among all candidates, and the reranker's score if there is one. */
  readonly passage: Passage;
  /** The number it is cited by, from 1; null if it is no source. */
  readonly sourceRank: number | null;
  /** Null for a source. */
  readonly cut: { readonly reason: CutReason; readonly why: string } | null;
}

/** Collects what the pipeline decides about the candidates of one question, in the shape of AnswerTrace. */
export class Decisions {
  /** The terms of the question. */
  terms: readonly string[] = [];
  /** Null until an engine has made its prompt, and if it does not count its tokens. */
  promptTokens: number | null = null;
  /** How long the prompt could be; null as above. */
  budgetTokens: number | null = null;
  /** Null for a question that is searched for as it was asked. */
  followUp: UnderstoodFollowUp | null = null;
  readonly #decisions = new Map<ChunkId, Decision>();
  #names: readonly string[] = [];

  searched(terms: readonly string[], names: readonly string[]): void {
    this.terms = terms;
    this.#names = names;
  }

  /** Starts again: a follow-up may be searched for in several ways, and the last one counts. */
  ranked(found: readonly WordedPassage[]): void {
    this.#decisions.clear();
    for (const { passage } of found) this.#decisions.set(passage.chunk.id, { passage, sourceRank: null, cut: null });
  }

  cut(before: readonly WordedPassage[], kept: readonly WordedPassage[], reason: CutByRetrieval): void {
    const left = new Set(kept.map(({ passage }) => passage.chunk.id));
    for (const { passage } of before) {
      if (!left.has(passage.chunk.id)) this.#cut(passage.chunk.id, this.#reasonOf(reason), this.#why(reason, passage));
    }
  }

  chosen(ordered: readonly Passage[], chosen: readonly Passage[]): void {
    const ranks = new Map(chosen.map(({ chunk, rank }) => [chunk.id, rank]));
    const last = ordered.findLastIndex(({ chunk }) => ranks.has(chunk.id));
    for (const [index, passage] of ordered.entries()) {
      const { id } = passage.chunk;
      const known = this.#decisions.get(id)?.passage ?? passage;
      const scored = { ...known, rerank: passage.rerank };
      this.#decisions.set(id, { passage: scored, sourceRank: ranks.get(id) ?? null, cut: null });
      if (ranks.has(id)) continue;
      if (index < last) this.#cut(id, 'DOCUMENT_SHARE', 'half of the sources are of its document already');
      else this.#cut(id, 'MAX_SOURCES', `${chosen.length} better ones are sources already (maxSources)`);
    }
  }

  prompted(tokens: number | null, budgetTokens: number | null): void {
    this.promptTokens = tokens;
    this.budgetTokens = budgetTokens;
  }

  understood(followUp: UnderstoodFollowUp): void {
    this.followUp = followUp;
  }

  /** Returns all candidates: the sources by their numbers, then the others as they were ranked. */
  all(): readonly Decision[] {
    const places = ({ sourceRank, passage }: Decision): number => sourceRank ?? 1_000_000 + passage.rank;
    return [...this.#decisions.values()].toSorted((a, b) => places(a) - places(b));
  }

  #cut(id: ChunkId, reason: CutReason, why: string): void {
    const decision = this.#decisions.get(id);
    if (decision !== undefined) this.#decisions.set(id, { ...decision, cut: { reason, why } });
  }

  #reasonOf(reason: CutByRetrieval): CutReason {
    return reason === 'UNRELATED' && this.#names.length > 0 ? 'NAME_MISSING' : reason;
  }

  #why(reason: CutByRetrieval, { relevance }: Passage): string {
    switch (reason) {
      case 'DUPLICATE':
        return 'a better passage says the same';
      case 'UNRELATED':
        if (this.#names.length === 0) return 'it holds nothing that the question is about';
        return `it does not hold what the question names: ${this.#names.join(', ')}`;
      case 'NOTHING_RELEVANT':
        return `its relevance is ${rounded(relevance)}, and none of the first three reaches ${RELEVANCE_FLOOR}: nothing is answered`;
      case 'BELOW_FLOOR':
        return `its relevance is ${rounded(relevance)}; a source needs ${RELEVANCE_FLOOR / 2}`;
    }
  }
}

function rounded(value: number): string {
  return value.toFixed(2);
}
