/** The groups of an invoice that are read, and what its print-out calls them. */
export const GROUPS: Readonly<Record<string, string>> = {
  ide: 'Identificação',
  emit: 'Emitente',
  dest: 'Destinatário',
  retirada: 'Local de retirada',
  entrega: 'Local de entrega',
  total: 'Totais',
  transp: 'Transporte',
  cobr: 'Cobrança',
  pag: 'Pagamento',
  infAdic: 'Informações adicionais',
  infProt: 'Autorização',
};

/** Columns of the table of items. */
export const ITEM_COLUMNS = ['cProd', 'xProd', 'infAdProd', 'NCM', 'CFOP', 'qCom', 'uCom', 'vUnCom', 'vDesc', 'vProd'];

/** Codes that say nothing without their table, or repeat what a name beside them says. */
export const LEFT_OUT: ReadonlySet<string> = new Set(
  'cUF cNF cDV cMun cMunFG cPais tpImp tpEmis tpAmb finNFe indFinal indPres indIntermed indIEDest idDest procEmi verProc verAplic CRT digVal indPag indTot'.split(
    ' ',
  ),
);

const LABELS: Readonly<Record<string, string>> = {
  natOp: 'Natureza da operação',
  mod: 'Modelo',
  serie: 'Série',
  nNF: 'Número',
  dhEmi: 'Data de emissão',
  dhSaiEnt: 'Data de saída ou entrada',
  tpNF: 'Tipo',
  refNFe: 'Nota fiscal referida',
  CNPJ: 'CNPJ',
  CPF: 'CPF',
  xNome: 'Nome',
  xFant: 'Nome fantasia',
  IE: 'Inscrição estadual',
  IM: 'Inscrição municipal',
  fone: 'Telefone',
  email: 'E-mail',
  xPais: 'País',
  xEnder: 'Endereço',
  cProd: 'Código',
  xProd: 'Produto',
  infAdProd: 'Observação',
  qCom: 'Quantidade',
  uCom: 'Unidade',
  vUnCom: 'Valor unitário',
  vProd: 'Valor dos produtos',
  vNF: 'Valor total da nota',
  vDesc: 'Desconto',
  vFrete: 'Frete',
  vSeg: 'Seguro',
  vOutro: 'Outras despesas',
  vBC: 'Base de cálculo do ICMS',
  vICMS: 'Valor do ICMS',
  vBCST: 'Base de cálculo do ICMS de substituição',
  vST: 'Valor do ICMS de substituição',
  vIPI: 'Valor do IPI',
  vPIS: 'Valor do PIS',
  vCOFINS: 'Valor da COFINS',
  vTotTrib: 'Valor aproximado dos tributos',
  modFrete: 'Frete por conta',
  placa: 'Placa',
  qVol: 'Volumes',
  pesoL: 'Peso líquido (kg)',
  pesoB: 'Peso bruto (kg)',
  nFat: 'Fatura',
  vOrig: 'Valor original',
  vLiq: 'Valor líquido',
  nDup: 'Parcela',
  dVenc: 'Vencimento',
  vDup: 'Valor da parcela',
  tPag: 'Forma de pagamento',
  vPag: 'Valor pago',
  vTroco: 'Troco',
  infCpl: 'Informações complementares',
  infAdFisco: 'Informações ao fisco',
  chNFe: 'Chave de acesso',
  dhRecbto: 'Recebida em',
  nProt: 'Protocolo',
  cStat: 'Situação',
  xMotivo: 'Motivo',
};

const CODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mod: { 55: 'NF-e', 65: 'NFC-e' },
  tpNF: { 0: 'entrada', 1: 'saída' },
  modFrete: { 0: 'do remetente', 1: 'do destinatário', 2: 'de terceiros', 9: 'sem frete' },
  tPag: {
    '01': 'dinheiro',
    '02': 'cheque',
    '03': 'cartão de crédito',
    '04': 'cartão de débito',
    '05': 'crédito na loja',
    '10': 'vale-alimentação',
    '11': 'vale-refeição',
    '14': 'duplicata',
    '15': 'boleto',
    '16': 'depósito',
    '17': 'Pix',
    '18': 'transferência',
    '90': 'sem pagamento',
    '99': 'outros',
  },
};

const MONEY = new Intl.NumberFormat('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 10 });
const QUANTITY = new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 4 });
const DECIMAL = /^-?\d{1,13}(?:\.\d{1,10})?$/;

/** Returns what the print-out calls a value; the name of its element if it has no name there. */
export function labelOf(name: string): string {
  return LABELS[name] ?? name;
}

/** Returns what a column of the table of items is called. */
export function columnLabelOf(name: string): string {
  return name === 'vProd' ? 'Valor total' : labelOf(name);
}

/** Returns a value as people in Brazil write it: amounts, quantities, dates, and the codes that have a meaning. */
export function shownValue(name: string, value: string): string {
  const meaning = CODES[name]?.[value];
  if (meaning !== undefined) return meaning;
  if (/^v[A-Z]/.test(name) && DECIMAL.test(value)) return `R$ ${MONEY.format(Number(value))}`;
  if ((/^q[A-Z]/.test(name) || name.startsWith('peso')) && DECIMAL.test(value)) return QUANTITY.format(Number(value));
  if (name === 'CNPJ') return value.replace(/^(\w{2})(\w{3})(\w{3})(\w{4})(\d{2})$/, '$1.$2.$3/$4-$5');
  if (name === 'CPF') return value.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4');
  return value.replace(/^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)\S*)?$/, (_, year, month, day, time?: string) => {
    return `${day}/${month}/${year}${time === undefined ? '' : ` ${time}`}`;
  });
}
