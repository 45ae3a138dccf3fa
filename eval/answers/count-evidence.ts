import type { Result } from './measure-answers.ts';

/** How far the citations of one engine can be trusted. A share is null if there is nothing that it could be a share of. */
export interface EvidenceCounts {
  readonly citations: number;
  /** Share of the citations that the documents have at their place. */
  readonly verified: number | null;
  /** Sentences with a number that no passage has and that are cited all the same. */
  readonly foreignCited: number;
  /** Share of the right sentences without a marker that are cited with their evidence. */
  readonly unmarkedCited: number | null;
  /** Answers that were ended because they repeated themselves. */
  readonly loops: number;
  /** Answers whose text, as it is shown, ends in a part that is there three times in a row. */
  readonly endInLoop: number;
  /** Sentences that are neither cited nor unsupported. */
  readonly unjudged: number;
  /** Median time to the first word. */
  readonly firstWordMs: number | null;
}

/** The same for one pair of languages, that of the sentence and that of the passage. */
export interface PairCounts {
  readonly sentences: number;
  /** Share of the citations that have the evidence. */
  readonly precision: number | null;
  /** Share of the right sentences that are cited with their evidence; for engines without a script, of the answerable questions. */
  readonly recall: number | null;
  /** Share of the unsupported sentences that no document says. */
  readonly unsupportedPrecision: number | null;
  /** Share of the sentences that no document says that are unsupported. */
  readonly unsupportedRecall: number | null;
}

/** Returns the figures of all answers of an engine. */
export function countEvidence(results: readonly Result[]): EvidenceCounts {
  const citations = results.flatMap(({ evidence }) => evidence.citations);
  const statements = results.flatMap(({ evidence }) => evidence.statements);
  const unmarked = statements.filter(({ statement }) => statement.planting === 'unmarked');
  const foreign = statements.filter(({ statement }) => statement.planting === 'foreign number');
  const times = results.flatMap(({ answer }) => answer.timings.firstTokenMs ?? []).toSorted((a, b) => a - b);
  return {
    citations: citations.length,
    verified: shareOf(citations, ({ isVerbatim }) => isVerbatim),
    foreignCited: foreign.filter(({ isCited }) => isCited).length,
    unmarkedCited: shareOf(
      unmarked.filter(({ statement }) => statement.language === statement.passageLanguage),
      ({ isCitedRightly }) => isCitedRightly,
    ),
    loops: results.filter(({ answer }) => answer.finishReason === 'LOOP').length,
    endInLoop: results.filter(({ answer }) => endsInLoop(answer.text)).length,
    unjudged: results.flatMap(({ evidence }) => evidence.unjudged).length,
    firstWordMs: times[Math.floor(times.length / 2)] ?? null,
  };
}

/** Returns the figures of each pair of languages. */
export function countPairs(results: readonly Result[]): Readonly<Record<string, PairCounts>> {
  const statements = results.flatMap(({ evidence }) => evidence.statements);
  const citations = results.flatMap(({ evidence }) => evidence.citations);
  const pairs = [...new Set([...statements, ...citations].map(({ pair }) => pair))].toSorted();
  return Object.fromEntries(
    pairs.map((pair) => {
      const own = statements.filter((statement) => statement.pair === pair);
      const cited = citations.filter((citation) => citation.pair === pair);
      return [
        pair,
        {
          sentences: own.length,
          precision: shareOf(cited, ({ isRight }) => isRight),
          recall: shareOf(
            own.filter(({ isTrue }) => isTrue),
            ({ isCitedRightly }) => isCitedRightly,
          ),
          unsupportedPrecision: shareOf(
            own.filter(({ isUnsupported }) => isUnsupported),
            ({ isTrue }) => !isTrue,
          ),
          unsupportedRecall: shareOf(
            own.filter(({ isTrue }) => !isTrue),
            ({ isUnsupported }) => isUnsupported,
          ),
        },
      ];
    }),
  );
}

const LONGEST_ROUND = 600;

/** Whether the end of a text is the same 4 to 600 characters three times, from wherever they begin. */
export function endsInLoop(text: string): boolean {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  // The last round may lack the blank that the others end with.
  return [plain, `${plain} `].some((end) => {
    for (let length = 4; length <= Math.min(LONGEST_ROUND, end.length / 3); length++) {
      const round = end.slice(-length);
      if (/[\p{L}\p{N}]/u.test(round) && end.endsWith(round.repeat(3))) return true;
    }
    return false;
  });
}

function shareOf<T>(list: readonly T[], isMeant: (each: T) => boolean): number | null {
  return list.length === 0 ? null : Math.round((list.filter(isMeant).length / list.length) * 1000) / 1000;
}
