import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';
import { MAX_TRANSACTIONS } from './ofx.ts';

const read = async (source: string | Buffer): Promise<Extraction> => {
  const extraction = await extract({ path: 'extrato.ofx', bytes: Buffer.from(source) });
  expectSound(extraction);
  return extraction;
};

const HEADER = 'OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n';
const STATEMENT = `<OFX><SIGNONMSGSRSV1><LANGUAGE>POR<FI><ORG>Banco Azul</FI></SIGNONMSGSRSV1>
<STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>001<ACCTID>98765-4</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331120000
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260305120000[-3:BRT]<TRNAMT>-1350.75<MEMO>Conta de luz</STMTTRN>
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20260310
<TRNAMT>4200,00
<NAME>Salário &amp; férias<MEMO>Salário &amp; férias
</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>3759.35<DTASOF>20260331</LEDGERBAL></STMTRS></OFX>`;

test('a statement is a table of transactions, located by line', async () => {
  const extraction = await read(Buffer.from(HEADER + STATEMENT, 'latin1'));
  expect(extraction).toMatchObject({ title: 'Extrato bancário', mediaType: 'application/x-ofx', warnings: [] });
  expect(extraction.text.split('\n\n').slice(1)).toEqual([
    'Banco: Banco Azul\nConta: 98765-4\nPeríodo: 01/03/2026 – 31/03/2026\nMoeda: BRL\nSaldo: 3.759,35, 31/03/2026',
    'Data | Tipo | Descrição | Valor\n05/03/2026 | débito | Conta de luz | -1.350,75\n10/03/2026 | crédito | Salário & férias | 4.200,00',
  ]);
  expect(extraction.marks.map(({ line }) => line)).toEqual([10, 10, 11]);
});

test('version 2 is XML; other currencies are written in English, and what is no number stays as it is', async () => {
  const source = `<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX><CCSTMTRS><CURDEF>USD</CURDEF><ACCTID>1</ACCTID><STMTTRN><TRNTYPE>POS</TRNTYPE><DTPOSTED>20260305</DTPOSTED><TRNAMT>about 10</TRNAMT><NAME>Shop</NAME></STMTTRN></CCSTMTRS><CCSTMTRS><ACCTID>2</ACCTID><STMTTRN><DTPOSTED>May</DTPOSTED><TRNAMT>-1234.5</TRNAMT></STMTTRN></CCSTMTRS></OFX>`;
  const { text } = await read(source);
  expect(text).toContain('2026-03-05 | POS | Shop | about 10');
  expect(text).toContain('May |  |  | -1,234.50');
  expect(text.match(/Bank statement/g)).toHaveLength(2);
});

test('a file without a transaction is read as text', async () => {
  expect((await read(`${HEADER}<OFX><CURDEF>BRL</OFX>`)).text).toContain('CHARSET:1252');
});

test('more transactions than the limit are refused with a reason', async () => {
  const extracted = (count: number): Promise<Extraction> =>
    extract({ path: 'a.ofx', bytes: Buffer.from(`<OFX><STMTRS>${'<STMTTRN><TRNAMT>1'.repeat(count)}</OFX>`) });
  await expect(extracted(MAX_TRANSACTIONS + 1)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect((await extracted(MAX_TRANSACTIONS)).marks).toHaveLength(MAX_TRANSACTIONS + 1);
});
