import type { Language } from '#shared/text/language.ts';

/** What the two commands say. Each error names the next step. */
export interface Words {
  readonly nameFolder: string;
  nothingHere(dataDir: string): string;
  noParent(folder: string): string;
  insideOwn(folder: string): string;
  notEmpty(folder: string): string;
  cannotCopy(file: string, reason: string): string;
  noManifest(folder: string): string;
  newerFormat(format: number): string;
  damaged(file: string): string;
  missing(file: string): string;
  running(file: string): string;
  notForced(dataDir: string): string;
  storeNotForced(collection: string): string;
  storeNotRestored(reason: string): string;
  backedUp(folder: string, fileCount: number, size: string, inbox: string): string;
  restored(dataDir: string, askbox: string, createdAt: Date): string;
  movedAside(folder: string): string;
  otherInbox(then: string, now: string): string;
}

/** Returns the words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'pt' ? PORTUGUESE : ENGLISH;
}

const ENGLISH: Words = {
  nameFolder: 'Name the folder of the backup',
  nothingHere: (dataDir) => `there is nothing to back up in ${dataDir}; check ASKBOX_DATA, or start askbox once`,
  noParent: (folder) => `${folder} does not exist; create it, or connect the disk that it is on`,
  insideOwn: (folder) =>
    `the backup would be inside ${folder}, and lost with it; name a folder elsewhere, best on another disk`,
  notEmpty: (folder) => `${folder} exists and is no empty folder; name a new one, such as ${folder}-2`,
  cannotCopy: (file, reason) => `cannot copy ${file}: ${reason}; no backup was made`,
  noManifest: (folder) =>
    `${folder} is no complete backup: it has no manifest.json; name the folder that npm run backup printed when it ended`,
  newerFormat: (format) => `a newer askbox made this backup (format ${format}); update askbox and try again`,
  damaged: (file) => `${file} in the backup is damaged or cut short; nothing was changed; use another backup`,
  missing: (file) => `${file} is missing in the backup; nothing was changed; use another backup`,
  running: (file) =>
    `askbox is running, or another program has ${file} open; stop it and try again; nothing was changed`,
  notForced: (dataDir) =>
    `${dataDir} already holds data of askbox; with --force it is moved into a folder inside and the backup takes its place`,
  storeNotForced: (collection) =>
    `the collections ${collection}_… in Qdrant already hold documents; with --force they are deleted and the backup takes their place`,
  storeNotRestored: (reason) =>
    `the passages could not be restored: ${reason}; the data folder was not changed; run the command again with --force, or start askbox, which reads the inbox again`,
  backedUp: (folder, fileCount, size, inbox) =>
    `backed up to ${folder}: ${fileCount} ${fileCount === 1 ? 'file' : 'files'}, ${size}\n` +
    `not in it: the documents themselves (${inbox}) and models; to bring it back, stop askbox and run: npm run restore -- ${folder}`,
  restored: (dataDir, askbox, createdAt) =>
    `restored into ${dataDir} what askbox ${askbox} backed up on ${createdAt.toLocaleString('en-GB')}\n` +
    'start askbox with: npm start; it compares everything with the inbox and reads what has changed since',
  movedAside: (folder) => `what was there before is in ${folder}; delete it when all is well`,
  otherInbox: (then, now) =>
    `the inbox was ${then} then and is ${now} now; copy the documents there, or set ASKBOX_INBOX`,
};

const PORTUGUESE: Words = {
  nameFolder: 'Indique a pasta do backup',
  nothingHere: (dataDir) => `não há nada para copiar em ${dataDir}; confira ASKBOX_DATA ou inicie o askbox uma vez`,
  noParent: (folder) => `${folder} não existe; crie a pasta ou conecte o disco em que ela fica`,
  insideOwn: (folder) =>
    `o backup ficaria dentro de ${folder} e se perderia com essa pasta; indique outro lugar, de preferência outro disco`,
  notEmpty: (folder) => `${folder} já existe e não é uma pasta vazia; indique uma nova, por exemplo ${folder}-2`,
  cannotCopy: (file, reason) => `não foi possível copiar ${file}: ${reason}; nenhum backup foi feito`,
  noManifest: (folder) =>
    `${folder} não é um backup completo: falta manifest.json; indique a pasta que npm run backup mostrou ao terminar`,
  newerFormat: (format) => `um askbox mais novo fez este backup (formato ${format}); atualize o askbox e tente de novo`,
  damaged: (file) => `${file} do backup está danificado ou incompleto; nada foi alterado; use outro backup`,
  missing: (file) => `falta ${file} no backup; nada foi alterado; use outro backup`,
  running: (file) =>
    `o askbox está em execução, ou outro programa está com ${file} aberto; pare-o e tente de novo; nada foi alterado`,
  notForced: (dataDir) =>
    `${dataDir} já tem dados do askbox; com --force eles vão para uma pasta ali dentro e o backup toma o lugar deles`,
  storeNotForced: (collection) =>
    `as coleções ${collection}_… no Qdrant já têm documentos; com --force elas são apagadas e o backup toma o lugar delas`,
  storeNotRestored: (reason) =>
    `não foi possível restaurar os trechos: ${reason}; a pasta de dados não foi alterada; execute de novo com --force ou inicie o askbox, que lê a pasta de entrada outra vez`,
  backedUp: (folder, fileCount, size, inbox) =>
    `backup em ${folder}: ${fileCount} ${fileCount === 1 ? 'arquivo' : 'arquivos'}, ${size}\n` +
    `não inclui os documentos (${inbox}) nem os modelos; para restaurar, pare o askbox e execute: npm run restore -- ${folder}`,
  restored: (dataDir, askbox, createdAt) =>
    `restaurado em ${dataDir} o backup do askbox ${askbox} de ${createdAt.toLocaleString('pt-BR')}\n` +
    'inicie o askbox com: npm start; ele compara tudo com a pasta de entrada e lê o que mudou desde então',
  movedAside: (folder) => `o que havia antes está em ${folder}; apague essa pasta quando tudo estiver certo`,
  otherInbox: (then, now) =>
    `a pasta de entrada era ${then} e agora é ${now}; copie os documentos para lá ou ajuste ASKBOX_INBOX`,
};
