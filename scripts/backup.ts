import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { messageOf } from '#shared/errors.ts';
import { makeBackup } from './backup/make-backup.ts';
import { wordsOf } from './backup/words.ts';
import { formatSize } from './models/format-size.ts';
import { exitWithUsage, loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import { harmless, spoken, terminalLanguage } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run backup -- <folder>

Copies what askbox knows into a new folder, also while it runs: passages, answers, conversations, titles, tags, trash.
The documents themselves and models are not in it; see docs/operations.md.

  --help  show this

exit codes: 0 done, 1 error, and no backup is left; 2 wrong options or no folder
`,
  pt: `uso: npm run backup -- <pasta>

Copia o que o askbox sabe para uma pasta nova, também durante a execução: trechos, respostas, conversas, títulos,
etiquetas, lixeira. Não inclui os próprios documentos nem os modelos; veja docs/operations.md.

  --help  mostra isto

códigos de saída: 0 feito; 1 erro, e nenhum backup fica; 2 opções erradas ou nenhuma pasta
`,
});

const [given] = readCommandLine(USAGE, {}, 1).positionals;
const language = terminalLanguage(process.env);
const words = wordsOf(language);
if (given === undefined || given === '') exitWithUsage(words.nameFolder, USAGE);
const config = loadConfigOrExit();
const folder = path.resolve(given);
try {
  const { files } = await makeBackup(config, folder, packageJson.version, words);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  console.log(words.backedUp(harmless(folder), files.length, formatSize(sizeBytes, language), config.inbox));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
