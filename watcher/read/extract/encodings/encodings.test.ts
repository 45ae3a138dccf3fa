import { describe, expect, test } from 'vitest';
import { decodeText } from '../charset.ts';
import { decodeDos } from './dos-encodings.ts';

describe('a file in UTF-8', () => {
  const sentence = 'Reunião de avaliação às três. ';

  test('that one bad byte spoils loses nothing else', () => {
    const bytes = Buffer.concat([Buffer.from(sentence.repeat(3)), Buffer.from([0xe3]), Buffer.from(' fim')]);
    const { text, warnings } = decodeText(bytes);
    expect(text).toBe(`${sentence.repeat(3)}\uFFFD fim`);
    expect(warnings).toMatchObject([{ code: 'ENCODING_GUESSED', count: 1 }]);
  });

  test('that is cut in the middle of a character, and declares another encoding, is still UTF-8', () => {
    const bytes = Buffer.from(`${sentence}ação`).subarray(0, -2);
    expect(decodeText(bytes, 'iso-8859-1').text).toBe(`${sentence}aç\uFFFD`);
  });

  test('with replacement characters of its own does not count them as bad', () => {
    const bytes = Buffer.concat([Buffer.from(`${sentence}\uFFFD`.repeat(5)), Buffer.from([0xff])]);
    expect(decodeText(bytes).warnings).toMatchObject([{ count: 1 }]);
  });

  test('is not seen in windows-1252 text with more bad than good', () => {
    expect(decodeText(Buffer.from('\x93CAF\xC9\x94 \xE9', 'latin1')).text).toBe('“CAFÉ” é');
  });
});

/** Texts of every usual encoding, as the hexadecimal bytes that another program wrote. */
const TEXTS: readonly (readonly [encoding: string, text: string, hex: string])[] = [
  [
    'cp850',
    'A reunião de avaliação será às três horas, no salão do prédio.',
    '41207265756e69c66f206465206176616c696187c66f20736572a0208573207472887320686f7261732c206e6f2073616cc66f20646f2070728264696f2e',
  ],
  [
    'cp850',
    'CLÁUSULA TERCEIRA: A LOCAÇÃO SÓ É VÁLIDA APÓS A VISTORIA.',
    '434cb55553554c412054455243454952413a2041204c4f434180c74f2053e020902056b54c494441204150e053204120564953544f5249412e',
  ],
  [
    'macintosh',
    'A reunião de avaliação será às três horas, no salão do prédio.',
    '41207265756e698b6f206465206176616c69618d8b6f2073657287208873207472907320686f7261732c206e6f2073616c8b6f20646f2070728e64696f2e',
  ],
  [
    'cp860',
    'A reunião de avaliação será às três horas, no salão do prédio.',
    '41207265756e69846f206465206176616c696187846f20736572a0208573207472887320686f7261732c206e6f2073616c846f20646f2070728264696f2e',
  ],
  [
    'shift_jis',
    '契約書の有効期限は二〇二六年三月三十一日までとします。',
    '8c5f96f18f9182cc974c8cf88afa8cc082cd93f1815a93f1985a944e8e4f8c8e8e4f8f5c88ea93fa82dc82c582c682b582dc82b78142',
  ],
  [
    'euc-jp',
    '契約書の有効期限は二〇二六年三月三十一日までとします。',
    'b7c0ccf3bdf1a4cecdadb8fab4fcb8c2a4cfc6f3a1bbc6f3cfbbc7afbbb0b7eebbb0bdbdb0ecc6fca4dea4c7a4c8a4b7a4dea4b9a1a3',
  ],
  [
    'gb18030',
    '本合同自双方签字之日起生效，有效期为三年。',
    'b1bebacfcdacd7d4cbabb7bdc7a9d7d6d6aec8d5c6f0c9fad0a7a3acd3d0d0a7c6daceaac8fdc4eaa1a3',
  ],
  [
    'big5',
    '本契約自雙方簽字之日起生效，有效期間為三年。',
    'a5bbabb4acf9a6dbc2f9a4e8c3b1a672a4a7a4e9b05fa5cdaec4a141a6b3aec4b4c1b6a1acb0a454a67ea143',
  ],
  [
    'euc-kr',
    '이 계약은 양 당사자가 서명한 날로부터 효력이 발생한다.',
    'c0cc20b0e8bee0c0ba20bee720b4e7bbe7c0dab0a120bcadb8edc7d120b3afb7cebacec5cd20c8bfb7c2c0cc20b9dfbbfdc7d1b4d92e',
  ],
  [
    'windows-1251',
    'Договор вступает в силу с даты подписания обеими сторонами.',
    'c4eee3eee2eef020e2f1f2f3efe0e5f220e220f1e8ebf320f120e4e0f2fb20efeee4efe8f1e0ede8ff20eee1e5e8ece820f1f2eef0eeede0ece82e',
  ],
  [
    'koi8-r',
    'Договор вступает в силу с даты подписания обеими сторонами.',
    'e4cfc7cfd7cfd220d7d3d4d5d0c1c5d420d720d3c9ccd520d320c4c1d4d920d0cfc4d0c9d3c1cec9d120cfc2c5c9cdc920d3d4cfd2cfcec1cdc92e',
  ],
  [
    'iso-8859-5',
    'Договор вступает в силу с даты подписания обеими сторонами.',
    'b4ded3ded2dee020d2e1e2e3dfd0d5e220d220e1d8dbe320e120d4d0e2eb20dfded4dfd8e1d0ddd8ef20ded1d5d8dcd820e1e2dee0deddd0dcd82e',
  ],
  [
    'ibm866',
    'Договор вступает в силу с даты подписания обеими сторонами.',
    '84aea3aea2aee020a2e1e2e3afa0a5e220a220e1a8abe320e120a4a0e2eb20afaea4afa8e1a0ada8ef20aea1a5a8aca820e1e2aee0aeada0aca82e',
  ],
  [
    'windows-1253',
    'Η σύμβαση τίθεται σε ισχύ από την ημερομηνία υπογραφής.',
    'c720f3fdece2e1f3e720f4dfe8e5f4e1e920f3e520e9f3f7fd20e1f0fc20f4e7ed20e7ece5f1efece7eddfe120f5f0efe3f1e1f6def22e',
  ],
  [
    'windows-1256',
    'يسري هذا العقد اعتبارا من تاريخ توقيعه من الطرفين.',
    'edd3d1ed20e5d0c720c7e1dadecf20c7dacac8c7d1c720e3e420cac7d1edce20cae6deeddae520e3e420c7e1d8d1ddede42e',
  ],
];

describe('a file in an old encoding', () => {
  test.each(TEXTS)('%s is recognized', (encoding, text, hex) => {
    const decoded = decodeText(Buffer.from(hex, 'hex'));
    expect(decoded.text).toBe(text);
    expect(decoded.warnings).toMatchObject([{ code: 'ENCODING_GUESSED' }]);
    expect(decoded.warnings[0]?.message).toContain(`read as ${encoding}`);
  });

  test('of Japanese mail, which is all ASCII, is recognized by its escape sequences', () => {
    expect(decodeText(Buffer.from('\x1B$B7@Ls=q\x1B(B 2026')).text).toBe('契約書 2026');
  });

  test('that it declares is believed, also if TextDecoder does not know it', () => {
    expect(decodeText(Buffer.from('a\x87\xC6o', 'latin1'), 'IBM850')).toEqual({ text: 'ação', warnings: [] });
  });

  test('with a bad byte is read all the same', () => {
    const [, text, hex] = TEXTS.find(([encoding]) => encoding === 'gb18030')!;
    const bytes = Buffer.concat([Buffer.from(hex.repeat(5), 'hex'), Buffer.from([0xff])]);
    expect(decodeText(bytes).text).toBe(`${text.repeat(5)}\uFFFD`);
  });

  test('of boxes drawn with MS-DOS is not taken for Chinese', () => {
    const line = '\xC9\xCD\xCD\xCD\xCB\xCD\xCD\xCD\xBB\n\xBA a\x87\xC6o \xBA n\xC6o \xBA\n'.repeat(4);
    expect(decodeText(Buffer.from(line, 'latin1')).text).toContain('║ ação ║ não ║');
  });
});

describe('windows-1252 never loses to another guess', () => {
  test.each([
    [
      'CONTRATO DE LOCAÇÃO. CLÁUSULA 1ª – O LOCATÁRIO… Art. 5º § 2º “não”. SÃO PAULO, JOÃO, MÃE, ÓRGÃO, ÊXITO, ÀS 10h. ',
    ],
    ['É o fim. À vista: R$ 5 mil. Nº 3. Às vezes a avó e o avô vêm. Área (m²): 20. 30°C. ±2. Ação, ações, maçã, pôr. '],
    ['She said: “I don’t know — it’s Anna’s café…” ‘Why?’ £5 or 7 €. “No”—that’s all. • one • two. ABC™. Can’t! '],
    ['Die Prüfung erfolgt „sofort“ und ist größer als üblich. § 3 – ÄÖÜ STRASSE MÜNCHEN KÖLN. „Schön“, sagte er. '],
    ['L’été dernier, « la société » a versé à l’État ; où ça ? Noël, œuvre, cœur, dû. ÉTÉ, À PAYER, ÇA, GARÇON. '],
    ['¿Cuándo vence el contrato? ¡Mañana! El año pasado, la compañía. ESPAÑA, AÑO, ÓRGANO. “Señor”, dijo él — “sí”. '],
    ['Perché la società è così? L’attività è più facile. È già lunedì; c’è di più. LIBERTÀ, CITTÀ. '],
    ['Å ena sidan är det så; på den andra är höjden lägre. ÄRENDE, ÅR, ÖVER. Överenskommelse. '],
  ])('in any piece of: %s', (text) => {
    const whole = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const bytes = Buffer.from(Array.from(text.repeat(2), (char) => whole.indexOf(char)));
    for (const length of [12, 25, 60]) {
      for (let start = 0; start < text.length; start++) {
        const piece = bytes.subarray(start, start + length);
        expect(decodeText(piece).text).toBe(text.repeat(2).slice(start, start + length));
      }
    }
  });
});

test('code pages of MS-DOS go by several names', () => {
  for (const label of ['cp850', 'IBM850', 'ibm-850', ' CP850 ', '850']) {
    expect(decodeDos(label, Uint8Array.of(0x41, 0x84, 0xc6))).toBe('Aäã');
  }
  expect(decodeDos('cp1252', Uint8Array.of(0x41))).toBeNull();
});
