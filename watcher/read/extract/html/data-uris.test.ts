import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { extract } from '../extract.ts';
import { htmlWithoutDataUris } from './data-uris.ts';

const picture = (kilobytes: number): string => `data:image/jpeg;base64,${'QUJD'.repeat(250 * kilobytes)}`;
const textOf = async (path: string, content: string): Promise<string> => {
  const extraction = await extract({ path, bytes: Buffer.from(content) });
  expectSound(extraction);
  return extraction.text;
};

test('a page is read without the pictures that are written into it', async () => {
  const page = `<!doctype html><title>Recibo</title><body style="background:url(${picture(1)})"><p>Recibo de pagamento número 771.</p><img src="${picture(2_000)}"><img src='data:image/svg+xml;utf8,<svg xmlns="x"><text>nada</text></svg>' alt=""><p>Fim ${picture(1)}.`;
  expect(await textOf('a.html', page)).toBe('Recibo de pagamento número 771.\n\nFim .');
});

test('nothing of a picture is left for the parsers', () => {
  const page = `<img src = "${picture(1)}" srcset="${picture(1)} 1x, ${picture(1)} 2x"><a href='data:text/html,<p>oi'>x</a>`;
  expect(htmlWithoutDataUris(page)).toBe('<img src = "" srcset=""><a href="">x</a>');
});

test('Markdown keeps the description of a picture and the number of each line', async () => {
  const source = `# Foto\n\n![planta](${picture(400)})\n\nA planta mostra o poço. ![][logo]\n\n[logo]: <${picture(1)}>\n\n![a](b.png)`;
  const extraction = await extract({ path: 'a.md', bytes: Buffer.from(source) });
  expectSound(extraction);
  expect(extraction.text).toBe('Foto\n\nplanta\n\nA planta mostra o poço. ![][logo]\n\n![a](b.png)');
  expect(extraction.marks.map(({ line }) => line)).toEqual([1, 3, 5, 9]);
});

test.for(['a.xml', 'a.css', 'a.txt', 'a.json'])('%s is read without the files in it', async (path) => {
  expect(await textOf(path, `a="${picture(1)}" b`)).toBe('a="" b');
});

test('words about such addresses stay', async () => {
  const words = 'data: image/png, see data:image/png and metadata:x/y;base64';
  expect(await textOf('a.txt', words)).toBe(words);
});
