import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';

const read = async (source: string, path = 'nota.xml'): Promise<Extraction> => {
  const extraction = await extract({ path, bytes: Buffer.from(source) });
  expectSound(extraction);
  return extraction;
};

const item = (name: string, more = ''): string =>
  `<det nItem="1"><prod><cProd>7</cProd><xProd>${name}</xProd><uCom>UN</uCom><qCom>2.0000</qCom><vUnCom>1250.5000</vUnCom><vProd>2501.00</vProd>${more}</prod><imposto><ICMS><vBC>11.11</vBC></ICMS></imposto></det>`;
const invoice = (number: number, items: string): string =>
  `<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe Id="NFe2626${number}"><ide><cUF>26</cUF><nNF>${number}</nNF><dhEmi>2026-03-12T10:15:00-03:00</dhEmi></ide><emit><CNPJ>12345678000195</CNPJ><xNome>Mercado &amp; Cia</xNome><enderEmit><xLgr>Rua da Aurora</xLgr><nro>100</nro><xMun>Recife</xMun></enderEmit></emit><dest><CPF>12345678909</CPF></dest><autXML><CNPJ>99999999000199</CNPJ></autXML>${items}<total><ICMSTot><vFrete>0.00</vFrete><vNF>2501.00</vNF></ICMSTot></total><pag><detPag><tPag>17</tPag></detPag></pag><infRespTec><xContato>Suporte</xContato></infRespTec></infNFe><Signature><SignatureValue>QUJD</SignatureValue></Signature></NFe>`;

test('an invoice is read with the words of its print-out', async () => {
  const source = `<?xml version="1.0" encoding="UTF-8"?><nfeProc xmlns="http://www.portalfiscal.inf.br/nfe">${invoice(1234, item('Café'))}<protNFe><infProt><dhRecbto>2026-03-12T10:16:00-03:00</dhRecbto></infProt></protNFe></nfeProc>`;
  const extraction = await read(source);
  expect(extraction).toMatchObject({ title: 'Nota fiscal nº 1234 de Mercado & Cia', mediaType: 'application/xml' });
  expect(extraction.text.split('\n\n').slice(1)).toEqual([
    'Chave de acesso: 26261234',
    'Identificação\nNúmero: 1234\nData de emissão: 12/03/2026 10:15',
    'Emitente\nCNPJ: 12.345.678/0001-95\nNome: Mercado & Cia\nEndereço: Rua da Aurora, 100, Recife',
    'Destinatário\nCPF: 123.456.789-09',
    'Item | Código | Produto | Quantidade | Unidade | Valor unitário | Valor total\n1 | 7 | Café | 2 | UN | R$ 1.250,50 | R$ 2.501,00',
    'Totais\nValor total da nota: R$ 2.501,00',
    'Pagamento\nForma de pagamento: Pix',
    'Autorização\nRecebida em: 12/03/2026 10:16',
  ]);
});

test('a batch has a heading for each invoice, and a prefix of the namespace does not matter', async () => {
  const batch = `<enviNFe>${invoice(1, item('Café'))}${invoice(2, item('Arroz') + item('Pão', '<NCM>1905</NCM>'))}</enviNFe>`;
  const { text, blocks } = await read(batch.replaceAll(/<(\/?)(?=\w)/g, '<$1n:').replaceAll('xmlns=', 'xmlns:n='));
  expect(blocks.filter(({ kind }) => kind === 'heading')).toHaveLength(2);
  expect(text).toContain('Item | Código | Produto | NCM | Quantidade');
  expect(text).toContain('1 | 7 | Arroz |  | 2 | UN');
  expect(text).toContain('2 | 7 | Pão | 1905 | 2 | UN');
});

test.each([
  ['that is cut short', invoice(1, item('Café')).slice(0, -20)],
  ['without its root', '<a x="http://www.portalfiscal.inf.br/nfe"><infNFe>'],
  ['of another kind', '<nota xmlns="http://www.abrasf.org.br/nfse.xsd"><Numero>1</Numero></nota>'],
])('an invoice %s is read as text', async (_, source) => {
  expect((await read(source)).text).toBe(source);
});
