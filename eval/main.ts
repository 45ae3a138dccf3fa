/**
 * Measures retrieval, answers and extraction: see USAGE. Figures of quality depend on the data alone; times hold for this machine at
 * this moment.
 */
import path from 'node:path';
import { exitWithUsage, readCommandLine } from '../scripts/terminal/command-line.ts';
import { spoken } from '../scripts/terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run eval -- <file or folder in SQuAD format>... [options]
  --whole             one chunk per passage, without the watcher and the chunker
  --embedder <folder> the embedding model; without one only keyword search is measured
  --embedded <share>  with --whole: the share of the passages to embed, 0 to 1
  --questions <file>  ask these questions instead, matched by id, such as a translation
  --foreign <file>    questions about other documents, to measure how many are answered by mistake
  --qdrant <url>      store in this Qdrant, in temporary collections; it must not require a key
  --baseline <file>   an earlier line of --json to compare with
  --json              print the figures as one line of JSON at the end
usage: npm run eval -- --answers <folder> [options]
  asks the questions in <folder>/questions.json about the files in <folder>/docs and judges the answers
  --embedder <folder> also ask with this embedding model
  --engine <name>     let this answer instead of the quotes; may be repeated: quotes, a .gguf file, the URL of an
                      OpenAI-compatible endpoint, or a scripted model: faithful, inventing, obedient or endless
  --model <file>      also let this Llama answer; --threads <n> limits what it may use
  --first <n>         ask only the first n questions
  --rounds <n>        ask each question n times, for what inventing plants; --seed <n> changes that
  --index <folder>    keep the index there, so that the next run embeds only what has changed; one folder for each set
  --qdrant <url>, --json as above
  --verbose           print each question with its verdict, its first quote and what was wanted
usage: npm run eval -- --extraction <folder> [options]
  reads every file in <folder>, or those in its manifest.json, and scores the texts
  --only <words>      only files whose path contains this
  --json              as above, with a row for each file
  --help              show this

exit codes: 0 measured, 1 error, 2 wrong options
`,
  pt: `uso: npm run eval -- <arquivo ou pasta no formato SQuAD>... [opções]
  --whole             um trecho por passagem, sem o watcher e sem a divisão em trechos
  --embedder <pasta>  o modelo de embeddings; sem ele só a busca por palavras é medida
  --embedded <parte>  com --whole: a parte das passagens que recebe vetores, de 0 a 1
  --questions <arq.>  faz estas perguntas no lugar, pareadas por id, por exemplo uma tradução
  --foreign <arq.>    perguntas sobre outros documentos, para medir quantas são respondidas por engano
  --qdrant <url>      guarda neste Qdrant, em coleções temporárias; ele não pode exigir chave
  --baseline <arq.>   uma linha anterior de --json, para comparar
  --json              imprime no fim os números em uma linha de JSON
uso: npm run eval -- --answers <pasta> [opções]
  faz as perguntas de <pasta>/questions.json sobre os arquivos de <pasta>/docs e julga as respostas
  --embedder <pasta>  pergunta também com este modelo de embeddings
  --engine <nome>     quem responde no lugar das citações; pode ser repetido: quotes, um arquivo .gguf, a URL de um
                      endereço compatível com a OpenAI, ou um modelo roteirizado: faithful, inventing, obedient ou endless
  --model <arq.>      este Llama responde também; --threads <n> limita o que ele pode usar
  --first <n>         faz só as primeiras n perguntas
  --rounds <n>        faz cada pergunta n vezes, pelo que inventing planta; --seed <n> muda isso
  --index <pasta>     guarda ali o índice, para que a próxima vez calcule só o que mudou; uma pasta para cada conjunto
  --qdrant <url>, --json como acima
  --verbose           imprime cada pergunta com o veredito, a primeira citação e o que se esperava
uso: npm run eval -- --extraction <pasta> [opções]
  lê todos os arquivos de <pasta>, ou os que estão no manifest.json, e avalia os textos
  --only <palavras>   só arquivos cujo caminho contém isto
  --json              como acima, com uma linha para cada arquivo
  --help              mostra isto

códigos de saída: 0 medido, 1 erro, 2 opções erradas
`,
});

const { values: flags, positionals: places } = readCommandLine(
  USAGE,
  {
    whole: { type: 'boolean', default: false },
    embedder: { type: 'string' },
    embedded: { type: 'string', default: '1' },
    questions: { type: 'string' },
    foreign: { type: 'string' },
    qdrant: { type: 'string' },
    baseline: { type: 'string' },
    json: { type: 'boolean', default: false },
    answers: { type: 'string' },
    extraction: { type: 'string' },
    only: { type: 'string', default: '' },
    model: { type: 'string' },
    engine: { type: 'string', multiple: true, default: ['quotes'] },
    first: { type: 'string' },
    threads: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    index: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
  Infinity,
);
const { answers, embedder, index: keptIn, qdrant: qdrantUrl, verbose: isVerbose, json: isJson } = flags;
// What measures is imported once it is needed: otherwise --help would load all of askbox first.
if (embedder !== undefined) {
  // The watcher would wait for one that cannot be used, and nothing would say why.
  const { readEmbedderFolder } = await import('#shared/embedder/embedder-folder.ts');
  await readEmbedderFolder(path.resolve(embedder), null);
}
const embeddedShare = Number(flags.embedded);
if (flags.extraction !== undefined && answers === undefined && places.length === 0) {
  const { measureExtraction } = await import('./extraction/measure-extraction.ts');
  const { printExtraction } = await import('./extraction/print-extraction.ts');
  let count = 0;
  const onFile = (): void => void (++count % 50 === 0 && console.error(`${count} files`));
  printExtraction(await measureExtraction(flags.extraction, { only: flags.only, onFile }), { isJson });
} else if (answers !== undefined && places.length === 0) {
  const { measureAnswers } = await import('./answers/measure-answers.ts');
  const { printAnswers } = await import('./answers/print-answers.ts');
  const engines = [...flags.engine, ...(flags.model === undefined ? [] : [flags.model])];
  const numberOf = (flag: string | undefined): number | undefined => (flag === undefined ? undefined : Number(flag));
  const asked = {
    folder: answers,
    engines,
    first: numberOf(flags.first),
    rounds: Number(flags.rounds),
    seed: Number(flags.seed),
    threads: numberOf(flags.threads),
  };
  printAnswers(await measureAnswers({ ...asked, embedder, keptIn, qdrantUrl }), { isVerbose, isJson });
} else if (
  answers === undefined &&
  places.length > 0 &&
  embeddedShare >= 0 &&
  embeddedShare <= 1 &&
  (embeddedShare === 1 || flags.whole)
) {
  const { measurePassages } = await import('./measure-passages.ts');
  await measurePassages({ ...flags, places, qdrantUrl, embeddedShare, isWhole: flags.whole, isJson });
} else {
  const [en, pt] = ['These options and arguments do not go together', 'Estas opções e argumentos não combinam'];
  exitWithUsage(spoken({ en, pt }), USAGE);
}
