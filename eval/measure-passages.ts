import { readFileSync } from 'node:fs';
import type { SearchMode } from '../graphql-api/retrieve/find-candidates.ts';
import { RELEVANCE_FLOOR } from '../graphql-api/retrieve/relevance/relevance-floor.ts';
import { askQuestions } from './ask-questions.ts';
import type { IndexOptions } from './index-inbox.ts';
import { indexByWatcher, indexWhole, type IndexedPassages } from './index-passages.ts';
import { answeredShare, floorAbstaining, rankFigures } from './metrics.ts';
import { askedWith, readSquad, type EvalQuestion } from './read-squad.ts';

/** `floorAt5PercentAbstention` is the floor at which this share of the answerable questions is not answered. */
const FALSE_ABSTENTION = 0.05;
const ARMS = { keyword: 'KEYWORD', dense: 'SEMANTIC', hybrid: 'HYBRID' } as const satisfies Record<string, SearchMode>;

type Figures = Readonly<Record<string, number>>;
/** Figures of the index as a whole, and of each arm that was measured. */
type Report = { readonly index: Figures } & { readonly [Arm in keyof typeof ARMS]?: Figures };

/** What is measured, and how. */
export interface PassageOptions extends IndexOptions {
  /** Files and folders in SQuAD format. */
  readonly places: readonly string[];
  /** Whether each passage is stored as one chunk, without the watcher and the chunker. */
  readonly isWhole: boolean;
  /** If `isWhole`, the share of the passages to embed, 0 to 1. */
  readonly embeddedShare: number;
  /** File with the questions to ask instead, matched by id. */
  readonly questions?: string | undefined;
  /** File with questions about other documents. */
  readonly foreign?: string | undefined;
  /** File with an earlier line of JSON to compare with. */
  readonly baseline?: string | undefined;
  /** Whether to print the figures as one line of JSON at the end. */
  readonly isJson: boolean;
}

/** Measures how well retrieval finds the passages that answer questions, and prints the figures. */
export async function measurePassages(options: PassageOptions): Promise<void> {
  const read = readSquad(options.places);
  const set = options.questions === undefined ? read : askedWith(read, options.questions);
  const foreign = options.foreign === undefined ? [] : readSquad([options.foreign]).questions;

  const startedMs = performance.now();
  await using index = await (options.isWhole
    ? indexWhole(set.passages, options, options.embeddedShare)
    : indexByWatcher(set.passages, options));
  const indexMs = Math.round(performance.now() - startedMs);
  const { chunks } = await index.reader.stats();

  const arms = options.embedder === undefined ? (['keyword'] as const) : (['keyword', 'dense', 'hybrid'] as const);
  const measured: [string, Figures][] = [];
  for (const arm of arms) measured.push([arm, await measure(set.questions, foreign, index, ARMS[arm])]);
  const report: Report = {
    index: { passages: set.passages.length, chunks, questions: set.questions.length, indexMs, floor: RELEVANCE_FLOOR },
    ...Object.fromEntries(measured),
  };

  printTables(report, arms, options.baseline);
  if (options.isJson) console.log(JSON.stringify(report));
}

async function measure(
  questions: readonly EvalQuestion[],
  foreign: readonly EvalQuestion[],
  parts: IndexedPassages,
  mode: SearchMode,
): Promise<Figures> {
  const { asked, msPerQuery } = await askQuestions(questions, parts, mode);
  const relevances = asked.map(({ relevance }) => relevance);
  const figures = {
    ...rankFigures(asked.map(({ rank }) => rank)),
    msPerQuery,
    falseAbstentionShare: 1 - answeredShare(relevances, RELEVANCE_FLOOR),
  };
  if (foreign.length === 0) return figures;

  const answered = (await askQuestions(foreign, parts, mode)).asked.map(({ relevance }) => relevance);
  const floorAt5 = floorAbstaining(FALSE_ABSTENTION, relevances);
  return {
    ...figures,
    foreignQuestions: foreign.length,
    falseAnswerShare: answeredShare(answered, RELEVANCE_FLOOR),
    floorAt5PercentAbstention: floorAt5,
    falseAnswerShareAt5PercentAbstention: answeredShare(answered, floorAt5),
  };
}

function printTables(now: Report, arms: readonly (keyof typeof ARMS)[], baseline: string | undefined): void {
  // `as`: the file was printed by --json; a wrong one shows as figures without a change.
  const before = baseline === undefined ? {} : (JSON.parse(readFileSync(baseline, 'utf8')) as Partial<Report>);
  console.table(now.index);
  const names = Object.keys(now.keyword ?? {});
  const rows = names.map((name) => [
    name,
    Object.fromEntries(
      arms.flatMap((arm) => {
        const [value, old] = [now[arm]?.[name] ?? NaN, before[arm]?.[name]];
        const column: [string, number][] = [[arm, shown(value)]];
        return old === undefined ? column : [...column, [`${arm}, change`, shown(value - old)]];
      }),
    ),
  ]);
  console.table(Object.fromEntries(rows));
  if (arms.length === 1) console.log('to measure dense and hybrid search, give --embedder <folder of a model>');
}

function shown(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
