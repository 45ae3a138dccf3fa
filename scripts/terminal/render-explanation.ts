import type { Client } from 'graphql-ws';
import { LOCATOR_FIELDS, pathAndPlace, placeOf, type SelectedLocator } from '#shared/place-name.ts';
import { runOperation } from './api-client.ts';
import { harmless, widthOf, wrap } from './text.ts';

/** The fields of `Explanation` that the terminal shows. */
const FIELDS = `
  searchedFor followUp { question model notByModelBecause } answerer promptTokens budgetTokens undecidedBecause
  hiddenTextIn { path }
  candidates {
    rank score semanticRank keywordRank sourceRank path instructions used cutBecause why
    scores { relevance rerank }
    chunk { text locator { ${LOCATOR_FIELDS} } }
  }
`;

/** Why an answer would rest on its passages, as the API returns it. */
export interface Explanation {
  readonly searchedFor: string;
  readonly followUp: {
    readonly question: string;
    readonly model: string | null;
    readonly notByModelBecause: string | null;
  } | null;
  readonly answerer: string | null;
  readonly promptTokens: number | null;
  readonly budgetTokens: number | null;
  readonly undecidedBecause: string | null;
  readonly hiddenTextIn: readonly { readonly path: string }[];
  readonly candidates: readonly ExplainedCandidate[];
}

interface ExplainedCandidate {
  readonly rank: number;
  readonly score: number;
  readonly semanticRank: number | null;
  readonly keywordRank: number | null;
  /** Null if it is no source. */
  readonly sourceRank: number | null;
  readonly path: string;
  /** What in it is addressed to a model. */
  readonly instructions: readonly string[];
  readonly used: boolean;
  readonly cutBecause: string | null;
  readonly why: string | null;
  readonly scores: { readonly relevance: number; readonly rerank: number | null };
  readonly chunk: {
    readonly text: string;
    readonly locator: SelectedLocator;
  };
}

/** Asks the API why an answer would rest on its passages. Rejects as runOperation does. */
export async function fetchExplanation(client: Client, input: { readonly question: string }): Promise<Explanation> {
  const query = `query ($input: AskInput!) { explain(input: $input) { ${FIELDS} } }`;
  return (await runOperation<{ explain: Explanation }>(client, query, { input })).explain;
}

const INDENT = '       ';
const MIN_COLUMNS = 40;

/**
 * Returns what a question was searched for, what would answer it, and its candidates: each with its source number if it
 * has one, its file, its ranks and scores, how it begins, and what cut it.
 * @param columns of the terminal.
 */
export function renderExplanation(explanation: Explanation, columns: number): string {
  const width = Math.max(MIN_COLUMNS, columns);
  const { candidates, searchedFor, undecidedBecause, hiddenTextIn } = explanation;
  const used = candidates.filter((candidate) => candidate.used).length;
  return [
    ...followUpLines(explanation),
    `searched for: ${searchedFor === '' ? 'nothing; the question is about the folder or has no words' : harmless(searchedFor)}`,
    `answered by:  ${harmless(explanation.answerer ?? 'nothing')}${tokensOf(explanation)}`,
    ...(undecidedBecause === null ? [] : [`not decided:  ${harmless(undecidedBecause)}`]),
    ...hiddenTextIn.map(({ path }) => `hidden text was left out of: ${harmless(path)}`),
    `candidates:   ${candidates.length}, of which ${used} are used`,
    ...candidates.map((candidate) => `\n${linesOf(candidate, width).join('\n')}`),
  ].join('\n');
}

function followUpLines({ followUp }: Explanation): readonly string[] {
  if (followUp === null) return [];
  const { question, model, notByModelBecause } = followUp;
  const because = notByModelBecause === null ? '' : `; not by the model: ${notByModelBecause}`;
  return [
    `understood as: ${harmless(question)}`,
    `              by ${harmless(model ?? `the rule of words${because}`)}`,
  ];
}

function tokensOf({ promptTokens, budgetTokens }: Explanation): string {
  if (promptTokens === null) return '';
  return `, prompt of ${promptTokens}${budgetTokens === null ? '' : ` of ${budgetTokens}`} tokens`;
}

function linesOf(candidate: ExplainedCandidate, width: number): readonly string[] {
  const { sourceRank, path, rank, score, scores, keywordRank, semanticRank, used, cutBecause, why, chunk } = candidate;
  const mark = sourceRank === null ? '-' : `[${sourceRank}]`;
  const numbers = [
    `rank ${rank}`,
    `words ${keywordRank ?? '-'}`,
    `meaning ${semanticRank ?? '-'}`,
    `relevance ${scores.relevance.toFixed(2)}`,
    `fused ${score.toFixed(2)}`,
    ...(scores.rerank === null ? [] : [`reranked ${scores.rerank.toFixed(2)}`]),
  ];
  return [
    `${mark.padStart(5)}  ${harmless(pathAndPlace(path, placeOf(chunk.locator)))}`,
    `${INDENT}${numbers.join(', ')}`,
    `${INDENT}${beginning(chunk.text, width - INDENT.length)}`,
    ...candidate.instructions.map(
      (order) => INDENT + beginning(`instruction to the model, no evidence: ${order}`, width - INDENT.length),
    ),
    ...(used ? [] : wrap(`${cutBecause}: ${harmless(why ?? '')}`, width - INDENT.length).map((each) => INDENT + each)),
  ];
}

/** Returns as much of a text as a line has room for. */
function beginning(text: string, columns: number): string {
  const words = harmless(text.replaceAll(/\s+/g, ' ').trim());
  return widthOf(words) <= columns ? words : `${wrap(words, columns - 2)[0]} …`;
}
