import type { Language } from '../text/language.ts';

const PAUSES: Readonly<Record<string, string>> = {
  BY_HAND: 'ingestion was paused by hand; resume it with the GraphQL mutation resumeIngestion',
  INBOX_MISSING: 'the inbox cannot be listed; mount it or create the folder again, no document is removed until then',
  INBOX_EMPTIED:
    'most documents are gone at once, so nothing is removed yet; put them back, or confirm their removal: npm run status -- --confirm-removals',
  INBOX_REPLACED:
    'a different folder is at the path of the inbox, so nothing is removed yet; put the old one back, or confirm the change: npm run status -- --confirm-removals',
  IGNORE_UNREADABLE: '.inboxignore cannot be read; make it a text file that askbox can read, or delete it',
  STORE_DOWN: 'the store does not respond; ingestion resumes by itself once it does',
  DISK_FULL: 'the disk is full; free some space, then ingestion resumes by itself',
};

const PAUSES_PT: Readonly<Record<string, string>> = {
  BY_HAND: 'a leitura foi pausada à mão; retome-a com a mutação GraphQL resumeIngestion',
  INBOX_MISSING:
    'não é possível listar a pasta de entrada; monte o disco ou crie a pasta de novo, até lá nenhum documento é removido',
  INBOX_EMPTIED:
    'a maioria dos documentos sumiu de uma vez, por isso nada foi removido ainda; devolva-os ou confirme a remoção: npm run status -- --confirm-removals',
  INBOX_REPLACED:
    'há outra pasta no lugar da pasta de entrada, por isso nada foi removido ainda; devolva a antiga ou confirme a troca: npm run status -- --confirm-removals',
  IGNORE_UNREADABLE:
    'não é possível ler o .inboxignore; faça dele um arquivo de texto que o askbox possa ler, ou apague-o',
  STORE_DOWN: 'o armazenamento não responde; a leitura continua sozinha quando ele voltar',
  DISK_FULL: 'o disco está cheio; libere espaço, e a leitura continua sozinha',
};

/**
 * Returns what a pause of the ingestion means and what ends it, for people.
 * @param reason `pausedBecause` of the ingestion, such as STORE_DOWN; an unknown one is answered with a pointer to the
 * log.
 */
export function explainPause(reason: string, language: Language = 'en'): string {
  if (language === 'pt') return PAUSES_PT[reason] ?? 'veja o log do watcher';
  return PAUSES[reason] ?? 'see the log of the watcher';
}
