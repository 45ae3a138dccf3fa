import { describe, expect, test } from 'vitest';
import { sampleMsg } from '../../../testing/outlook.ts';
import { extract } from '../extract.ts';
import { htmlInRtf } from './html-in-rtf.ts';

const html = (body: string, head = ''): string | null =>
  htmlInRtf(Buffer.from(String.raw`{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0${head}${body}}depois`, 'latin1'));

describe('the HTML inside an RTF body', () => {
  test.each([
    // The example of MS-OXRTFEX, section 3.1.1, shortened.
    [
      String.raw`{\*\htmltag18 <html>}{\*\htmltag50 <body>}\htmlrtf\lang1033\htmlrtf0{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 This is \htmlrtf{\b\htmlrtf0{\*\htmltag84 <b>}bold{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0  text.\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}`,
      '<html><body><p>This is <b>bold</b> text.</p>',
    ],
    [String.raw`{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 fim`, '&nbsp;fim'],
    [
      String.raw`{\*\htmltag64 <p class=a\{b\}>}um\par dois\tab\{tr\'eas\}\emdash\~`,
      '<p class=a{b}>um\ndois\t{três}&mdash;&nbsp;',
    ],
    [
      String.raw`{\*\mhtmltag84 <img src="cid:x">}{\*\htmltag84 <img src="x">}{\pict 00ff}{\*\desconhecido x}`,
      '<img src="x">',
    ],
    [String.raw`\uc1 pre\u231?o, \u8364?5`, 'preço, €5'],
    [String.raw`{\*\htmltag64\par}a`, '\na'],
    [String.raw`{\*\htmltag64 <p>`, '<p>depois'],
  ])('%s is unwrapped', (body, expected) => {
    expect(html(body)).toBe(expected);
  });

  test('is read in the code page of each font', () => {
    const fonts = String.raw`{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset204 Arial Cyr;}}`;
    expect(html(String.raw`{\f1 \'e4\'e0}{\f0 \'e7\'e3o}`, fonts)).toBe('даção');
  });

  test('is not looked for in RTF that was written as such, made from plain text, or that only shows the word', () => {
    for (const rtf of [
      String.raw`{\rtf1\ansi\fromtext \fbidi {\fonttbl} Oi}`,
      String.raw`{\rtf1\ansi Oi}`,
      String.raw`{\rtf1\ansi {\b \fromhtml1}}`,
    ]) {
      expect(htmlInRtf(Buffer.from(rtf))).toBeNull();
    }
  });

  test('costs little where groups are never closed or opened', () => {
    expect(html('{'.repeat(200_000))).toBe('depois');
    expect(html('}'.repeat(200_000))).toBe('');
  });
});

test('an Outlook message whose HTML is only inside its RTF body keeps its lists and tables', async () => {
  const rtf = String.raw`{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Valores:\htmlrtf\par}\htmlrtf0{\*\htmltag0 <table><tr><td>}Multa{\*\htmltag0 </td><td>}10 %{\*\htmltag0 </td></tr></table>}}`;
  const header = Buffer.alloc(16);
  header.write('MELA', 8, 'latin1'); // the mark of a body that is not compressed
  const packed = Buffer.concat([header, Buffer.from(rtf, 'latin1')]);
  const properties = { '0037001F': 'Oi', '1000001F': 'Valores:\r\nMulta 10 %', '10090102': packed };
  const { text, blocks } = await extract({ path: 'a.msg', bytes: sampleMsg(properties) });
  expect(text).toBe('Oi\n\nValores:\n\nMulta | 10 %');
  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'table']);
});
