/**
 * Measures how well our retrieval finds the passages that answer questions: `npm run eval -- <SQuAD file or
 * folder>...`. Figures of quality depend on the data alone; times hold for this machine at this moment.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { SearchMode } from '../graphql-api/retrieve/find-candidates.ts';
import { RELEVANCE_FLOOR } from '../graphql-api/retrieve/relevance/relevance-floor.ts';
import { askQuestions } from './ask-questions.ts';
import { indexByWatcher, indexWhole, type IndexedPassages } from './index-passages.ts';
import { answeredShare, floorAbstaining, rankFigures } from './metrics.ts';
import { askedWith, readSquad } from './read-squad.ts';

const USAGE = `usage: npm run eval -- <file or folder in SQuAD format>... [options]
  --whole             one chunk per passage, without the watcher and the chunker
  --embedder <folder> the embedding model; without one only keyword search is measured
  --embedded <share>  with --whole: the share of the passages to embed, 0 to 1
  --questions <file>  ask these questions instead, matched by id, such as a translation
  --foreign <file>    questions about other documents, to measure how many are answered by mistake
  --qdrant <url>      store in this Qdrant, in temporary collections; it must not require a key
  --baseline <file>   an earlier line of --json to compare with
  --json              print the figures as one line of JSON at the end`;

/** `floorAt5PercentAbstention` is the floor at which this share of the answerable questions is not answered. */
const FALSE_ABSTENTION = 0.05;
const ARMS = { keyword: 'KEYWORD', dense: 'SEMANTIC', hybrid: 'HYBRID' } as const satisfies Record<string, SearchMode>;

type Figures = Readonly<Record<string, number>>;
/** Figures of the index as a whole, and of each arm that was measured. */
type Report = { readonly index: Figures } & { readonly [Arm in keyof typeof ARMS]?: Figures };

const { values: flags, positionals: places } = parseArgs({
  allowPositionals: true,
  options: {
    whole: { type: 'boolean', default: false },
    embedder: { type: 'string' },
    embedded: { type: 'string', default: '1' },
    questions: { type: 'string' },
    foreign: { type: 'string' },
    qdrant: { type: 'string' },
    baseline: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const embeddedShare = Number(flags.embedded);
if (places.length === 0 || !(embeddedShare >= 0 && embeddedShare <= 1) || (embeddedShare < 1 && !flags.whole)) {
  console.error(USAGE);
  process.exit(1);
}

const read = readSquad(places);
const set = flags.questions === undefined ? read : askedWith(read, flags.questions);
const foreign = flags.foreign === undefined ? [] : readSquad([flags.foreign]).questions;

const startedMs = performance.now();
const options = { qdrantUrl: flags.qdrant, embedder: flags.embedder };
await using index = await (flags.whole
  ? indexWhole(set.passages, options, embeddedShare)
  : indexByWatcher(set.passages, options));
const indexMs = Math.round(performance.now() - startedMs);
const { chunks } = await index.reader.stats();

const arms = flags.embedder === undefined ? (['keyword'] as const) : (['keyword', 'dense', 'hybrid'] as const);
const measured: [string, Figures][] = [];
for (const arm of arms) measured.push([arm, await measure(index, ARMS[arm])]);
const report: Report = {
  index: { passages: set.passages.length, chunks, questions: set.questions.length, indexMs, floor: RELEVANCE_FLOOR },
  ...Object.fromEntries(measured),
};

printTables(report, flags.baseline);
if (flags.json) console.log(JSON.stringify(report));

async function measure(parts: IndexedPassages, mode: SearchMode): Promise<Figures> {
  const { asked, msPerQuery } = await askQuestions(set.questions, parts, mode);
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

function printTables(now: Report, baseline: string | undefined): void {
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
