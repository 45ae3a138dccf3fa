import { pino } from 'pino';
import type { GenerateRequest } from '../../graphql-api/generate/generator.ts';
import { openLlama } from '../../graphql-api/generate/llama/llama.ts';

/** The local model in its child process, as the API runs it. */
export interface OurModel extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when the answer is complete. @param onFirstWord called once. */
  ask(request: GenerateRequest, onFirstWord?: () => void): Promise<void>;
}

/** Starts the process, and resolves when it has answered a first request. */
export async function openOurModel(file: string, contextTokens: number, sequences: number): Promise<OurModel> {
  let pid = 0;
  const log = pino({ level: 'debug' }, { write: (line: string) => void (pid ||= JSON.parse(line).childPid ?? 0) });
  const generator = openLlama({ file, threads: 1, contextTokens, sequences, gpu: 'none', log });
  const ask: OurModel['ask'] = async (request, onFirstWord = () => {}) => {
    let hasBegun = false;
    for await (const { type } of generator.generate(request, new AbortController().signal)) {
      if (type === 'delta' && !hasBegun) onFirstWord();
      hasBegun ||= type === 'delta';
    }
    if (!hasBegun) throw new Error('the model wrote nothing');
  };
  const request = { language: 'pt', question: '?', passages: [], maxTokens: 1, temperature: 0 } as const;
  await ask(request);
  return { pid, ask, [Symbol.asyncDispose]: () => generator[Symbol.asyncDispose]() };
}
