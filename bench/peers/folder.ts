import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { samplePdf } from '../../watcher/testing/files.ts';
import { wordFile, type WordText } from './word-file.ts';

/** A file of the folder that every tool reads. */
export interface MadeFile {
  /** Inside the folder, with forward slashes. */
  readonly path: string;
  readonly format: Format;
  readonly bytes: Buffer;
  /** Everything that a reader of the file sees. */
  readonly text: string;
}

export type Format = 'md' | 'docx' | 'pdf' | 'csv';

/** A question that exactly one file answers. */
interface Question {
  /** As a person types it to somebody: a whole sentence, often without accents. */
  readonly sentence: string;
  /** As a person types it into a search box: two to four words. */
  readonly keywords: string;
  /** What a passage has to contain to be evidence; it is in one file only. */
  readonly fact: string;
}

export interface MadeFolder {
  readonly files: readonly MadeFile[];
  readonly questions: readonly Question[];
}

type FileWithQuestion = MadeFile & { readonly question: Question };

/** Of 20 files, three are office files: one of each format. */
const OFFICE: readonly ((n: number) => FileWithQuestion)[] = [contract, manual, priceList];
const NOTES: readonly ((n: number) => FileWithQuestion)[] = [expense, warranty, repair, absence];
const FILES_A_ROUND = 20;
/** Three quarters of the questions are about notes, the rest about office files. */
const QUESTIONS_ABOUT = { md: 48, docx: 6, pdf: 6, csv: 4 } as const;

/**
 * Makes a folder of Portuguese and English office papers: notes that share most of their words, contracts in Word,
 * manuals in PDF, and price lists as Excel in Brazil saves them. The same number of files gives the same folder.
 */
export function makeFolder(fileCount: number): MadeFolder {
  const files = Array.from({ length: fileCount }, (_, n): FileWithQuestion => {
    const inRound = n % FILES_A_ROUND;
    const make = OFFICE[inRound - (FILES_A_ROUND - OFFICE.length)] ?? NOTES[inRound % NOTES.length]!;
    return make(n);
  });
  // `as`: the keys of a literal.
  const questions = (Object.keys(QUESTIONS_ABOUT) as Format[]).flatMap((format) => {
    const candidates = files.filter((file) => file.format === format);
    const count = Math.min(QUESTIONS_ABOUT[format], candidates.length);
    return Array.from({ length: count }, (_, i) => candidates[Math.floor((i * candidates.length) / count)]!.question);
  });
  return { files, questions };
}

/** Writes the files of a folder, which is created if it is not there. */
export function writeFolder(folder: string, { files }: MadeFolder): void {
  for (const file of files) {
    const name = path.join(folder, file.path);
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, file.bytes);
  }
}

const MONTHS = 'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ');
const ENGLISH_MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const CITIES = 'Recife Goiânia Maringá Belém Vitória Joinville Uberlândia Niterói Cuiabá Teresina Macapá'.split(' ');
const ENGLISH_CITIES = 'Leeds Bristol Dundee Cardiff Norwich Exeter Derby Preston Luton Perth Truro'.split(' ');
const NAMES = 'Marina Otávio Célia Rogério Lúcia Tiago Beatriz Sérgio Patrícia Joaquim Flávia Antônio Renata'.split(
  ' ',
);

/** As it was written down, as it is asked for, and its keyword. */
type Wording = readonly [written: string, asked: string, keyword: string];

const EXPENSES: readonly Wording[] = [
  ['trocou os pneus do caminhão', 'trocar o pneu do caminhao', 'pneus caminhão'],
  ['consertou as impressoras da recepção', 'o conserto da impressora da recepcao', 'impressoras recepção'],
  ['pintou as paredes do depósito', 'pintar a parede do deposito', 'pintura depósito'],
  ['comprou cadeiras para os atendentes', 'a compra das cadeiras dos atendentes', 'cadeiras atendentes'],
  ['lavou os tapetes do auditório', 'lavar o tapete do auditorio', 'tapetes auditório'],
  ['instalou câmeras no estacionamento', 'instalar as cameras do estacionamento', 'câmeras estacionamento'],
  ['reformou os banheiros do térreo', 'a reforma do banheiro do terreo', 'reforma banheiros'],
];
const REPAIRS: readonly Wording[] = [
  ['replaced the tyres of both lorries', 'replacing the tyres of the lorry', 'lorry tyres'],
  ['repaired the printers at the front desk', 'the repair of the front desk printer', 'printers front desk'],
  ['painted the walls of the warehouse', 'painting the warehouse wall', 'warehouse painting'],
  ['bought chairs for the visitors', 'buying the visitor chairs', 'visitor chairs'],
  ['cleaned the carpets of the lecture hall', 'cleaning the carpet of the lecture hall', 'carpets lecture hall'],
  ['installed cameras above the car park', 'installing the car park cameras', 'cameras car park'],
  ['renovated the bathrooms upstairs', 'the renovation of the upstairs bathroom', 'bathroom renovation'],
];
const ABSENCES: readonly Wording[] = [
  ['pediu férias', 'das ferias', 'férias'],
  ['entregou um atestado médico', 'do atestado medico', 'atestado'],
  ['solicitou a mudança de turno', 'da mudanca de turno', 'mudança turno'],
  ['avisou que fará um curso de segurança', 'do curso de seguranca', 'curso segurança'],
];
const DEPARTMENTS = 'almoxarifado financeiro jurídico transporte laboratório cozinha portaria'.split(' ');

function expense(n: number): FileWithQuestion {
  const [[written, asked, keyword], city, month] = combination(n, EXPENSES, CITIES, MONTHS);
  const fact = `R$ ${grouped(n)},${String(n % 100).padStart(2, '0')}`;
  return note(
    n,
    `# Despesas de ${month}

A filial de ${city} ${written} e pagou ${fact} no dia ${1 + (n % 28)} de ${month}. A nota fiscal foi lançada pela contabilidade
e o fornecedor deu desconto para o pagamento à vista.

As despesas acima do limite de cada filial precisam da assinatura da diretoria. Quem compra guarda três orçamentos, e a
contabilidade confere os recibos até o quinto dia útil do mês seguinte.
`,
    {
      sentence: `quanto custou ${asked} na filial de ${plain(city)} em ${plain(month)}?`,
      keywords: `${keyword} ${city} ${month}`,
      fact,
    },
  );
}

function warranty(n: number): FileWithQuestion {
  const name = inventedName(n);
  const fact = `${grouped(n)} horas`;
  return note(
    n,
    `# Manual do aparelho ${name}

O aparelho ${name} consome ${20 + (n % 70)} watts e pesa ${1 + (n % 13)} kg. A instalação deve ser feita por um técnico autorizado, com a
tomada aterrada e longe da umidade.

## Garantia

A garantia do ${name} cobre ${fact} de uso e não inclui quedas, oxidação nem reparos feitos por terceiros. Para acioná-la,
apresente a nota fiscal e o número de série da etiqueta.
`,
    {
      sentence: `Por quantas horas de uso vale a garantia do aparelho ${name.toLowerCase()}?`,
      keywords: `garantia ${name}`,
      fact,
    },
  );
}

function repair(n: number): FileWithQuestion {
  const [[written, asked, keyword], city, month] = combination(n, REPAIRS, ENGLISH_CITIES, ENGLISH_MONTHS);
  const fact = `£${grouped(n)}`;
  return note(
    n,
    `# Expenses in ${month}

The ${city} branch ${written} in ${month} and paid ${fact} for it. Accounting booked the invoice, and the supplier gave a
discount for paying at once.

Expenses above the limit of a branch need a signature from the board. Whoever buys keeps three offers, and accounting checks
the receipts by the fifth working day of the next month.
`,
    {
      sentence: `How much did ${asked} cost the ${city} branch in ${month}?`,
      keywords: `${keyword} ${city} ${month}`,
      fact,
    },
  );
}

function absence(n: number): FileWithQuestion {
  const [[written, asked, keyword], person, department] = combination(n, ABSENCES, NAMES, DEPARTMENTS);
  const surname = inventedName(n);
  const fact = `RH-${grouped(n)}`;
  return note(
    n,
    `# Registro do setor de pessoal

${person} ${surname}, do setor de ${department}, ${written}. O pedido recebeu o protocolo ${fact} e aguarda a chefia, que responde em
até ${2 + (n % 9)} dias úteis.

Os pedidos são arquivados por cinco anos. Cada chefe confirma a escala do mês antes do dia vinte, e as trocas entre colegas
precisam do acordo dos dois.
`,
    {
      sentence: `qual o numero de protocolo ${asked} de ${plain(person)} ${surname}, do ${plain(department)}?`,
      keywords: `protocolo ${keyword} ${surname}`,
      fact,
    },
  );
}

/** A contract in Word, with a header, numbered clauses, a table and a footnote. The fact is in the table. */
function contract(n: number): FileWithQuestion {
  const name = inventedName(n);
  const fact = `R$ ${grouped(n)},00`;
  const clauses = [
    `A locadora entrega à Padaria ${name} a sala ${n} do edifício Aurora, com vistoria assinada pelas duas partes.`,
    'O aluguel vence no quinto dia útil; depois disso correm multa e juros de mora.',
    'A locatária contrata seguro contra incêndio e não pode ceder a sala sem consentimento escrito.',
  ];
  const rows = [
    ['Parcela', 'Valor'],
    ['Aluguel mensal', fact],
    ['Condomínio', `R$ ${300 + (n % 90)},00`],
  ];
  const content: WordText = {
    header: `Contrato de locação número ${n}`,
    heading: `Contrato com a Padaria ${name}`,
    paragraphs: clauses,
    rows,
    footnote: `Reajuste anual pelo índice combinado no anexo ${n}.`,
  };
  return {
    path: `contratos/contrato-${n}.docx`,
    format: 'docx',
    bytes: wordFile(content),
    text: Object.values(content).flat(2).join('\n'),
    question: {
      sentence: `qual é o valor do aluguel mensal da padaria ${name.toLowerCase()}?`,
      keywords: `aluguel ${name}`,
      fact,
    },
  };
}

/** A manual of three pages in PDF, in which words are divided at line ends. The fact is on the second page. */
function manual(n: number): FileWithQuestion {
  const name = inventedName(n);
  const fact = `${grouped(n)} rpm`;
  const pages = [
    [`Manual da bomba ${name}`, 'Leia este manual inteiro antes da primeira utili-', 'zação e guarde a garantia.'],
    [`Rotação máxima da bomba ${name}: ${fact}. Acima disso o rola-`, 'mento aquece e a vedação se desgasta.'],
    ['Troque o óleo a cada seis meses. As peças de repo-', `sição têm o código ${n} no catálogo.`],
  ];
  return {
    path: `manuais/bomba-${n}.pdf`,
    format: 'pdf',
    bytes: samplePdf(pages),
    text: pages.map((lines) => lines.join('\n').replaceAll('-\n', '')).join('\n'),
    question: {
      sentence: `a quantas rotacoes a bomba ${name.toLowerCase()} pode girar no maximo?`,
      keywords: `rotação máxima ${name}`,
      fact,
    },
  };
}

/** A price list as Excel saves it in Brazil: semicolons, commas in numbers, and every second one in Windows-1252. */
function priceList(n: number): FileWithQuestion {
  const names = Array.from({ length: 12 }, (_, row) => inventedName(n * 12 + row, 'Tor'));
  const price = (row: number): string => `${grouped(n * 12 + row)},90`;
  const rows = names.map((name, row) => `Válvula ${name};${1 + ((n + row) % 40)} dias;${price(row)}`);
  const text = `descrição;prazo de entrega;preço unitário\n${rows.join('\n')}\n`;
  const question = 5;
  return {
    path: `precos/tabela-${n}.csv`,
    format: 'csv',
    bytes: Buffer.from(text, Math.floor(n / FILES_A_ROUND) % 2 === 0 ? 'latin1' : 'utf8'),
    text,
    question: {
      sentence: `quanto custa uma valvula ${names[question]!.toLowerCase()}?`,
      keywords: `preço válvula ${names[question]}`,
      fact: price(question),
    },
  };
}

function note(n: number, text: string, question: Question): FileWithQuestion {
  const file = `notas/${String(Math.floor(n / 200)).padStart(2, '0')}/nota-${n}.md`;
  return { path: file, format: 'md', bytes: Buffer.from(text), text, question };
}

/** Returns a different combination for each n in a row of as many as there are. */
function combination<A, B, C>(n: number, as: readonly A[], bs: readonly B[], cs: readonly C[]): readonly [A, B, C] {
  const k = Math.floor(n / NOTES.length);
  return [
    as[k % as.length]!,
    bs[Math.floor(k / as.length) % bs.length]!,
    cs[Math.floor(k / (as.length * bs.length)) % cs.length]!,
  ];
}

/** Returns a number of five digits or more with a full stop before the last three: 10.000 for 0. */
function grouped(n: number): string {
  return String(10_000 + n).replace(/(\d{3})$/, '.$1');
}

/** Returns an invented word of letters only, different for each number below 10,000 with the same beginning. */
function inventedName(n: number, beginning = 'Zaf'): string {
  const syllables = Array.from({ length: 4 }, (_, place) => {
    const digit = Math.floor(n / 10 ** place) % 10;
    return 'bcdfglmnrt'.charAt(digit) + 'aeiou'.charAt(digit % 5);
  });
  return `${beginning}${syllables.join('')}`;
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
