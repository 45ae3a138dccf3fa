import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { IS_LINUX } from '../../../../tests/fixtures/platform.ts';
import { openLeftBackends, type Death } from './left-backends.ts';
import { openLeftBefore } from './left-before.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-left-'));
const file = path.join(folder, 'left.json');
const model = path.join(folder, 'model.gguf');
const DEATH: Death = {
  backend: 'cuda',
  wasReady: false,
  deaths: 2,
  how: 'SIGABRT',
  hasHung: false,
  lastWords: null,
};
const LEFT = [{ backend: 'cuda', reason: 'SIGABRT' }] as const;

beforeEach(() => {
  rmSync(file, { force: true });
  writeFileSync(model, 'GGUF');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!IS_LINUX)(
  'backends that were left in an earlier run (only Linux tells whether the computer was restarted)',
  () => {
    test('are left from the start, for the same model and setting', () => {
      openLeftBackends(openLeftBefore(file, model, 'auto')).judge(DEATH);
      expect(openLeftBackends(openLeftBefore(file, model, 'auto')).all).toMatchObject([{ backend: 'cuda' }]);
      expect(openLeftBackends(openLeftBefore(file, model, 'cuda')).all).toEqual([]);
      writeFileSync(model, 'GGUF, another one');
      expect(openLeftBackends(openLeftBefore(file, model, 'auto')).all).toEqual([]);
    });

    test('are not remembered if that may pass: after an error of the library, or a hang', () => {
      openLeftBackends(openLeftBefore(file, model, 'auto')).leave(LEFT[0]);
      openLeftBackends(openLeftBefore(file, model, 'auto')).judge({ ...DEATH, hasHung: true });
      expect(openLeftBefore(file, model, 'auto').recall()).toEqual([]);
    });

    test('are forgotten when the driver or the library is another, or the computer was restarted', () => {
      openLeftBefore(file, model, 'auto').remember(LEFT);
      const [verdict] = JSON.parse(readFileSync(file, 'utf8')) as [{ stamp: string }];
      const parts = JSON.parse(verdict.stamp) as unknown[];
      for (const index of [0, 1, 2]) {
        const stamp = JSON.stringify(parts.with(index, 'another'));
        writeFileSync(file, JSON.stringify([{ ...verdict, stamp }]));
        expect(openLeftBefore(file, model, 'auto').recall()).toEqual([]);
      }
      writeFileSync(file, JSON.stringify([verdict]));
      expect(openLeftBefore(file, model, 'auto').recall()).toEqual(LEFT);
    });

    test('are kept for eight models, and the oldest forgotten', () => {
      const settings = Array.from({ length: 9 }, (_, index) => `setting ${index}`);
      for (const setting of settings) openLeftBefore(file, model, setting).remember(LEFT);
      expect(settings.map((setting) => openLeftBefore(file, model, setting).recall().length)).toEqual([
        0, 1, 1, 1, 1, 1, 1, 1, 1,
      ]);
    });

    test('do no harm when their file is damaged or cannot be written', () => {
      for (const text of ['', '{}', '[null, {"stamp":1}]', '[{"stamp":"a","left":[{"backend":"disk","reason":""}]}]']) {
        writeFileSync(file, text);
        expect(openLeftBefore(file, model, 'auto').recall()).toEqual([]);
      }
      expect(() => openLeftBefore(path.join(folder, 'none', 'left.json'), model, 'auto').remember(LEFT)).not.toThrow();
      expect(openLeftBefore(file, path.join(folder, 'none.gguf'), 'auto').recall()).toEqual([]);
    });
  },
);
