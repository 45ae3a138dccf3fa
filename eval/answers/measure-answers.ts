import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isIgnoredName } from '../../watcher/scan/ignored-names.ts';
import { indexInbox, type IndexOptions } from '../index-inbox.ts';
import { checkEngineName, openEngine, type EngineOptions } from './engines/open-engine.ts';
import { isRightFile, judgeAnswer, rankOfEvidence, type Verdict } from './judge-answer.ts';
import { judgeEvidence, type JudgedEvidence } from './judge-evidence.ts';
import { openAsking, type Asked } from './open-asking.ts';
import { readAnswerSet, type AnswerQuestion } from './read-answer-set.ts';

/** What is measured, and with which models. */
export interface MeasureOptions extends IndexOptions, EngineOptions {
  /** Folder with `docs/` and `questions.json`. */
  readonly folder: string;
  /** What answers, one after another, by the names that `openEngine` knows. Default: quotes. */
  readonly engines?: readonly string[] | undefined;
  /** How many of the questions are asked, from the first. Default: all. */
  readonly first?: number | undefined;
  /** How often each of them is asked. Default: once. */
  readonly rounds?: number | undefined;
}

/** The results of all arms. */
export interface MeasuredAnswers {
  readonly files: number;
  /** Files that could not be read. */
  readonly failed: readonly { readonly path: string; readonly code: string }[];
  readonly indexMs: number;
  readonly arms: readonly MeasuredArm[];
}

/** What came of all questions with one kind of search and one engine. */
export interface MeasuredArm {
  readonly search: 'KEYWORD' | 'HYBRID';
  /** The name as it was given; only the name of the file for a model. */
  readonly engine: string;
  readonly msPerQuestion: number;
  readonly results: readonly Result[];
}

/** What came of one question. */
export interface Result {
  readonly question: AnswerQuestion;
  readonly verdict: Verdict;
  /** Rank of the first passage of a search that holds the evidence, from 1; null if none of ten does. */
  readonly rank: number | null;
  /** Whether the first source of the answer is a right document; null for a question that has none. */
  readonly isRightFirst: boolean | null;
  /** Whether a refusal shows a passage with the evidence among the nearest ones. */
  readonly isNearest: boolean;
  /** The engine that answered; null for a refusal. */
  readonly answeredBy: string | null;
  readonly answer: Asked['answer'];
  readonly evidence: JudgedEvidence;
}

/**
 * Asks the questions of the folder with each engine, without and with the embedder.
 * @throws Error if the folder or a model is not there, or the API fails to answer a question.
 */
export async function measureAnswers({
  folder,
  engines = ['quotes'],
  first,
  rounds = 1,
  seed,
  threads,
  ...options
}: MeasureOptions): Promise<MeasuredAnswers> {
  const { docs, questions } = readAnswerSet(folder);
  for (const engine of engines) checkEngineName(engine);
  // The API would answer with quotes instead, and the figures would be taken for the Llama's.
  const missing = engines.find((engine) => engine.endsWith('.gguf') && !existsSync(engine));
  if (missing !== undefined) throw new Error(`${missing} does not exist; name a .gguf file`);
  const asked = Array.from({ length: rounds }, () => questions.slice(0, first)).flat();
  await using opened = new AsyncDisposableStack();
  const startedMs = performance.now();
  const inbox = await indexInbox(opened, (target) => copyFiles(docs, target), options);
  const indexMs = Math.round(performance.now() - startedMs);
  const documents = [...inbox.documents()];
  const searches = options.embedder === undefined ? [false] : [false, true];
  const arms: MeasuredArm[] = [];
  for (const engine of engines) {
    for (const isHybrid of searches) arms.push(await measureArm(engine, isHybrid));
  }
  return {
    files: documents.length,
    failed: documents
      .filter(({ status }) => status === 'FAILED')
      .map((document) => ({ path: document.path, code: document.error?.code ?? 'INTERNAL' })),
    indexMs,
    arms,
  };

  async function measureArm(name: string, isHybrid: boolean): Promise<MeasuredArm> {
    await using engine = await openEngine(name.endsWith('.gguf') ? path.resolve(name) : name, questions, {
      seed,
      threads,
    });
    await using asking = await openAsking(inbox, { isHybrid, settings: engine.settings });
    const results: Result[] = [];
    const firstMs = performance.now();
    for (const question of asked) {
      const { answer, hits } = await asking.ask(question.question, question.before);
      const isVerbatim = await Promise.all(answer.citations.map((citation) => asking.isVerbatim(citation)));
      const said = answer.answeredBy?.kind === 'REMOTE' ? engine.said() : null;
      const evidence = judgeEvidence(question, answer, said, isVerbatim);
      results.push({ ...resultOf(question, { answer, hits }), evidence });
    }
    return {
      search: isHybrid ? 'HYBRID' : 'KEYWORD',
      engine: path.basename(name),
      msPerQuestion: (performance.now() - firstMs) / results.length,
      results,
    };
  }
}

function resultOf(question: AnswerQuestion, { answer, hits }: Asked): Omit<Result, 'evidence'> {
  const isRefusal = answer.finishReason === 'ABSTAINED';
  const citations = answer.citations.map(({ quote, source }) => ({ quote, path: source.path }));
  const passages = hits.map(({ chunk }) => ({
    text: chunk.text,
    paths: chunk.documents.map((document) => document.path),
  }));
  const nearest = answer.nearest.map((source) => ({ text: source.chunk?.text ?? '', paths: [source.path] }));
  return {
    question,
    verdict: judgeAnswer(question, { isRefusal, text: answer.text, citations }),
    rank: question.answerable ? rankOfEvidence(question, passages) : null,
    isRightFirst: question.answerable && question.file ? isRightFile(question)(answer.sources[0]?.path ?? '') : null,
    isNearest: question.answerable && rankOfEvidence(question, nearest) !== null,
    answeredBy: answer.answeredBy?.kind ?? null,
    answer,
  };
}

/** Copies the files that a watcher would read, without their times. @returns how many. */
function copyFiles(from: string, to: string): number {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(from, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(path.sep).some(isIgnoredName));
  for (const file of files) {
    // Folders are made, not copied: a read-only one could not be deleted afterwards.
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    writeFileSync(path.join(to, file), readFileSync(path.join(from, file)));
  }
  return files.length;
}
