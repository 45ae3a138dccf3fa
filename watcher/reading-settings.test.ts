import { expect, it } from 'vitest';
import { makeLoopFolders, settled } from './testing/running-loop.ts';

it('a change of what becomes of hidden text reads the documents again that it affects', async () => {
  await using folders = await makeLoopFolders();
  folders.drop('a.rtf', String.raw`{\rtf1\ansi O cofre fica na sala. {\v A senha do cofre: alecrim.}}`);
  folders.drop('b.rtf', String.raw`{\rtf1\ansi Nada se esconde nesta nota.}`);
  folders.drop('c.rtf', String.raw`{\rtf1\ansi\v Toda a nota: segredo de hortela.}`);
  const leaving = await folders.start();
  const { contentId } = await settled(leaving.ledger, 'a.rtf', 'READY');
  await settled(leaving.ledger, 'c.rtf', 'FAILED');
  expect(leaving.ledger.contents.find(contentId!)?.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT' }]);
  expect(await folders.search('alecrim')).toEqual([]);
  await folders.stop();

  const reading = await folders.start({ readsHidden: true });
  await settled(reading.ledger, 'a.rtf', 'READY');
  await settled(reading.ledger, 'c.rtf', 'READY');
  expect(reading.reads()).toBe(2);
  expect(await folders.search('alecrim')).toEqual(['a.rtf']);
  expect(await folders.search('hortela')).toEqual(['c.rtf']);
  await folders.stop();

  const leavingAgain = await folders.start();
  await settled(leavingAgain.ledger, 'c.rtf', 'FAILED');
  await settled(leavingAgain.ledger, 'a.rtf', 'READY');
  expect(await folders.search('alecrim')).toEqual([]);
  expect(await folders.search('hortela')).toEqual([]);
  expect(await folders.search('esconde')).toEqual(['b.rtf']);
  expect(leavingAgain.reads()).toBe(1); // what was stored before is not read again
}, 120_000);
