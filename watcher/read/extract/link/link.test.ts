import { expect, test } from 'vitest';
import { extract } from '../extract.ts';
import { linkOf } from './link.ts';

const plist = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>\n${content}</dict>\n</plist>\n`;
/** A binary property list with one key, URL. */
const binary = (address: string): Buffer => {
  const length = Buffer.from(address.length < 15 ? [0x50 + address.length] : [0x5f, 0x10, address.length]);
  return Buffer.concat([Buffer.from('bplist00\xD1\x01\x02SURL', 'latin1'), length, Buffer.from(`${address}\x08\x0B`)]);
};

test.for([
  ['a.url', '[InternetShortcut]\r\nURL=https://a.br/x?y=1\r\nIconIndex=0\r\n', 'https://a.br/x?y=1'],
  [
    'a.url',
    '[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nIDList=\r\nURL=http://a.br/\r\n',
    'http://a.br/',
  ],
  ['a.webloc', plist('<key>URL</key>\n<string>https://a.br/?x=1&amp;y=2</string>\n'), 'https://a.br/?x=1&y=2'],
  ['a.webloc', binary('https://a.br/licitacoes/77'), 'https://a.br/licitacoes/77'],
  ['a.webloc', binary('http://a.br'), 'http://a.br'],
  ['a.desktop', '[Desktop Entry]\nType=Link\nName=A\nURL=https://a.br/\n', 'https://a.br/'],
  ['a.gdoc', '{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', 'https://docs.google.com/open?id=1'],
] as const)('%s is a link, not a document', async ([path, content, address]) => {
  const bytes = Buffer.from(content);
  expect(linkOf(bytes, path)).toBe(address);
  await expect(extract({ path, bytes })).rejects.toMatchObject({
    code: 'UNSUPPORTED_TYPE',
    reason: `it is a link to ${address}; open it, save the page as .pdf or .html and drop that${path === 'a.gdoc' ? '' : ', or set ASKBOX_FETCH_LINKS=true and restart'}`,
  });
});

test.for([
  ['a.txt', 'See [InternetShortcut] and URL=https://a.br/'],
  ['a.url', '[InternetShortcut]\nURL=file:///etc/passwd\n'],
  ['a.plist', plist('<key>Name</key>\n<string>A</string>\n<key>URL</key>\n<string>https://a.br/</string>\n')],
  ['a.json', '{"url": "https://a.br/"}'],
  ['a.desktop', '[Desktop Entry]\nType=Application\nExec=x\nURL=https://a.br/\n'],
  ['a.txt', 'https://a.br/'],
  ['a.webloc', 'bplist00URL'],
  ['a.webloc', 'bplist00http'],
] as const)('%s with %j is no link', ([path, content]) => {
  expect(linkOf(Buffer.from(content), path)).toBeNull();
});
