import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { sampleMsg } from '../../../testing/outlook.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';
import { unpackRtf } from './rtf-body.ts';

const read = (content: Buffer): Promise<Extraction> => extract({ path: 'a.msg', bytes: content });
const SUBJECT = '0037001F';
const SENDER = '0C1A001F';
const BODY = '1000001F';
const HTML = '10130102';
const HEADERS = '007D001F';
const NAME = '3001001F';
const ADDRESS = '39FE001F';
const FILE_NAME = '3707001F';
const CONTENT = '37010102';

test('an Outlook message is read with its people, its date and its attachments', async () => {
  const extraction = await read(
    sampleMsg(
      {
        [SUBJECT]: 'Rescisão',
        [SENDER]: 'José',
        '5D01001F': 'jose@a.br',
        [HEADERS]: 'From: x\r\nDate: Tue, 3 Mar 2026 10:12:00 -0300\r\n',
        [BODY]: 'A multa é de três aluguéis.\r\n\r\nAté.',
      },
      {
        recipients: [{ [NAME]: 'Ana', [ADDRESS]: 'ana@b.br' }, { [NAME]: 'Bia' }],
        attachments: [{ [FILE_NAME]: 'nota.txt', [CONTENT]: Buffer.from('Ver a pasta.') }],
      },
    ),
  );
  expectSound(extraction);
  expect(extraction).toMatchObject({ title: 'Rescisão', mediaType: 'application/vnd.ms-outlook', warnings: [] });
  expect(extraction.text.split('\n\n')).toEqual([
    'Rescisão',
    'From: José <jose@a.br>\nTo: Ana <ana@b.br>, Bia\nDate: 2026-03-03 10:12 -0300\nAttachments: nota.txt',
    'A multa é de três aluguéis.',
    'Até.',
    'Ver a pasta.',
  ]);
  expect(extraction.marks.at(-1)).toMatchObject({ part: 'nota.txt', line: 1 });
});

test('an HTML body of an Outlook message keeps its lists, and its pictures are no attachments', async () => {
  const html = Buffer.from('<p>Valores:<ul><li>um<li>dois</ul><img src="cid:logo">');
  const picture = { [FILE_NAME]: 'logo.png', '3712001F': 'logo', [CONTENT]: Buffer.from('\x89PNG\r\n') };
  const { text, warnings } = await read(sampleMsg({ [SUBJECT]: 'Oi', [HTML]: html }, { attachments: [picture] }));
  expect(text).toBe('Oi\n\nValores:\n\n- um\n- dois');
  expect(warnings).toEqual([]);
});

test('an encrypted body is named and left out', async () => {
  const secret = Buffer.from(
    '-----BEGIN PGP MESSAGE-----\nVersion: 2\n\nhIwDY32hYGCE8MkBA\n-----END PGP MESSAGE-----\n',
  );
  const { text, warnings } = await read(
    sampleMsg({ [SUBJECT]: 'Oi' }, { attachments: [{ [FILE_NAME]: 'ATT1.bin', [CONTENT]: secret }] }),
  );
  expect(text).toBe('Oi\n\nAttachments: ATT1.bin');
  expect(warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT', message: expect.stringContaining('it is encrypted') }]);
});

test.for([
  ['cut short', (msg: Buffer) => msg.subarray(0, 1_600)],
  ['whose directory is a loop', (msg: Buffer) => withInt(msg, directoryAt(msg) + 2 * 128 + 72, 2)],
  ['whose entries lead to each other', (msg: Buffer) => withInt(msg, directoryAt(msg) + 2 * 128 + 76, 1)],
  ['whose stream is larger than the file', (msg: Buffer) => withInt(msg, directoryAt(msg) + 2 * 128 + 120, 0x7fffffff)],
  [
    'whose sectors are a loop',
    (msg: Buffer) => withInt(msg, fatAt(msg) + 4 * directorySector(msg), directorySector(msg)),
  ],
] as const)('an Outlook message %s is DAMAGED', async ([, spoil]) => {
  const msg = spoil(sampleMsg({ [SUBJECT]: 'Oi', [BODY]: 'Oi.' }));
  await expect(read(msg)).rejects.toMatchObject({ code: 'DAMAGED' });
});

const directorySector = (msg: Buffer): number => msg.readInt32LE(48);
const directoryAt = (msg: Buffer): number => 512 * (1 + directorySector(msg));
const fatAt = (msg: Buffer): number => 512 * (1 + msg.readInt32LE(76));
function withInt(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeInt32LE(value, at);
  return changed;
}

test('unpacks a compressed body', () => {
  // The example of MS-OXRTFCP, section 3.1.1.
  const packed = Buffer.from(
    '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
    'hex',
  );
  expect(unpackRtf(packed).toString('latin1')).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
});
