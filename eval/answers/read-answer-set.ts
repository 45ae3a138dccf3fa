import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Documents, and questions that are asked about them. */
export interface AnswerSet {
  /** Folder with the documents. */
  readonly docs: string;
  readonly questions: readonly AnswerQuestion[];
}

/** A question, with what is needed to judge an answer to it. */
export type AnswerQuestion = z.infer<typeof QUESTION>;

const QUESTION = z.object({
  id: z.string(),
  question: z.string().min(1),
  /** Questions that are asked before it in the same conversation; without any, it is asked outside of conversations. */
  before: z.array(z.string().min(1)).default([]),
  /** What figures are grouped by. */
  kind: z.string().default('all'),
  /** Whether the documents hold the answer; if not, the right answer is to refuse. */
  answerable: z.boolean(),
  /** The document that holds the answer, by its path in `docs`. Null: any may be cited. */
  file: z.string().nullish(),
  /** Other documents that hold it. */
  also: z.array(z.string()).default([]),
  /** Words of a right answer; one of them is enough. */
  answer: z.array(z.string()).default([]),
  /** The words of the document that hold the answer. */
  evidence: z.string().nullish(),
  /** Right answers as sentences in other words, in the language of the document. */
  said: z.array(z.string()).default([]),
  /** The same in the other language. */
  saidAbroad: z.array(z.string()).default([]),
  /** Sentences that sound like right answers, in the language of the document, and that no document says. */
  notSaid: z.array(z.string()).default([]),
});

/**
 * Reads a folder with the documents in `docs/` and the questions in `questions.json`.
 * @throws Error that names what is missing, or the question that has a wrong field or nothing to judge an answer by.
 */
export function readAnswerSet(folder: string): AnswerSet {
  const docs = path.join(folder, 'docs');
  if (!existsSync(docs) || !statSync(docs).isDirectory()) {
    throw new Error(`${docs} is not a folder; put the documents there`);
  }
  const file = path.join(folder, 'questions.json');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON; write a list of questions into it`, { cause });
  }
  const parsed = z.array(QUESTION).min(1).safeParse(content);
  if (!parsed.success) throw new Error(`${file} is not a list of questions: ${z.prettifyError(parsed.error)}`);
  const unjudged = parsed.data.find((each) => each.answerable && each.answer.length === 0 && !each.evidence);
  if (unjudged !== undefined) {
    throw new Error(`${file}: ${unjudged.id} is answerable, but has neither \`answer\` nor \`evidence\``);
  }
  return { docs, questions: parsed.data };
}
