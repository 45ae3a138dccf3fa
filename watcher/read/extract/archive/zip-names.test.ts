import { describe, expect, test } from 'vitest';
import { zipOf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import { zipNameDecoder } from './zip-names.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ascii = (text: string): Buffer => Buffer.from(text);
const name = (...pieces: readonly Buffer[]): Buffer => Buffer.concat(pieces);

/** Names as Windows, 7-Zip and others have written them, by their bytes. */
const NAMES: readonly (readonly [encoding: string, bytes: Buffer, text: string])[] = [
  [
    'cp850',
    name(ascii('relat'), bytes('a2'), ascii('rio da licita'), bytes('87c6'), ascii('o.txt')),
    'relatório da licitação.txt',
  ],
  ['cp850', name(ascii('LICITA'), bytes('80c7'), ascii('O.TXT')), 'LICITAÇÃO.TXT'],
  ['cp850', name(ascii('n'), bytes('c6'), ascii('o.txt')), 'não.txt'],
  [
    'cp437',
    name(ascii('Espa'), bytes('a4'), ascii('a '), bytes('82'), ascii('t'), bytes('82'), ascii('.txt')),
    'España été.txt',
  ],
  ['windows-1252', name(ascii('licita'), bytes('e7e3'), ascii('o.txt')), 'licitação.txt'],
  ['windows-1252', name(ascii('LICITA'), bytes('c7c3'), ascii('O.TXT')), 'LICITAÇÃO.TXT'],
  ['gbk', name(bytes('bacf cdac'), ascii('.txt')), '合同.txt'],
  ['gbk', name(bytes('b2c6 cef1 b1a8 b8e6'), ascii('/2024 '), bytes('c4ea'), ascii('.txt')), '财务报告/2024 年.txt'],
  ['shift_jis', name(bytes('8c5f 96f1 8f91'), ascii('.txt')), '契約書.txt'],
  // The second byte of 表 is a backslash.
  ['shift_jis', name(bytes('955c 82c6 8365 8358 8367'), ascii('.txt')), '表とテスト.txt'],
  ['utf-8', ascii('ação/日本.txt'), 'ação/日本.txt'],
];

describe('names in a zip archive that do not say their encoding', () => {
  test.each(NAMES)('in %s are decoded', (_, raw, text) => {
    expect(zipNameDecoder([raw])(raw)).toBe(text);
  });

  test('are decoded by the names together', () => {
    const short = name(bytes('87'), ascii('.txt')); // ç in cp850; it says nothing by itself
    const decode = zipNameDecoder([short, ...NAMES.slice(0, 3).map(([, raw]) => raw)]);
    expect(decode(short)).toBe('ç.txt');
  });

  test.each([NAMES[0]!, NAMES[7]!, NAMES[9]!])('in %s are the places of what is quoted', async (_, raw, text) => {
    const zip = zipOf({ [raw.toString('latin1')]: 'Uma nota.', 'plain.txt': 'Outra.' }, 'latin1');
    const { marks } = await extract({ path: 'a.zip', bytes: zip });
    expect(new Set(marks.map(({ part }) => part))).toEqual(new Set([text, 'plain.txt']));
  });

  test('keep the encoding that the archive declares', async () => {
    const zip = zipOf({ 'ação.txt': 'Uma nota.' });
    // The flag for UTF-8 in the directory, over bytes that only decode as such.
    zip[zip.indexOf('PK\x01\x02', 0, 'latin1') + 9] = 0x08;
    const { marks } = await extract({ path: 'a.zip', bytes: zip });
    expect(marks[0]?.part).toBe('ação.txt');
  });

  test('that are none in any encoding are readable all the same', () => {
    for (const raw of [bytes('ff'), bytes('80808080'), bytes('81'), bytes('fe00ff')]) {
      expect(zipNameDecoder([raw])(raw)).toEqual(expect.any(String));
    }
  });
});
