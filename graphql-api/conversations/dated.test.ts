import { expect, test } from 'vitest';
import { publish, startTestApi } from '../testing/running-api.ts';

const CREATE = 'mutation { createConversation(input: {}) { conversation { id } } }';
const ASK = 'query ($input: AskInput!) { ask(input: $input) { searchedFor sources { path } } }';

test('a week finds what is dated in it; what has no date is found by the words', async () => {
  await using api = await startTestApi({ now: () => new Date(2026, 10, 27) });
  await publish(api.store, 'reuniao-a.md', ['Reunião de obras de 18/11/2026: aprovada a pintura da fachada.']);
  await publish(api.store, 'reuniao-b.md', ['Reunião de obras de 25/11/2026: aprovada a troca dos elevadores.']);
  await publish(api.store, 'almoco.md', ['O almoço de hoje no refeitório é feijoada.']);
  await api.restart();
  const ask = async (...questions: readonly string[]) => {
    const { createConversation } = await api.query<{ createConversation: { conversation: { id: string } } }>(CREATE);
    const answers: { readonly searchedFor: string; readonly sources: readonly { readonly path: string }[] }[] = [];
    for (const question of questions) {
      const input = { question, conversationId: createConversation.conversation.id };
      const asked = api.query<{ ask: (typeof answers)[number] }>(ASK, { input });
      api.engines.say('Sim. ');
      api.engines.finish();
      answers.push((await asked).ask);
    }
    return answers.at(-1);
  };
  const FIRST = 'O que foi aprovado na reunião de obras?';
  expect(await ask(FIRST, 'e na semana passada?')).toMatchObject({
    searchedFor: 'e de 16 a 22 de novembro de 2026? (reunião de obras)',
    sources: [{ path: 'reuniao-a.md' }],
  });
  expect((await ask(FIRST, 'e nesta semana?'))?.sources[0]?.path).toBe('reuniao-b.md');
  expect((await ask('O que tem de almoço no refeitório?', 'e hoje?'))?.sources[0]?.path).toBe('almoco.md');
});
