import { expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { freePorts } from '../../tests/fixtures/run-askbox.ts';
import { welcome } from './welcome.ts';

it('welcomes also when the API has gone again, and does not know who answers', async () => {
  const [port] = await freePorts(1);
  const config = parseConfig({ ASKBOX_PORT: String(port) }, import.meta.dirname);
  expect(await welcome(config, 'en')).toMatch(/answers +unknown/);
  expect(await welcome(config, 'pt')).toMatch(/respostas +sem informação/);
});
