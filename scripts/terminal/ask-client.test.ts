import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../../graphql-api/testing/running-api.ts';
import { QUESTION, startWithDocument } from '../../graphql-api/testing/ask.ts';
import { ask, type AskEvent } from './ask-client.ts';

test('three forced drops of the line: one generation, the exact text, each event once', async () => {
  await using api = await startWithDocument();
  const client = api.client({ retryAttempts: 10, retryWait: () => sleep(5) });
  const events: AskEvent[] = [];
  let text = '';
  const answer = ask(client, { question: QUESTION }, '', (event, textSoFar) => {
    events.push(event);
    text = textSoFar;
  });
  for (const word of ['um', ' dois', ' três']) {
    api.engines.say(word);
    await until(`"${word}" arrives`, () => text.endsWith(word));
    api.dropConnections();
  }
  api.engines.say(' fim.');
  api.engines.finish();
  expect(await answer).toBe('um dois três fim.');
  expect(events.map((event) => event.text ?? event.__typename)).toEqual([
    'AnswerStarted',
    'SourcesRetrieved',
    'um',
    ' dois',
    ' três',
    ' fim.',
    'AnswerCompleted',
  ]);
  expect(api.engines.requests).toHaveLength(1);
});

test('aborting stops the model at once, and gives what was written', async () => {
  await using api = await startWithDocument();
  const stop = new AbortController();
  let text = '';
  const answer = ask(api.client(), { question: QUESTION }, '', (_, textSoFar) => (text = textSoFar), stop.signal);
  api.engines.say('um');
  await until('a word arrives', () => text === 'um');
  stop.abort();
  expect(await answer).toBe('um');
  await until('the engine is stopped', () => api.engines.aborted === 1);
});

test('an input that is refused rejects with the errors', async () => {
  await using api = await startWithDocument();
  await expect(ask(api.client(), { question: '' }, '', () => {})).rejects.toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('the page about the API shows the helper as it is', () => {
  const [page, helper] = ['../../docs/api.md', 'ask-client.ts'].map((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8'),
  );
  expect(page).toContain('```ts\n' + helper + '```');
});
