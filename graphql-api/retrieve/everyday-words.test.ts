import { expect, test } from 'vitest';
import { documentStateFromStore } from '../documents/replica.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { openTestStore, publish } from '../testing/running-api.ts';
import { searchPassages } from './retrieve.ts';

/** Returns the first words of the passages that are found for a question, best first. */
async function search(
  question: string,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<readonly string[]> {
  await using opened = await openTestStore();
  for (const [path, chunks] of Object.entries(files)) await publish(opened.store, path, chunks);
  const documents = (await opened.reader.documents()).map(documentStateFromStore);
  let searches = 0;
  const reader = new Proxy(opened.reader, {
    get: (target, name) => {
      if (name === 'search') searches++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const parts = {
    reader,
    documents: () => documents,
    embedQuestion: async () => null,
    scorePassages: async () => null,
  };
  const found = await searchPassages(question, EVERYWHERE, 10, parts, new AbortController().signal, 'HYBRID');
  expect(searches).toBeLessThanOrEqual(3);
  return found.map(({ chunk }) => chunk.text.split(' ').slice(0, 3).join(' '));
}

const filler = (count: number): string =>
  Array.from({ length: count }, (_, i) => `A seção ${i + 200} trata do mercado, do frete e do seguro da carga.`).join(
    ' ',
  );

test('the one rare word of a question outweighs the length of a chunk', async () => {
  const found = await search('Qual é a garantia do modelo 58?', {
    'longo.txt': [`Manual geral completo. ${filler(16)} A garantia do modelo 58 é de cinco anos.`],
    'a.txt': ['A garantia do modelo 51 é de um ano.'],
    'b.txt': ['A garantia do modelo 52 é de dois anos.'],
    'c.txt': ['A garantia do modelo 53 é de três anos.'],
  });
  expect(found[0]).toBe('Manual geral completo.');
});

test('a name on the first page of a document counts for its other passages', async () => {
  const names = ['Padaria Trigal', 'Oficina Pereira', 'Livraria Horizonte', 'Farmácia Central'];
  const files = Object.fromEntries(
    names.map((name, i) => [
      `${i}.txt`,
      [
        `Contrato entre a Prefeitura e a ${name}, com sede na capital.`,
        `Cláusula ${i}: o prazo do contrato é de ${i + 3} meses.`,
      ],
    ]),
  );
  const found = await search('prazo do contrato da Livraria Horizonte', files);
  expect(found.slice(0, 2).toSorted()).toEqual(['Cláusula 2: o', 'Contrato entre a']);
});

test('a mistyped word is searched for as the documents spell it', async () => {
  const found = await search('manutensao da esteira', {
    'a.txt': ['Plano de limpeza da esteira: uma vez por semana, com pano úmido.'],
    'b.txt': ['Plano de manutenção: a empresa vem em março e em setembro, e cuida da esteira também.'],
    'c.txt': ['Plano de expansão: a esteira nova chega em abril.'],
  });
  expect(found[0]).toBe('Plano de manutenção:');
});

test('words that only say how something is asked do not outweigh what is asked', async () => {
  const found = await search('quanto tempo posso ficar com o projetor?', {
    'a.txt': ['Posso ficar? Quanto? Perguntas: quanto posso gastar, quanto posso levar, posso ficar de pé.'],
    'b.txt': ['O projetor é emprestado por dois dias úteis, com retirada na portaria e assinatura do termo de uso.'],
  });
  expect(found[0]).toBe('O projetor é');
});

test('the name of a file says the month of what is inside', async () => {
  const files = Object.fromEntries(
    ['05', '06', '07'].map((month) => [`atas/ata-2031-${month}.txt`, [`Ata ${month}x: na reunião estavam todos.`]]),
  );
  expect((await search('quem estava na reunião de junho de 2031', files))[0]).toBe('Ata 06x: na');
});

test('a question finds a document in the other language by its words', async () => {
  const files = {
    'a.txt': ['A mensalidade do clube vence no dia cinco, e o sócio recebe um recibo.'],
    'b.txt': ['The roof of the garage has a leak; the plumber comes on Friday and brings a ladder.'],
    'c.txt': ['O regulamento do clube vale para os sócios e para quem os visita.'],
  };
  expect((await search('vazamento no telhado da garagem', files))[0]).toBe('The roof of');
  expect((await search('membership fee of the club', files))[0]).toBe('A mensalidade do');
});

test('a passage in the other language that holds the question comes before those that share a chance word', async () => {
  const files = Object.fromEntries(
    ['A caldeira', 'O portão', 'O muro', 'A calha', 'O toldo'].map((thing, i) => [
      `${i}.txt`,
      [`${thing} azul: quem paga a pintura é a associação, e quem pede paga a visita.`],
    ]),
  );
  const letter =
    'Dear tenants, the landlord pays for every repair to the boiler, and you pay for the chimney yourselves.';
  const found = await search('quem paga o conserto da caldeira do prédio?', { ...files, 'lease.txt': [letter] });
  expect(found.slice(0, 3)).toContain('Dear tenants, the');
});
