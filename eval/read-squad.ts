import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Passages, and questions whose answer is in one of them. */
export interface EvalSet {
  /** Each text once. */
  readonly passages: readonly string[];
  readonly questions: readonly EvalQuestion[];
}

/** A question with the passage that answers it. */
export interface EvalQuestion {
  readonly id: string;
  readonly question: string;
  /** Index of the passage that holds the answer. */
  readonly passage: number;
}

const SQUAD = z.object({
  data: z.array(
    z.object({
      paragraphs: z.array(
        z.object({ context: z.string().min(1), qas: z.array(z.object({ id: z.string(), question: z.string() })) }),
      ),
    }),
  ),
});

/**
 * Reads files in SQuAD 1.1 format, and all `.json` files below a folder, into one set.
 * @throws Error that names the file in another format, or the folder without any such file.
 */
export function readSquad(places: readonly string[]): EvalSet {
  const files = places.flatMap(filesOf);
  if (files.length === 0) throw new Error(`no .json file in ${places.join(', ')}; name a file in SQuAD format`);
  const passages = new Map<string, number>();
  const questions: EvalQuestion[] = [];
  for (const file of files) {
    for (const { context, qas } of paragraphsOf(file)) {
      const passage = passages.get(context) ?? passages.size;
      passages.set(context, passage);
      for (const { id, question } of qas) questions.push({ id, question, passage });
    }
  }
  return { passages: [...passages.keys()], questions };
}

/**
 * Returns the set with other questions, such as a translation: each question in `place` has the passage of the question
 * with the same id in the set.
 * @throws Error if the id of a question is not in the set.
 */
export function askedWith(set: EvalSet, place: string): EvalSet {
  const passageOf = new Map(set.questions.map(({ id, passage }) => [id, passage]));
  const questions = readSquad([place]).questions.map(({ id, question }) => {
    const passage = passageOf.get(id);
    if (passage === undefined) throw new Error(`${place}: no question of the set has the id ${id}`);
    return { id, question, passage };
  });
  return { ...set, questions };
}

function filesOf(place: string): readonly string[] {
  if (!statSync(place).isDirectory()) return [place];
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => path.join(place, name));
}

function paragraphsOf(file: string): z.infer<typeof SQUAD>['data'][number]['paragraphs'] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause });
  }
  const parsed = SQUAD.safeParse(content);
  if (!parsed.success) throw new Error(`${file} is not in SQuAD format: ${z.prettifyError(parsed.error)}`);
  return parsed.data.data.flatMap(({ paragraphs }) => paragraphs);
}
