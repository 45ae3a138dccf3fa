import { countEvidence, countPairs } from './count-evidence.ts';
import { countVerdicts } from './count-verdicts.ts';
import type { MeasuredAnswers, MeasuredArm, Result } from './measure-answers.ts';

/** How much is printed. */
export interface PrintOptions {
  /** Also prints each question with its verdict and first quote. */
  readonly isVerbose: boolean;
  /** Also prints the figures as one line of JSON at the end. */
  readonly isJson: boolean;
}

/** Prints the figures of each arm by the kind of question. */
export function printAnswers(
  { files, failed, indexMs, arms }: MeasuredAnswers,
  { isVerbose, isJson }: PrintOptions,
): void {
  console.log(`${files} files, ${failed.length} failed, indexed in ${indexMs} ms`);
  for (const file of failed) console.log(`  ${file.code}: ${file.path}`);
  for (const arm of arms) {
    console.log(`\n${nameOf(arm)}: ${Math.round(arm.msPerQuestion)} ms a question`);
    if (isVerbose) for (const result of arm.results) printResult(result);
    console.table(countVerdicts(arm.results));
    console.log(
      `answered by: ${Object.entries(enginesOf(arm))
        .map((pair) => pair.join(' '))
        .join(', ')}`,
    );
    console.table({ [arm.engine]: countEvidence(arm.results) });
    console.table(countPairs(arm.results));
  }
  if (!isJson) return;
  const figures = arms.map(({ search, engine, msPerQuestion, results }) => ({
    search,
    engine,
    msPerQuestion,
    answeredBy: enginesOf({ results }),
    kinds: countVerdicts(results),
    evidence: countEvidence(results),
    pairs: countPairs(results),
  }));
  console.log(JSON.stringify({ files, failed, indexMs, arms: figures }));
}

/** Returns how many answers each engine wrote: the quotes may have stepped in for the Llama. */
function enginesOf({ results }: Pick<MeasuredArm, 'results'>): Readonly<Record<string, number>> {
  const answered = Map.groupBy(results, ({ answeredBy }) => answeredBy ?? 'REFUSED');
  return Object.fromEntries([...answered].map(([engine, { length }]) => [engine, length]));
}

function nameOf({ search, engine }: MeasuredArm): string {
  return `${search === 'HYBRID' ? 'with' : 'without'} the embedder, ${engine}`;
}

function printResult({ question, verdict, rank, answer, evidence }: Result): void {
  const place = question.answerable ? `evidence ${rank ?? '-'}` : '';
  console.log(`${verdict.padEnd(15)} ${question.id} ${question.kind} | ${place} | ${question.question}`);
  if (answer.searchedFor !== null) console.log(`    searched for: ${oneLine(answer.searchedFor)}`);
  if (answer.answeredBy?.kind !== 'QUOTES') console.log(`    ${answer.finishReason}: ${oneLine(answer.text)}`);
  if (answer.answeredBy?.fallbackReason) console.log(`    fell back: ${answer.answeredBy.fallbackReason}`);
  for (const { quote, source } of answer.citations.slice(0, 1)) {
    console.log(`    ${source.path}: ${oneLine(quote)}`);
  }
  for (const { start, end } of answer.unsupported)
    console.log(`    unsupported: ${oneLine(answer.text.slice(start, end))}`);
  for (const { statement, isTrue, isUnsupported, isCitedRightly } of evidence.statements) {
    if (isTrue ? isCitedRightly : isUnsupported) continue;
    console.log(`    misjudged, ${statement.planting}: ${statement.words}`);
  }
  if (question.answerable && verdict !== 'RIGHT')
    console.log(`    wanted: ${question.file ?? ''}: ${oneLine(question.evidence ?? '')}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 160);
}
