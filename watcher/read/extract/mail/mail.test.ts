import { describe, expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { samplePdf } from '../../../testing/files.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';

const read = (path: string, content: Buffer | string): Promise<Extraction> =>
  extract({ path, bytes: Buffer.isBuffer(content) ? content : Buffer.from(content) });
const mail = (...lines: readonly string[]): string => lines.join('\r\n');
const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
const placesOf = ({ text, marks }: Extraction) =>
  marks.map(({ startChar, ...place }) => [text.slice(startChar).split('\n')[0], place]);

const HEADER = ['From: Ana <ana@a.br>', 'To: Bia <bia@b.br>', 'Subject: Contrato', 'MIME-Version: 1.0'];
const TEXT = 'Content-Type: text/plain; charset=utf-8';
const multipart = (type: string, ...parts: readonly (readonly string[])[]): readonly string[] => [
  `Content-Type: multipart/${type}; boundary=B`,
  '',
  ...parts.flatMap((part) => ['--B', ...part]),
  '--B--',
  '',
];
const attachment = (name: string, type: string, bytes: Buffer | string): readonly string[] => [
  `Content-Type: ${type}`,
  'Content-Transfer-Encoding: base64',
  `Content-Disposition: attachment; filename="${name}"`,
  '',
  base64(bytes),
];

describe('a message', () => {
  test('is read in words, and its subject is the title', async () => {
    const extraction = await read(
      'carta.eml',
      mail(
        'From: =?utf-8?Q?Jos=C3=A9?= <jose@ex.com.br>',
        'To: ana@ex.com.br, Equipe: bia@b.br, caio@c.br;',
        'Cc: Dora <dora@d.br>',
        'Date: Tue, 03 Mar 2026 10:12:00 -0300 (BRT)',
        'Subject: =?UTF-8?B?UmV1bmnDo28gZGUgbWFpbw==?=',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'A reuni=E3o ser=E1 no dia nove de maio em Goi=E2nia, =',
        'conforme combinado.',
        '',
        'At=E9.',
      ),
    );
    expectSound(extraction);
    expect(extraction).toMatchObject({ title: 'Reunião de maio', mediaType: 'message/rfc822', warnings: [] });
    expect(extraction.text.split('\n\n')).toEqual([
      'Reunião de maio',
      'From: José <jose@ex.com.br>\nTo: ana@ex.com.br, Equipe: bia@b.br, caio@c.br\nCc: Dora <dora@d.br>\nDate: 2026-03-03 10:12 -0300',
      'A reunião será no dia nove de maio em Goiânia, conforme combinado.',
      'Até.',
    ]);
  });

  test('in base64 is read in words', async () => {
    const body = base64('Prezados,\n\nO conserto do elevador ficou em R$ 9.990,00.\n');
    const extraction = await read('a.eml', mail(...HEADER, TEXT, 'Content-Transfer-Encoding: base64', '', body));
    expect(extraction.text).toContain('Prezados,\n\nO conserto do elevador ficou em R$ 9.990,00.');
  });

  test.for([
    ['without an extension', 'mensagem', mail(...HEADER, TEXT, '', 'Oi.')],
    ['called .txt', 'mensagem.txt', mail(...HEADER, TEXT, '', 'Oi.')],
    ['without technical fields', 'a.txt', mail('From: ana@a.br', 'Subject: Contrato', '', 'Oi.')],
    ['with many stamps before its subject', 'a', mail(`Received: by ${'x '.repeat(5_000)}`, ...HEADER, '', 'Oi.')],
    ['in UTF-16', 'a.eml', Buffer.from(`\uFEFF${mail(...HEADER, TEXT, '', 'Oi.')}`, 'utf16le')],
    ['in UTF-16 without a mark', 'a.eml', Buffer.from(mail(...HEADER, TEXT, '', 'Oi.'), 'utf16le').swap16()],
    ['from a mailbox of one', 'a', mail('From ana@a.br Mon Jun  1 10:00:00 2026', ...HEADER, TEXT, '', 'Oi.')],
  ] as const)('%s is recognized by its header', async ([, path, content]) => {
    const extraction = await read(path, content);
    expect(extraction).toMatchObject({ title: 'Contrato', mediaType: 'message/rfc822' });
    expect(extraction.text).toMatch(/Oi\.$/);
  });

  test.for([
    'From: the beginning\nof a story, to its end.\n\nThe end.',
    'From: Ana\nSubject: nothing\n\nA form that nobody filled in.',
    'To: do\nSubject: to change\n',
    'Subject: a@b.br\nNo header at all',
    'From here on, at 10:00, it is prose.\n',
  ])('prose that begins like one stays text: %j', async (words) => {
    expect(await read('a.txt', words)).toMatchObject({ text: words.trim(), mediaType: 'text/plain' });
  });

  test('with an HTML body keeps its lists and tables once, and loads nothing', async () => {
    const html =
      '<html><head><title>x</title><style>p{}</style></head><body><p>Valores:</p><ul><li>um</li><li>dois</li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><img src="http://127.0.0.1:1/pixel.gif"></body></html>';
    const parts = multipart(
      'alternative',
      [TEXT, '', 'Valores: um dois a b 1 2'],
      ['Content-Type: text/html', '', html],
    );
    const extraction = await read('a.eml', mail(...HEADER, ...parts));
    expectSound(extraction);
    expect(extraction.text).toMatch(/Valores:\n\n- um\n- dois\n\na \| b\n1 \| 2$/);
  });

  test('with an HTML body that says nothing keeps the plain text', async () => {
    const parts = multipart(
      'alternative',
      [TEXT, '', 'A multa é de 2%.'],
      ['Content-Type: text/html', '', '<img src="cid:x">'],
    );
    expect((await read('a.eml', mail(...HEADER, ...parts))).text).toMatch(/A multa é de 2%\.$/);
  });

  test('in an encoding that it does not declare is read, with a warning', async () => {
    const plain = Buffer.from(mail('From: Jos\xE9 <j@a.br>', 'Subject: Reuni\xE3o', '', 'A reuni\xE3o'), 'latin1');
    const extraction = await read('a.eml', plain);
    expect(extraction.text).toBe('Reunião\n\nFrom: José <j@a.br>\n\nA reunião');
    expect(extraction.warnings).toMatchObject([{ code: 'ENCODING_GUESSED', count: 1 }]);
    const typed = mail(...HEADER, 'Content-Type: text/plain;', '\tformat=flowed', '', 'A reuni\xE3o');
    expect((await read('a.eml', Buffer.from(typed, 'latin1'))).text).toMatch(/A reunião$/);
  });

  test('in Russian that does not declare it is read, also if it is quoted-printable', async () => {
    const body = '=C4=EE=E3=EE=E2=EE=F0 =E2=F1=F2=F3=EF=E0=E5=F2 =E2 =F1=E8=EB=F3 =F1 =E4=E0=F2=FB';
    const encoded = mail(...HEADER, 'Content-Transfer-Encoding: quoted-printable', '', body);
    const { text, warnings } = await read('a.eml', encoded);
    expect(text).toMatch(/Договор вступает в силу с даты$/);
    expect(warnings).toMatchObject([{ code: 'ENCODING_GUESSED' }]);
  });

  test('in UTF-8 with a bad byte keeps the rest', async () => {
    const bytes = Buffer.concat([Buffer.from(`${HEADER.join('\n')}\n\nA reunião é às três `), Buffer.from([0xe3])]);
    const { text, warnings } = await read('a.eml', bytes);
    expect(text).toMatch(/A reunião é às três \uFFFD$/);
    expect(warnings).toMatchObject([{ code: 'ENCODING_GUESSED', count: 1 }]);
  });

  test('keeps what it says beside a signature or encrypted text', async () => {
    const secret = '-----BEGIN PGP MESSAGE-----\n\nhIwDY32hYGCE8MkBA\n-----END PGP MESSAGE-----';
    const { text } = await read('a.eml', mail(...HEADER, TEXT, '', 'Antes.', '', secret, '', 'Depois.'));
    expect(text).toMatch(/Antes\.\n\nDepois\.$/);
  });

  test('that is broken off in the middle keeps what there is', async () => {
    const whole = mail(...HEADER, ...multipart('mixed', [TEXT, '', 'Oi.'], attachment('a.txt', 'text/plain', 'x')));
    expect((await read('a.eml', whole.slice(0, whole.indexOf('Oi.') + 3))).text).toMatch(/Oi\.$/);
  });

  test('of too many lines is TOO_LARGE, before the parser keeps them all', async () => {
    const lines = (count: number): string => `${HEADER.join('\n')}\n\n${'x\n'.repeat(count)}`;
    await expect(read('a.eml', lines(500_000))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    // Encoded, it has more lines than a text may have.
    const attached = multipart('mixed', attachment('a.mp3', 'audio/mpeg', Buffer.alloc(30_000_000, 'ID3\x03\0')));
    expect((await read('a.eml', mail(...HEADER, ...attached))).warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT' }]);
  });

  test('nested beyond reason is DAMAGED', async () => {
    let parts = '';
    for (let i = 0; i < 400; i++) parts += mail(`Content-Type: multipart/mixed; boundary=B${i}`, '', `--B${i}`, '');
    await expect(read('a.eml', mail(...HEADER, parts))).rejects.toMatchObject({ code: 'DAMAGED' });
  });
});

describe('what is attached to a message', () => {
  test('is read as a part of it, and the places in it name it', async () => {
    const parts = multipart(
      'mixed',
      [TEXT, '', 'Segue.'],
      attachment('contrato.pdf', 'application/octet-stream', samplePdf([['A multa'], ['Fim']])),
      attachment('=?utf-8?Q?observa=C3=A7=C3=A3o.txt?=', 'text/plain', 'Ver a pasta.'),
    );
    const extraction = await read('caixa/a.eml', mail(...HEADER, ...parts));
    expectSound(extraction);
    expect(extraction.text).toContain('Attachments: contrato.pdf, observação.txt');
    expect(placesOf(extraction)).toEqual([
      ['Contrato', {}],
      ['A multa', { pageNumber: 1, part: 'contrato.pdf' }],
      ['Fim', { pageNumber: 2, part: 'contrato.pdf' }],
      ['Ver a pasta.', { line: 1, part: 'observação.txt' }],
    ]);
    expect(extraction.warnings).toEqual([]);
  });

  test('and cannot be read is named in a warning', async () => {
    const parts = multipart('mixed', [TEXT, '', 'Oi.'], attachment('som.mp3', 'audio/mpeg', 'ID3\x03\0\0\0\0\0'));
    const { text, warnings } = await read('a.eml', mail(...HEADER, ...parts));
    expect(text).toMatch(/Oi\.$/);
    expect(warnings).toMatchObject([
      { code: 'PARTS_LEFT_OUT', count: 1, message: expect.stringContaining('som.mp3: it is an audio') },
    ]);
  });

  test('is neither a picture in the body nor a signature', async () => {
    const picture = attachment('logo.png', 'image/png', '\x89PNG\r\n\x1A\n');
    const parts = multipart(
      'mixed',
      ['Content-Type: text/html', '', '<p>Oi.<img src="cid:logo@x">'],
      ['Content-ID: <logo@x>', ...picture],
      attachment('smime.p7s', 'application/pkcs7-signature', '0\x80'),
    );
    const { text, warnings } = await read('a.eml', mail(...HEADER, ...parts));
    expect(text).not.toContain('Attachments');
    expect(warnings).toEqual([]);
  });

  test('may be a message with its own attachment, down to the second level', async () => {
    const note = attachment('nota.txt', 'text/plain', 'Nota.');
    const forward = (inner: readonly string[]): readonly string[] => [
      'Content-Type: message/rfc822',
      '',
      'From: caio@c.br',
      'Subject: Encaminhada',
      ...multipart('mixed', [TEXT, '', 'Veja.'], inner).map((line) => line.replace(/B$|B--$/, (end) => `C${end}`)),
    ];
    const extraction = await read('a.eml', mail(...HEADER, ...multipart('mixed', [TEXT, '', 'Oi.'], forward(note))));
    expectSound(extraction);
    expect(placesOf(extraction).map(([, place]) => place)).toEqual([
      {},
      { part: 'attachment 1.eml' },
      { part: 'attachment 1.eml/nota.txt', line: 1 },
    ]);
  });

  test('with a name that is a path, or used twice, has a name of its own', async () => {
    const parts = multipart(
      'mixed',
      attachment('../../a.txt', 'text/plain', 'um'),
      attachment('a.txt', 'text/plain', 'dois'),
      attachment('a.txt', 'text/plain', 'três'),
      ['Content-Type: text/html', 'Content-Disposition: attachment', '', '<html><p>quatro'],
    );
    const { marks } = await read('a.eml', mail(...HEADER, ...parts));
    expect(marks.flatMap(({ part }) => part ?? [])).toEqual(['.._.._a.txt', 'a.txt', 'a (2).txt', 'attachment 4.html']);
  });
});

describe('a mailbox', () => {
  const message = (subject: string, ...lines: readonly string[]): string =>
    mail('From ana@a.br Mon Jun  1 10:00:00 2026', 'From: ana@a.br', `Subject: ${subject}`, ...lines, '', '');

  test('is read message by message, and each place names its message', async () => {
    const extraction = await read(
      'caixa.mbox',
      message('Um', '', 'Primeira.', 'From Brasília with love', '>From here') +
        message('Dois/2', ...multipart('mixed', [TEXT, '', 'Segunda.'], attachment('a.txt', 'text/plain', 'anexo'))),
    );
    expectSound(extraction);
    expect(extraction).toMatchObject({ mediaType: 'application/mbox', title: null, warnings: [] });
    expect(placesOf(extraction)).toEqual([
      ['Um', { part: '1. Um' }],
      ['Dois/2', { part: '2. Dois_2' }],
      ['anexo', { part: '2. Dois_2/a.txt', line: 1 }],
    ]);
    expect(extraction.text).toContain('From Brasília with love');
  });

  test('of a thousand messages has one warning for each kind', async () => {
    const broken = multipart('mixed', [TEXT, '', 'Oi.'], attachment('a.mp3', 'audio/mpeg', 'ID3\x03\0'));
    const extraction = await read('caixa', message('Um', ...broken).repeat(1_000));
    expect(extraction.warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT', count: 1_000 }]);
  });
});

describe('a saved page', () => {
  const page = '<html><head><title>Imposto</title></head><body><nav>Menu</nav><h1>Imposto</h1><p>A multa =C3=A9 alta.';
  const saved = (...header: readonly string[]): string =>
    mail(
      ...header,
      'MIME-Version: 1.0',
      ...multipart(
        'related; type="text/html"',
        ['Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable', '', page],
        ['Content-Type: text/css', '', 'p { color: red }'],
        ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', base64('\x89PNG\r\n\x1A\n')],
      ),
    );

  test.for([
    ['a.mhtml', 'From: <Saved by Blink>'],
    ['a', 'Snapshot-Content-Location: https://a.br/'],
    ['a.mht', 'X-MimeOLE: Produced By Microsoft MimeOLE'],
  ] as const)('%s with %s is read as the page', async ([path, field]) => {
    const extraction = await read(path, saved(field, 'Subject: =?utf-8?Q?Imposto?='));
    expectSound(extraction);
    expect(extraction).toMatchObject({
      title: 'Imposto',
      text: 'Imposto\n\nA multa é alta.',
      mediaType: 'multipart/related',
      warnings: [],
    });
  });

  test('in an encoding that only the page declares is read in it', async () => {
    const content = mail(
      'From: <Saved by Blink>',
      'MIME-Version: 1.0',
      ...multipart('related', [
        'Content-Type: text/html',
        '',
        '<html><meta charset="iso-8859-2"><p>\xB1', // ą, which is ± in windows-1252
      ]),
    );
    expect(await read('a.mhtml', Buffer.from(content, 'latin1'))).toMatchObject({ text: 'ą', warnings: [] });
  });
});
