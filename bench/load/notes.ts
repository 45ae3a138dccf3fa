import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Notes that share most of their words, so that each question has many candidates. Only the name and the facts differ. */

/** Writes `count` notes into a new folder, numbered from `first`. */
export function writeNotes(folder: string, first: number, count: number): void {
  mkdirSync(folder);
  for (let n = first; n < first + count; n++) writeFileSync(path.join(folder, `aparelho-${n}.md`), noteOf(n));
}

/** Returns a question that only note `n` answers. */
export function questionOf(n: number): string {
  return `Qual é o prazo de garantia do aparelho ${nameOf(n)}?`;
}

/** Returns a fact that is only in note `n`, and answers `questionOf(n)`. */
export function factOf(n: number): string {
  return `${1000 + n} dias`;
}

function noteOf(n: number): string {
  const name = nameOf(n);
  return `# Manual do aparelho ${name}

O aparelho ${name} consome ${20 + (n % 70)} watts e pesa ${1 + (n % 13)} kg. Antes do primeiro uso, leia este manual até o fim e guarde a
nota fiscal. A instalação deve ser feita por um técnico autorizado, com a tomada aterrada e longe da umidade.

## Garantia

O prazo de garantia do aparelho ${name} é de ${factOf(n)}, contados da data da compra. A garantia não cobre quedas, oxidação nem
reparos feitos por terceiros. Para acionar a garantia, apresente a nota fiscal e o número de série da etiqueta.

## Limpeza e manutenção

Desligue o aparelho da tomada antes da limpeza. Use um pano úmido e sabão neutro; não use álcool. Troque o filtro a cada
${3 + (n % 9)} meses, ou antes, se a luz vermelha acender. As peças de reposição são vendidas pelo setor ${n % 17} da assistência técnica.
`;
}

/** Returns an invented word of letters only, different for each number below 10,000. */
function nameOf(n: number): string {
  const syllables = Array.from({ length: 4 }, (_, place) => {
    const digit = Math.floor(n / 10 ** place) % 10;
    return 'bcdfglmnrt'.charAt(digit) + 'aeiou'.charAt(digit % 5);
  });
  return `Zaf${syllables.join('')}`;
}
