import { describe, expect, test } from 'vitest';
import { drawnPdf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

/** Draws lines of text, 14 points apart, from a place down. */
const lines = (texts: readonly string[], x: number, y: number, size = 10): string =>
  `BT /F1 ${size} Tf 14 TL ${x} ${y} Td ${texts.map((text) => `(${text}) Tj T*`).join(' ')} ET `;
const read = async (pdf: Buffer): Promise<Extraction> => await extract({ path: 'a.pdf', bytes: pdf });

describe('running heads and feet', () => {
  test('are in no text, heading or title', async () => {
    const abc = ['', 'Fim do um.', 'Fim do dois.', 'Fim do quarto.', 'Fim de tudo.'];
    const pages = [1, 2, 3, 4].map(
      (n) =>
        lines(['PREFEITURA DE EXEMPLO - DIARIO OFICIAL'], 50, 800, 16) +
        lines(
          [`O artigo ${n} trata da multa por atraso no pagamento do aluguel.`, 'A multa vence.', abc[n]!],
          50,
          760,
        ) +
        lines([`Documento assinado digitalmente. Pagina ${n} de 4`], 50, 30, 8),
    );
    const extraction = await read(drawnPdf(pages));
    expect(extraction.title).toBeNull();
    expect(extraction.text).toMatch(/^O artigo 1 trata/);
    expect(extraction.text).toContain('O artigo 4 trata');
    expect(extraction.text).not.toMatch(/PREFEITURA|assinado|Pagina/);
    expect(extraction.blocks.filter(({ kind }) => kind === 'heading')).toEqual([]);
  });

  test('are all there is of a page that was scanned', async () => {
    const stamp = lines(['Documento assinado digitalmente por Fulano'], 50, 30, 8);
    const extraction = await read(drawnPdf([`${lines(['O texto.'], 50, 600)}${stamp}`, stamp, stamp]));
    expect(extraction.text).toBe('O texto.');
    expect(extraction.warnings).toMatchObject([{ code: 'PAGES_WITHOUT_TEXT', count: 2 }]);
  });

  test('stay in a file that has nothing else', async () => {
    const stamp = lines(['Documento assinado digitalmente por Fulano'], 50, 30, 8);
    expect((await read(drawnPdf([stamp, stamp]))).text).toContain('assinado digitalmente');
  });
});
