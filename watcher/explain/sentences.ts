import type { Language } from '#shared/text/language.ts';

const EN = {
  outside: (given: string) => `${given} is not in the inbox; copy it there`,
  stillOld: 'the version that was read before stays searchable until the watcher has caught up',
  inbox: 'the inbox',
  folder: (name: string, searchable: number, all: number) =>
    `${name} is a folder; ${searchable} of ${all} documents in it can be searched`,
  failed: (paths: string) => `could not be read: ${paths}`,
  keptOut: (path: string, reason: string) => `${path} is not read: ${reason}`,
  link: (path: string) => `${path} is a link, and links are not followed; copy the file itself into the inbox`,
  special: (path: string) => `${path} is a pipe, socket or device, which is never opened; remove it from the inbox`,
  unreadable: (path: string) => `askbox is not allowed to access ${path}; give the user that runs askbox permission`,
  missing: (path: string) => `there is no ${path} in the inbox; copy it there`,
  tooLarge: (path: string, sizeMB: number, mostMB: number) =>
    `${path} is ${sizeMB} MB, more than the ${mostMB} MB allowed; split it or raise ASKBOX_MAX_FILE_MB`,
  unseen: (path: string) => `${path} has not been seen yet; the inbox is scanned within a minute`,
  ready: (path: string, indexedAt: string | null) =>
    `${path} is in the index${indexedAt === null ? '' : ` (indexed at ${indexedAt})`}`,
  changing: (path: string) =>
    `${path} has just changed; it is read once it has not changed for a while (ASKBOX_QUIET_MS, longer while it keeps changing)`,
  waiting: (path: string, before: number) =>
    `${path} is waiting to be read; ${before === 1 ? '1 smaller file comes first' : `${before} smaller files come first`}`,
  reading: (path: string) => `${path} is being read now`,
  noReason: 'no reason is known',
  tried: (message: string, attempts: number, retryAt: string | null) => {
    const next = retryAt === null ? 'it is read again when it changes' : `the next attempt is at ${retryAt}`;
    return `${message} (${attempts === 1 ? 'tried once' : `tried ${attempts} times`}; ${next})`;
  },
  watcherAway: (reason: string) =>
    `the watcher cannot be reached (${reason}), so this is its last known state; start it with: npm start`,
  paused: (reason: string, explained: string) => `the watcher is paused (${reason}): ${explained}`,
  polling: 'file events do not arrive from the inbox, so changes are noticed after some seconds',
  hidden: (path: string) =>
    `${path} is hidden or has the name of a temporary file; rename it if it is meant to be read`,
  linkedFolder: (path: string) => `${path} is a link, and links are not followed; put the folder itself into the inbox`,
  ignoredBy: (line: number, file: string, pattern: string) => `line ${line} of ${file}, \`${pattern}\`, excludes it`,
};

const PT: typeof EN = {
  outside: (given) => `${given} não está na pasta de entrada; copie-o para lá`,
  stillOld: 'a versão lida antes continua na busca até o watcher ler a nova',
  inbox: 'a pasta de entrada',
  folder: (name, searchable, all) => `${name} é uma pasta; ${searchable} de ${all} documentos nela estão na busca`,
  failed: (paths) => `sem leitura possível: ${paths}`,
  keptOut: (path, reason) => `${path} não é lido: ${reason}`,
  link: (path) => `${path} é um link, e links não são seguidos; copie o próprio arquivo para a pasta de entrada`,
  special: (path) => `${path} é um pipe, socket ou dispositivo, que nunca é aberto; tire-o da pasta de entrada`,
  unreadable: (path) => `o askbox não tem acesso a ${path}; dê permissão ao usuário que executa o askbox`,
  missing: (path) => `não há ${path} na pasta de entrada; copie-o para lá`,
  tooLarge: (path, sizeMB, mostMB) =>
    `${path} tem ${sizeMB} MB, mais do que os ${mostMB} MB permitidos; divida-o ou aumente ASKBOX_MAX_FILE_MB`,
  unseen: (path) => `${path} ainda não foi visto; a pasta de entrada é verificada em até um minuto`,
  ready: (path, indexedAt) => `${path} está na busca${indexedAt === null ? '' : ` (desde ${indexedAt})`}`,
  changing: (path) =>
    `${path} acabou de mudar; será lido quando ficar um tempo sem mudanças (ASKBOX_QUIET_MS, mais se continuar mudando)`,
  waiting: (path, before) =>
    `${path} espera a vez de ser lido; ${before === 1 ? '1 arquivo menor vem antes' : `${before} arquivos menores vêm antes`}`,
  reading: (path) => `${path} está sendo lido agora`,
  noReason: 'o motivo não é conhecido',
  tried: (message, attempts, retryAt) => {
    const next = retryAt === null ? 'será lido de novo quando mudar' : `a próxima tentativa é às ${retryAt}`;
    return `${message} (${attempts === 1 ? '1 tentativa' : `${attempts} tentativas`}; ${next})`;
  },
  watcherAway: (reason) =>
    `o watcher não responde (${reason}), por isso este é o último estado conhecido; inicie-o com: npm start`,
  paused: (reason, explained) => `o watcher está em pausa (${reason}): ${explained}`,
  polling: 'a pasta de entrada não avisa das mudanças, por isso elas são notadas depois de alguns segundos',
  hidden: (path) => `${path} está oculto ou tem nome de arquivo temporário; renomeie-o se deve ser lido`,
  linkedFolder: (path) => `${path} é um link, e links não são seguidos; ponha a própria pasta na pasta de entrada`,
  ignoredBy: (line, file, pattern) => `a linha ${line} de ${file}, \`${pattern}\`, o exclui`,
};

/** The sentences of `npm run doctor`. The reason of a failure comes from the watcher and is English in both. */
export const SENTENCES: Readonly<Record<Language, typeof EN>> = { en: EN, pt: PT };
/** The sentences of one language. */
export type Sentences = typeof EN;
