import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { wordsOf } from './backup/words.ts';
import { exitWithUsage, loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import { harmless, spoken, terminalLanguage } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run restore -- <folder> [options]

Brings back what npm run backup copied into a folder, after checking every byte of it. askbox must be stopped.

  --force  move data that askbox has now into a folder beside it, instead of refusing; documents in Qdrant are deleted
  --help   show this

exit codes: 0 done, 1 error, 2 wrong options or no folder
`,
  pt: `uso: npm run restore -- <pasta> [opções]

Traz de volta o que npm run backup copiou para uma pasta, depois de conferir cada byte. O askbox precisa estar parado.

  --force  move os dados atuais do askbox para uma pasta ao lado, em vez de recusar; documentos no Qdrant são apagados
  --help   mostra isto

códigos de saída: 0 feito, 1 erro, 2 opções erradas ou nenhuma pasta
`,
});

const { values, positionals } = readCommandLine(USAGE, { force: { type: 'boolean', default: false } }, 1);
const [given] = positionals;
const words = wordsOf(terminalLanguage(process.env));
if (given === undefined || given === '') exitWithUsage(words.nameFolder, USAGE);
const config = loadConfigOrExit();
try {
  const { manifest, movedTo } = await restoreBackup(config, path.resolve(given), values.force, words);
  console.log(words.restored(config.dataDir, harmless(manifest.askbox), new Date(manifest.createdAt)));
  if (movedTo !== null) console.log(words.movedAside(movedTo));
  if (manifest.inbox !== config.inbox) console.log(words.otherInbox(harmless(manifest.inbox), config.inbox));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
