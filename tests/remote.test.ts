import { expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { welcome } from '../scripts/terminal/welcome.ts';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { SERVER_TEXT, startOpenaiServer } from './fixtures/openai-server.ts';
import { root, until } from './fixtures/run-askbox.ts';

const FIELDS = `id status text answeredBy { kind model fallbackReason } passagesLeftMachine usage { promptTokens completionTokens }`;
const ASK = `{ ask(input: { question: "Qual é o prazo de garantia do liquidificador Zafira?" }) { ${FIELDS} } }`;

interface Answer {
  readonly id: string;
  readonly text: string;
}

test('an endpoint writes the answer from the dropped file; who it was and that passages left is kept with the answer', async () => {
  await using server = await startOpenaiServer();
  await using askbox = await prepareAskboxHere({ OPENAI_BASE_URL: server.url('ok'), OPENAI_MODEL: 'some' });
  askbox.drop('garantia.txt', 'O prazo de garantia do liquidificador Zafira é de 27 meses.');
  await askbox.start();
  expect(await welcome(parseConfig(askbox.environment, root), 'en')).toMatch(/answers\s+some at 127\.0\.0\.1:\d+/);

  const answer = await until('the file is searchable', async () => {
    const { ask } = await askbox.query<{ ask: Answer }>(ASK);
    return ask.text === SERVER_TEXT && ask;
  });
  expect(answer).toMatchObject({
    status: 'COMPLETED',
    answeredBy: { kind: 'REMOTE', model: 'some', fallbackReason: null },
    passagesLeftMachine: true,
    usage: { promptTokens: 11, completionTokens: 5 },
  });
  expect(JSON.stringify(await server.received('ok'))).toContain('é de 27 meses');

  await askbox.stop();
  await askbox.start();
  const saved = await askbox.query(`query ($id: ID!) { answer(id: $id) { ${FIELDS} } }`, { id: answer.id });
  expect(saved).toEqual({ answer });
});
