import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { ordersIn } from '../cite/orders.ts';
import type { Explained } from '../explain/explain.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';
import { readAskInput } from './read-input.ts';

/** The resolvers of `explain`. */
export const explanationResolvers = {
  Query: {
    explain: (_, { input }, { explain, connection }) => explain(readAskInput(input), connection.signal),
  },

  Explanation: {
    searchedFor: ({ terms }) => terms.join(' '),
    answerer: ({ kind }) => kind,
    hiddenTextIn: ({ candidates }, _, { replica }) => hiddenTextIn(candidates, replica),
  },

  Candidate: {
    rank: ({ passage }) => passage.rank,
    score: ({ passage }) => passage.score,
    scores: ({ passage: { keyword, semantic, rerank, relevance } }) => ({
      keyword: keyword?.score ?? null,
      semantic: semantic?.score ?? null,
      rerank,
      relevance,
    }),
    semanticRank: ({ passage }) => passage.semantic?.rank ?? null,
    keywordRank: ({ passage }) => passage.keyword?.rank ?? null,
    path: ({ passage }) => passage.document.path,
    chunk: ({ passage }) => passage.chunk,
    instructions: ({ passage: { chunk } }) =>
      ordersIn(chunk.text).map(({ start, end }) => chunk.text.slice(start, end)),
  },
} satisfies Resolvers<Context>;

function hiddenTextIn(candidates: Explained['candidates'], replica: DocumentReplica): readonly DocumentState[] {
  const ids = new Set(candidates.map(({ passage }) => passage.document.id));
  return [...ids]
    .flatMap((id) => replica.find(id) ?? [])
    .filter(({ warnings }) => warnings.some(({ code }) => code === 'HIDDEN_TEXT_LEFT_OUT'));
}
