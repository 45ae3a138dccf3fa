import { paperPdf } from './paper-pdf.ts';

/** What the pictures show, in one language. */
export interface Sample {
  readonly locale: 'pt-BR' | 'en';
  /** The content of each file by its name. People and companies are made up. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly question: string;
  /** What the page of the PDF must show marked in the end. */
  readonly marked: string;
}

const CONTRATO = paperPdf('Contrato de locação residencial', [
  [
    '# Contrato de locação residencial',
    'LOCADORA: Helena Prado Nogueira, arquiteta, residente em Curitiba, PR.\nLOCATÁRIO: Caio Teles Andrade, professor, residente em Curitiba, PR.',
    'As partes acima contratam a locação do apartamento 302 da Rua das Araucárias, 118, em Curitiba, nas condições que seguem.',
    '## 1. Prazo',
    'A locação dura trinta meses, de 1º de março de 2026 a 31 de agosto de 2028, e termina sem necessidade de aviso.',
    '## 2. Aluguel',
    'O aluguel mensal é de R$ 2.400,00, a ser pago por transferência até o dia 7 de cada mês. Condomínio, água e energia correm por conta do locatário.',
    '## 3. Reajuste',
    'O valor é corrigido uma vez por ano, em março, pela variação acumulada do IPCA nos doze meses anteriores.',
    '## 4. Garantia',
    'O locatário entrega, na assinatura, caução de três aluguéis, depositada em caderneta de poupança em nome das duas partes.',
  ],
  [
    '## 5. Atraso',
    'O aluguel pago depois do vencimento tem acréscimo de dois por cento e juros de um por cento ao mês, contados dia a dia até o pagamento.',
    '## 6. Devolução antecipada',
    'Se o locatário devolver o imóvel antes do prazo, a multa é de três aluguéis, reduzida na proporção do tempo já cumprido. Depois de doze meses, nenhuma multa é devida, desde que ele avise por escrito com trinta dias de antecedência.',
    '## 7. Conservação',
    'Pequenos reparos cabem ao locatário. Os da estrutura, do telhado e das instalações antigas cabem à locadora, que os inicia em até dez dias depois do aviso.',
    '## 8. Animais',
    'São permitidos animais de pequeno porte, conforme a convenção do condomínio.',
    '## 9. Foro',
    'Fica eleito o foro de Curitiba.',
    'Curitiba, 20 de fevereiro de 2026.',
    'Helena Prado Nogueira, locadora\nCaio Teles Andrade, locatário',
  ],
]);

const LEASE = paperPdf('Residential lease', [
  [
    '# Residential lease',
    'LANDLORD: Helen Whitfield, architect, of Bristol.\nTENANT: Callum Teller, teacher, of Bristol.',
    'The parties agree to the letting of flat 3, 118 Cedar Road, Bristol, on the terms below.',
    '## 1. Term',
    'The lease runs for thirty months, from 1 March 2026 to 31 August 2028, and ends without notice.',
    '## 2. Rent',
    'The rent is £1,150 a month, paid by bank transfer by the 7th of each month. Water, energy and council tax are paid by the tenant.',
    '## 3. Review',
    'The rent is adjusted once a year, in March, by the change of the consumer price index over the twelve months before.',
    '## 4. Deposit',
    'On signing, the tenant pays a deposit of five weeks of rent, which is held in a deposit protection scheme.',
  ],
  [
    '## 5. Late payment',
    'Rent that is paid after its due date bears interest of three per cent a year above the base rate.',
    '## 6. Leaving early',
    'If the tenant leaves before the end of the term, the fee is two months of rent, reduced in proportion to the time already served. After twelve months no fee is due, provided that the tenant gives thirty days of notice in writing.',
    '## 7. Repairs',
    "Small repairs are the tenant's. Those of the structure, the roof and the heating are the landlord's, who begins them within ten days of being told.",
    '## 8. Pets',
    'Small pets are allowed, subject to the rules of the building.',
    '## 9. Law',
    'This lease is governed by the law of England and Wales.',
    'Bristol, 20 February 2026.',
    'Helen Whitfield, landlord\nCallum Teller, tenant',
  ],
]);

const NOTA_FISCAL = paperPdf('Nota fiscal 0481', [
  [
    '# Nota fiscal de serviço nº 0481',
    'Prestador: Encanamentos Iguaçu Ltda.\nTomador: Caio Teles Andrade\nData de emissão: 14 de abril de 2026',
    '## Serviço',
    'Troca do registro da cozinha e de dois metros de tubulação, com material e três horas de trabalho.',
    '## Valor',
    'Total a pagar: R$ 386,00. Vencimento: 30 de abril de 2026. Garantia do serviço: noventa dias.',
  ],
]);

const INVOICE = paperPdf('Invoice 0481', [
  [
    '# Invoice 0481',
    'From: Avonside Plumbing Ltd\nTo: Callum Teller\nDate: 14 April 2026',
    '## Work',
    'Replaced the kitchen valve and two metres of pipe, with materials and three hours of labour.',
    '## Amount',
    'Total: £186.00. Due on 30 April 2026. The work is guaranteed for ninety days.',
  ],
]);

const ATA = `# Ata da reunião de condomínio

Realizada em 9 de maio de 2026, no salão de festas, com 14 moradores.

## Obra da fachada

A pintura começa em 3 de agosto e dura seis semanas. O custo de R$ 48.000,00 é pago em oito parcelas.

## Bicicletas

O bicicletário passa a ter vagas numeradas, uma para cada apartamento.
`;

const MINUTES = `# Minutes of the residents' meeting

Held on 9 May 2026 in the common room, with 14 residents.

## Painting

The painting of the front begins on 3 August and takes six weeks. Its cost of £8,400 is paid in eight instalments.

## Bicycles

The bicycle shed gets numbered places, one for each flat.
`;

const DESPESAS = `mês;aluguel;condomínio;energia;internet
março;2400,00;520,00;164,30;99,90
abril;2400,00;520,00;151,75;99,90
maio;2400,00;548,00;143,20;99,90
`;

const EXPENSES = `month,rent,council tax,energy,internet
March,1150.00,142.00,96.40,32.00
April,1150.00,142.00,88.10,32.00
May,1150.00,151.00,71.55,32.00
`;

/** What the Portuguese and the English pictures show. */
export const SAMPLES: readonly Sample[] = [
  {
    locale: 'pt-BR',
    files: {
      'contrato-de-locacao.pdf': CONTRATO,
      'nota-fiscal-0481.pdf': NOTA_FISCAL,
      'ata-condominio.md': ATA,
      'despesas-2026.csv': DESPESAS,
    },
    question: 'Qual é a multa se eu devolver o imóvel antes do prazo?',
    marked: 'a multa é de três aluguéis',
  },
  {
    locale: 'en',
    files: {
      'residential-lease.pdf': LEASE,
      'invoice-0481.pdf': INVOICE,
      'residents-meeting.md': MINUTES,
      'expenses-2026.csv': EXPENSES,
    },
    question: 'What is the fee if the tenant leaves before the end of the term?',
    marked: 'the fee is two months of rent',
  },
];
