import { parseCommandLine } from './command-line.ts';
import { spoken } from './text.ts';

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

const USAGE = {
  en: `usage: npm run ask -- [options] ["your question"]

Without a question, what is piped in is asked; on a terminal a conversation begins.

  --in <path>     only in this folder or file of the inbox, such as contratos; may be repeated
  --tag <tag>     only in documents with this tag; may be repeated: any of them will do
  --model <name>  let this model answer (see: npm run models), or quotes
  --explain       show what an answer would rest on, and what was left out and why
  --thinking      show what a model thinks before it answers, if it does
  --json          print one JSON object: the answer with its citations
  --help          show this

exit codes: 0 answered, 3 nothing found in the documents, 1 error, 2 wrong options, 130 interrupted
`,
  pt: `uso: npm run ask -- [opções] ["sua pergunta"]

Sem uma pergunta, vale o que vier pela entrada padrão; em um terminal começa uma conversa.

  --in <caminho>    só nesta pasta ou neste arquivo, como contratos; pode ser repetido
  --tag <etiqueta>  só em documentos com esta etiqueta; pode ser repetido: basta uma delas
  --model <nome>    quem responde é este modelo (veja: npm run models), ou quotes
  --explain         mostra em que uma resposta se apoiaria, e o que ficou de fora e por quê
  --thinking        mostra o que um modelo pensa antes de responder, se ele pensa
  --json            imprime um objeto JSON: a resposta com as citações
  --help            mostra isto

códigos de saída: 0 respondido, 3 nada encontrado nos documentos, 1 erro, 2 opções erradas, 130 interrompido
`,
};

const OPTIONS = {
  in: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  model: { type: 'string' },
  json: { type: 'boolean', default: false },
  explain: { type: 'boolean', default: false },
  thinking: { type: 'boolean', default: false },
} as const;

/** Returns the help of `npm run ask`, which also follows an option that does not exist. */
export function askUsage(): string {
  return spoken(USAGE);
}

/**
 * Returns what the arguments say. Words without quotation marks are joined to one question.
 * @throws UsageError for an option that does not exist or lacks its value.
 */
export function readAskOptions(args: readonly string[]): AskOptions {
  const { values, positionals } = parseCommandLine(args, askUsage(), OPTIONS);
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
