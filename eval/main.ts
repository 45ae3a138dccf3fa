/**
 * How well our own retrieval finds the passages of questions: `npm run eval -- <SQuAD file or folder>...`.
 * Figures of quality are of the data alone; times are of this machine and this moment.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RELEVANCE_FLOOR } from '../graphql-api/retrieve/relevance.ts';
import { askQuestions } from './ask-questions.ts';
import { indexByWatcher, indexWhole } from './index-passages.ts';
import { answeredShare, floorAbstaining, rankFigures } from './metrics.ts';
import { askedWith, readSquad } from './read-squad.ts';

const USAGE = `usage: npm run eval -- <file or folder in the format of SQuAD>... [options]
  --whole             one chunk for each passage, past watcher and chunker
  --questions <file>  ask these instead, matched by id: a translation
  --foreign <file>    questions of other documents: how many are answered that should not be
  --qdrant <url>      in Qdrant, in collections of their own; it must want no key
  --baseline <file>   a line that --json printed before, to compare with
  --json              the figures as one line of JSON at the end`;

/** The floor is chosen so that this share of the answerable questions is not answered. */
const FALSE_ABSTENTION = 0.05;

const { values: flags, positionals: places } = parseArgs({
  allowPositionals: true,
  options: {
    whole: { type: 'boolean', default: false },
    questions: { type: 'string' },
    foreign: { type: 'string' },
    qdrant: { type: 'string' },
    baseline: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (places.length === 0) {
  console.error(USAGE);
  process.exit(1);
}

const read = readSquad(places);
const set = flags.questions === undefined ? read : askedWith(read, flags.questions);
const foreign = flags.foreign === undefined ? [] : readSquad([flags.foreign]).questions;

const startedMs = performance.now();
await using index = await (flags.whole ? indexWhole : indexByWatcher)(set.passages, flags.qdrant);
const indexMs = Math.round(performance.now() - startedMs);
const { chunks } = await index.reader.stats();

const { asked, msPerQuery } = await askQuestions(set.questions, index);
const relevances = asked.map(({ relevance }) => relevance);
const figures: Record<string, number> = {
  passages: set.passages.length,
  chunks,
  questions: asked.length,
  indexMs,
  ...rankFigures(asked.map(({ rank }) => rank)),
  msPerQuery,
  floor: RELEVANCE_FLOOR,
  falseAbstentionShare: 1 - answeredShare(relevances, RELEVANCE_FLOOR),
};
if (foreign.length > 0) {
  const answered = (await askQuestions(foreign, index)).asked.map(({ relevance }) => relevance);
  const floorAt5 = floorAbstaining(FALSE_ABSTENTION, relevances);
  Object.assign(figures, {
    foreignQuestions: foreign.length,
    falseAnswerShare: answeredShare(answered, RELEVANCE_FLOOR),
    floorAt5PercentAbstention: floorAt5,
    falseAnswerShareAt5PercentAbstention: answeredShare(answered, floorAt5),
  });
}

printTable(figures, flags.baseline);
if (flags.json) console.log(JSON.stringify(figures));

function printTable(now: Readonly<Record<string, number>>, baseline: string | undefined): void {
  // What --json printed, or a file of the same content by hand.
  const before =
    baseline === undefined ? {} : (JSON.parse(readFileSync(baseline, 'utf8')) as Readonly<Record<string, number>>);
  const rows = Object.entries(now).map(([name, value]) => {
    const old = before[name];
    const columns = { keyword: shown(value), dense: '-', hybrid: '-' };
    return [name, old === undefined ? columns : { ...columns, before: shown(old), change: shown(value - old) }];
  });
  console.table(Object.fromEntries(rows));
  console.log('dense and hybrid: there is no embedder yet');
}

function shown(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
