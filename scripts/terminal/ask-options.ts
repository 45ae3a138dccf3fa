import { parseCommandLine } from './command-line.ts';

/** What the arguments of `npm run ask` say. */
export interface AskOptions {
  /** '' if none is given: then it is read from standard input, or asked for. */
  readonly question: string;
  /** The fields of AskInput beside the question. */
  readonly input: {
    readonly filter?: { readonly paths?: readonly string[]; readonly tags?: readonly string[] };
    readonly model?: string;
  };
  /** Print one JSON object instead of text. */
  readonly json: boolean;
  /** Show what an answer would rest on instead of the answer. */
  readonly explain: boolean;
  /** Show what a thinking model thinks, on standard error. */
  readonly thinking: boolean;
  readonly help: boolean;
}

/** The help of `npm run ask`, and what follows an option that does not exist. */
export const ASK_USAGE = `usage: npm run ask -- [options] ["your question"]

Without a question, what is piped in is asked; on a terminal a conversation begins.

  --in <path>     only in this folder or file of the inbox, such as contratos; may be repeated
  --tag <tag>     only in documents with this tag; may be repeated: any of them will do
  --model <name>  let this model answer (see: npm run models), or quotes
  --explain       show what an answer would rest on, and what was left out and why
  --thinking      show what a model thinks before it answers, if it does
  --json          print one JSON object: the answer with its citations
  --help          show this

exit codes: 0 answered, 3 nothing found in the documents, 1 error, 2 wrong options, 130 interrupted
`;

const OPTIONS = {
  in: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  model: { type: 'string' },
  json: { type: 'boolean', default: false },
  explain: { type: 'boolean', default: false },
  thinking: { type: 'boolean', default: false },
} as const;

/**
 * Returns what the arguments say. Words without quotation marks are joined to one question.
 * @throws UsageError for an option that does not exist or lacks its value.
 */
export function readAskOptions(args: readonly string[]): AskOptions {
  const { values, positionals } = parseCommandLine(args, ASK_USAGE, OPTIONS);
  const paths = values.in?.flatMap(globsOf);
  const filter = { ...(paths && { paths }), ...(values.tag && { tags: values.tag }) };
  return {
    question: positionals.join(' ').trim(),
    input: {
      ...(Object.keys(filter).length > 0 && { filter }),
      ...(values.model !== undefined && { model: values.model }),
    },
    json: values.json,
    explain: values.explain,
    thinking: values.thinking,
    help: values.help,
  };
}

/** Returns globs for a file, and for everything in a folder of that name. */
function globsOf(path: string): readonly string[] {
  const plain = path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/|\/)+/, '')
    .replace(/\/+$/, '');
  if (plain === '' || plain === '.') return ['**'];
  const literal = plain.replaceAll(/[*?{}]/g, String.raw`\$&`);
  return [literal, `${literal}/**`];
}
