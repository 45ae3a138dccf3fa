import { expect, test } from 'vitest';
import { expectSound } from '../../testing/expect-sound.ts';
import { extractText } from './text.ts';

const blocksOf = (source: string, path = 'Conversa do WhatsApp.txt'): readonly string[] => {
  const extraction = extractText({ path, bytes: Buffer.from(source) });
  expectSound(extraction);
  return extraction.text.split('\n\n');
};

const ANDROID =
  '12/03/2026 09:15 - Ana: Bom dia!\n12/03/2026 09:16 - Ana: Falta:\n- a pia\n\n- a porta\n13/03/26 10:02 - Beto: Sim';
const IPHONE =
  '[12/03/2026, 09:15:01] Ana: Bom dia!\n\u200E[12/03/2026, 09:16:02] Ana: imagem\n[3/13/26, 10:02:03 PM] Beto: Sim';

test('each message of an exported chat is a paragraph', () => {
  expect(blocksOf(ANDROID)).toEqual([
    '12/03/2026 09:15 - Ana: Bom dia!',
    '12/03/2026 09:16 - Ana: Falta:\n- a pia',
    '- a porta',
    '13/03/26 10:02 - Beto: Sim',
  ]);
  expect(blocksOf(IPHONE)).toHaveLength(3);
});

test.each([
  ['two dated lines are', ANDROID.replace(/^.*\n/, ''), 'a.txt', 2],
  ['a text whose first line has no date is', `Agenda\n${ANDROID}`, 'a.txt', 2],
  ['a text with few dated lines is', `${IPHONE}${'\noutra linha'.repeat(10)}`, 'a.txt', 1],
  ['source code is', IPHONE, 'a.py', 1],
])('%s no chat', (_, source, path, count) => {
  expect(blocksOf(source, path)).toHaveLength(count);
});
