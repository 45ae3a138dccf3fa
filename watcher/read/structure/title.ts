import type { Extraction } from '../extract/extraction.ts';
import { findUnit, isAct, isInCapitals } from './legal-units.ts';

/** How far down the number of a law may be: below the coat of arms, the ministry and the department. */
const MAX_LINES = 12;
const MAX_TITLE_CHARS = 200;

/** What programs write where a title is missing. */
const NO_TITLE =
  /^\W*(?:anonymous|untitled(?: document| \d+)?|unknown|no title|sem t[íi]tulo|n[ãa]o identificado|(?:documento?|pasta|book|apresenta[çc][ãa]o|presentation|planilha|slide) ?\d+)\W*$/i;
/** Who writes, not what is written. */
const LETTERHEAD =
  /^(?:ESTADO|PREFEITURA|MUNIC[ÍI]PIO|GOVERNO|MINIST[ÉE]RIO|REP[ÚU]BLICA|PRESID[ÊE]NCIA|SECRETARIA|C[ÂA]MARA|SENADO|PODER|TRIBUNAL|UNIVERSIDADE|SERVI[ÇC]O P[ÚU]BLICO|CASA CIVIL|SUBCHEFIA|GABINETE|LOGOTIPO)(?!\p{L})/iu;
/** One word in capitals is a title only if it names a kind of document. */
const KIND_OF_DOCUMENT =
  /^(?:CONTRATO|DISTRATO|PROCURA[ÇC][ÃA]O|DECLARA[ÇC][ÃA]O|RECIBO|ATA|REGULAMENTO|REGIMENTO|ESTATUTO|CURR[ÍI]CULO|RELAT[ÓO]RIO|PARECER|MEMORANDO|OF[ÍI]CIO|EDITAL|CONVOCA[ÇC][ÃA]O|TERMO|AVISO|CERTID[ÃA]O|LAUDO|OR[ÇC]AMENTO)$/;

/**
 * Returns the title of a document: what its format calls the title, unless a program wrote that for want of one. A
 * first heading gives way to what is above it: the number of a law, or a first line in capitals, such as `CONTRATO DE
 * LOCAÇÃO`. Null if nothing names the document.
 */
export function titleOf({ title, text, blocks }: Extraction): string | null {
  const written = title === null || !/[\p{L}\p{N}]/u.test(title) || NO_TITLE.test(title) ? null : title;
  const heading = blocks.find(({ kind }) => kind === 'heading');
  const headingWords = heading === undefined ? null : plain(text.slice(heading.startChar, heading.endChar));
  if (written !== null && plain(written) !== headingWords) return written;
  return findTitleLine(text, blocks, heading?.startChar ?? text.length) ?? written ?? headingWords;
}

/** @param before where the first heading begins. */
function findTitleLine(text: string, blocks: Extraction['blocks'], before: number): string | null {
  const lines: string[] = [];
  for (const { kind, startChar, endChar } of blocks) {
    if (kind !== 'paragraph' || startChar >= before || lines.length >= MAX_LINES) break;
    lines.push(
      ...text
        .slice(startChar, Math.min(endChar, startChar + 2000))
        .split('\n', MAX_LINES)
        .map(plain),
    );
  }
  const top = lines.slice(0, MAX_LINES);
  const act = top.find(isAct);
  if (act !== undefined) return act.replace(/[.,]$/, '');
  const first = top.findIndex((line) => line !== '' && !LETTERHEAD.test(line));
  const capitals: string[] = [];
  for (const line of top.slice(first === -1 ? top.length : first)) {
    if (!isTitleLine(line) || [...capitals, line].join(' ').length > MAX_TITLE_CHARS) break;
    capitals.push(line);
    if (!/[\s–—-](?:D[AEO]S?|E|COM|PARA|N[AO]S?|–|—|-)$/.test(line)) break; // the next line goes on with it
  }
  const title = capitals.join(' ');
  return title.includes(' ') || KIND_OF_DOCUMENT.test(title) ? title : null;
}

function isTitleLine(line: string): boolean {
  const letters = line.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 3 && 2 * letters > line.length && isInCapitals(line) && !/[.,;:!?]$/.test(line) && !isUnit(line);
}

function isUnit(line: string): boolean {
  return findUnit(line) !== null && !isAct(line);
}

function plain(line: string): string {
  return line
    .replaceAll(/\*\*?|__/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
