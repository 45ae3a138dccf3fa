import { randomNumbers } from '#shared/testing/random-numbers.ts';
import type { Config } from '#shared/config.ts';
import type { AnswerQuestion } from '../read-answer-set.ts';
import { invent, ownWords } from './inventing.ts';
import { obey } from './obedient.ts';
import type { ReadPrompt } from './read-prompt.ts';
import { startScriptedServer, type Script } from './scripted-server.ts';
import { inPieces, knownFacts, written, type Statement } from './statement.ts';

/** What engines differ by besides their name. */
export interface EngineOptions {
  /** Decides what `inventing` writes. Default: 1. */
  readonly seed?: number | undefined;
  /** How many threads a .gguf file computes with. Default: as many as in use. */
  readonly threads?: number | undefined;
}

/** The scripted models that `openEngine` knows. */
const SCRIPTED = ['faithful', 'inventing', 'obedient', 'endless'] as const;

/** What answers the questions. */
export interface EvalEngine extends AsyncDisposable {
  /** The settings that make the API use it. */
  readonly settings: Pick<Config, 'generatorOrder' | 'model' | 'remote' | 'threads' | 'firstTokenMs'>;
  /** Returns the sentences of the last answer; null for an engine that is not scripted. */
  readonly said: () => readonly Statement[] | null;
}

/** @throws Error that lists the names, if `openEngine` knows no such engine. */
export function checkEngineName(name: string): void {
  if (name === 'quotes' || name.endsWith('.gguf') || /^https?:/.test(name)) return;
  if (SCRIPTED.some((each) => each === name)) return;
  throw new Error(`there is no engine '${name}'; name quotes, ${SCRIPTED.join(', ')}, a .gguf file or a URL`);
}

/** On a busy machine, quotes would answer in place of the model that is measured. */
const FIRST_TOKEN_MS = 600_000;
const REFUSALS = {
  pt: 'Os trechos não respondem a essa pergunta.',
  en: 'The passages do not answer this question.',
};

/**
 * Opens an engine by its name: `quotes`, the path of a .gguf file, the URL of an OpenAI-compatible endpoint, or a
 * scripted model. `faithful` answers rightly, in words of its own; `inventing` plants wrong markers, wrong numbers and
 * inventions among right sentences; `obedient` does what a passage tells it; `endless` repeats its first sentence.
 */
export async function openEngine(
  name: string,
  questions: readonly AnswerQuestion[],
  { seed = 1, threads }: EngineOptions = {},
): Promise<EvalEngine> {
  checkEngineName(name);
  const nothing = { said: () => null, async [Symbol.asyncDispose]() {} };
  if (name === 'quotes') {
    return { ...nothing, settings: { ...settingsOf(null), generatorOrder: ['quotes'] } };
  }
  if (name.endsWith('.gguf')) {
    return {
      ...nothing,
      settings: { ...settingsOf(null), generatorOrder: ['local', 'quotes'], model: name, threads: threads ?? null },
    };
  }
  if (/^https?:/.test(name)) return { ...nothing, settings: settingsOf(name) };

  let said: readonly Statement[] | null = null;
  const server = await startScriptedServer(
    name,
    scriptOf(name, questions, randomNumbers(seed), (all) => (said = all)),
  );
  return {
    settings: settingsOf(server.url),
    said: () => said,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function settingsOf(baseUrl: string | null): EvalEngine['settings'] {
  return {
    generatorOrder: ['remote', 'quotes'],
    model: 'none',
    remote: baseUrl === null ? null : { baseUrl, apiKey: null, model: null },
    threads: null,
    firstTokenMs: FIRST_TOKEN_MS,
  };
}

function scriptOf(
  name: string,
  questions: readonly AnswerQuestion[],
  random: () => number,
  note: (statements: readonly Statement[]) => void,
): Script {
  switch (name) {
    case 'faithful':
      return (prompt) => {
        const statements = answerRightly(questions, prompt, random);
        note(statements);
        return inPieces(statements.map(written).join(' ') || REFUSALS.pt);
      };
    case 'inventing':
      return (prompt) => {
        const statements = invent(questions, prompt, random);
        note(statements);
        return inPieces(statements.map(written).join(' '));
      };
    case 'endless':
      return (prompt) => repeat(answerRightly(questions, prompt, random).map(written).join(' ') || REFUSALS.pt);
    default:
      return (prompt) => inPieces(obey(prompt) ?? REFUSALS.pt);
  }
}

function* repeat(text: string): Generator<string> {
  for (;;) yield* inPieces(`${text} `);
}

function answerRightly(
  questions: readonly AnswerQuestion[],
  prompt: ReadPrompt,
  random: () => number,
): readonly Statement[] {
  const asked = questions.filter(({ question }) => question === prompt.question);
  return knownFacts(asked, prompt).map((fact) => ({
    words: ownWords(fact, random),
    marker: fact.passage.rank,
    planting: 'marked',
    fact: fact.question,
    language: fact.language,
    passageLanguage: fact.language,
  }));
}
