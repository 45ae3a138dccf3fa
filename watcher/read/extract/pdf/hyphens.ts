/** The words of a file, in lower case. */
export type Words = ReadonlySet<string>;

/** Collects the words of a file, with and without hyphens. What a line end divides is not among them. */
export function wordsOf(lines: Iterable<{ readonly text: string }>): Words {
  const words = new Set<string>();
  for (const { text } of lines) {
    for (const [word] of text.matchAll(/\p{L}+(?:-\p{L}+)*(?!\p{L}|-$)/gu)) words.add(word.toLowerCase());
  }
  return words;
}

/** Joins two lines: without the hyphen if it only divides a word, without a blank if it belongs to it, else by a blank. */
export function joinLines(text: string, next: string, words: () => Words): string {
  if (/\p{L}$/u.test(text) && /^-\p{L}{3}/u.test(next)) return text + next;
  if (!/[\p{L}\p{N}][-\u00AD\u2010]$/u.test(text) || !/^[\p{L}\p{N}]/u.test(next)) return `${text} ${next}`;
  if (text.endsWith('\u00AD')) return text.slice(0, -1) + next;
  const head = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*-?$/u.exec(text.slice(0, -1))?.[0] ?? '';
  const tail = /^[\p{L}\p{N}]+(?:-\p{L}+)*/u.exec(next)?.[0] ?? '';
  return (belongsToWord(head, tail, words) ? text : text.slice(0, -1)) + next;
}

const CLITICS = /^(?:me|te|se|nos|vos|lhes?|l?[oa]s?|n[oa]s?)(?:-(?:ão|á|ás|ei|emos|ia|iam|íamos))?$/;
/** Ends of verbs before a pronoun: dá-lo, pagar-se, devendo-se, paguem-se, viu-se. */
const VERB_END = /(?:r|ndo|[aei]m|[oei]u|mos|[áéêôí])$/;
/** "frase" and "síntese" end like "encontra-se" and "deve-se", but are shorter or have an accent. */
const VERB_BEFORE_SE = /^[a-zç]{3,}[ae]$/;
const UNSPLIT_PREFIX = /^(?:vice|recém|além|aquém|segunda|terça|quarta|quinta|sexta|bem|luso|afro|anglo|franco|ítalo)$/;
const COMPOUNDS: readonly (readonly [head: RegExp, tail: RegExp])[] = [
  [
    /^ex$/,
    /^(?:presiden|ministr|prefeit|governador|deputad|senador|vereador|diretor|secret[áa]ri|servidor|empregad|marid|espos|mulher|s[óo]ci|alun|funcion[áa]ri|titular|gestor|c[ôo]njuge|companheir|propriet[áa]ri|locat[áa]ri|locador|chefe|combatente|jogador|militar|of[íi]ci|tarif)/,
  ],
  [/^sub$/, /^[rbh]/],
  [/^(?:super|inter|hiper)$/, /^[rh]/],
  [/^(?:anti|auto|contra|extra|infra|intra|neo|semi|supra|ultra)$/, /^h/],
  [/^guarda$/, /^(?:roupa|chuva|corpo|costa|livro|municip|sol$|noturn|civi|parque|volume|pó$)/],
  [/^porta$/, /^(?:mala|voz|retrato|avi|luva|chave|joia|estandarte|aeronave|copo|bandeira|toalha)/],
  [/^para$/, /^(?:choque|lama|raio|brisa|queda)/],
  [/^mal$/, /^[aeiouh]/],
];
const STATES = /^(?:A[CLMP]|BA|CE|DF|ES|GO|M[AGST]|P[ABEIR]|R[JNORS]|S[CEP]|TO)$/;

function belongsToWord(head: string, tail: string, words: () => Words): boolean {
  if (/\p{N}$/u.test(head) || /^\p{N}/u.test(tail)) return true;
  // "Coca-Cola", but "SER- VIÇOS".
  const isUpper = /\p{Lu}$/u.test(head);
  if (/^\p{Lu}/u.test(tail) && (!isUpper || STATES.test(tail))) return true;
  const [low, end] = [head.toLowerCase(), tail.toLowerCase()];
  if (words().has(`${low}-${end}`)) return true;
  if (words().has(low + end)) return false;
  const last = low.slice(low.lastIndexOf('-') + 1);
  if (low.includes('-') && CLITICS.test(last) && /^(?:ão|ás?|ei|emos|iam?)$/.test(end)) return true;
  if (CLITICS.test(end)) {
    if (VERB_END.test(last) && (last.length > 3 || /[áéêôí]$/.test(last))) return true;
    return /^(?:se|lhes?)/.test(end) && (VERB_BEFORE_SE.test(last) || words().has(last));
  }
  if (UNSPLIT_PREFIX.test(last) && end.length > 2) return true;
  if (COMPOUNDS.some(([before, after]) => before.test(last) && after.test(end))) return true;
  return breaksStress(last + end);
}

/** No Portuguese word has two accents, or more than two vowels after one: "pré-avaliação", "técnico-científico". */
function breaksStress(word: string): boolean {
  const accents = word.match(/[áéíóúâêô]/g)?.length ?? 0;
  if (accents > 1) return true;
  const after = /[áéíóúâêô](.*)$/.exec(word)?.[1] ?? '';
  return (after.match(/[aeiouàãõü]+/g)?.length ?? 0) > 2;
}
