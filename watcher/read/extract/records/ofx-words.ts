/** How a bank statement is written in a language. */
export interface OfxWords {
  readonly title: string;
  readonly bank: string;
  readonly branch: string;
  readonly account: string;
  readonly period: string;
  readonly currency: string;
  readonly balance: string;
  readonly columns: readonly string[];
  /** What the codes of transactions mean; others are shown as they are. */
  readonly kinds: Readonly<Record<string, string>>;
  /** The replacement for year, month and day, in this order. */
  readonly dateOrder: string;
  readonly numbers: Intl.NumberFormat;
}

const DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 4 };

/** The words of statements in Brazilian currency or in Portuguese, and of all others. */
export const OFX_WORDS: Readonly<Record<'pt' | 'en', OfxWords>> = {
  pt: {
    title: 'Extrato bancário',
    bank: 'Banco',
    branch: 'Agência',
    account: 'Conta',
    period: 'Período',
    currency: 'Moeda',
    balance: 'Saldo',
    columns: ['Data', 'Tipo', 'Descrição', 'Valor'],
    kinds: {
      DEBIT: 'débito',
      CREDIT: 'crédito',
      PAYMENT: 'pagamento',
      DEP: 'depósito',
      DIRECTDEP: 'depósito',
      DIRECTDEBIT: 'débito automático',
      XFER: 'transferência',
      CHECK: 'cheque',
      FEE: 'tarifa',
      SRVCHG: 'tarifa',
      INT: 'juros',
      DIV: 'dividendo',
      ATM: 'caixa eletrônico',
      CASH: 'saque',
      POS: 'compra',
      OTHER: 'outro',
    },
    dateOrder: '$3/$2/$1',
    numbers: new Intl.NumberFormat('pt-BR', DIGITS),
  },
  en: {
    title: 'Bank statement',
    bank: 'Bank',
    branch: 'Branch',
    account: 'Account',
    period: 'Period',
    currency: 'Currency',
    balance: 'Balance',
    columns: ['Date', 'Type', 'Description', 'Amount'],
    kinds: {},
    dateOrder: '$1-$2-$3',
    numbers: new Intl.NumberFormat('en', DIGITS),
  },
};
