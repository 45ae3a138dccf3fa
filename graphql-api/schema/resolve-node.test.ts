import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { QUESTION, startWithDocument } from '../testing/ask.ts';

const NODE = `query ($id: ID!) {
  node(id: $id) {
    __typename id
    ... on Answer { question sources { chunk { id } } }
    ... on Document { path chunks { nodes { id text } } }
    ... on Chunk { text documents { path } }
    ... on Conversation { title }
  }
}`;

interface Found {
  readonly node: { readonly chunks: { readonly nodes: readonly { readonly id: string }[] } };
}

test('a document, one of its chunks and an answer are each fetched by their ids', async () => {
  await using api = await startWithDocument();
  await api.restart();
  const id = documentIdOf('garantia.md');
  const found = await api.query<Found>(NODE, { id });
  expect(found).toMatchObject({ node: { __typename: 'Document', id, path: 'garantia.md' } });
  const [chunk] = found.node.chunks.nodes;
  expect(await api.query(NODE, { id: chunk!.id })).toMatchObject({
    node: { __typename: 'Chunk', id: chunk!.id, documents: [{ path: 'garantia.md' }] },
  });

  const asked = api.query<{ ask: { id: string } }>('query ($q: String!) { ask(input: { question: $q }) { id } }', {
    q: QUESTION,
  });
  api.engines.say('27 meses.');
  api.engines.finish();
  const answer = (await asked).ask;
  const node = { __typename: 'Answer', id: answer.id, question: QUESTION, sources: [{ chunk: { id: chunk!.id } }] };
  expect(await api.query(NODE, { id: answer.id })).toEqual({ node });
});

test('a conversation is fetched by its id', async () => {
  await using api = await startWithDocument();
  const { createConversation } = await api.query<{ createConversation: { conversation: { id: string } } }>(
    'mutation { createConversation(input: { title: "Garantia" }) { conversation { id } } }',
  );
  const { id } = createConversation.conversation;
  expect(await api.query(NODE, { id })).toEqual({ node: { __typename: 'Conversation', id, title: 'Garantia' } });
});

test('an unknown id, a deleted answer and what is no id find null, as elsewhere', async () => {
  await using api = await startWithDocument();
  const { startAnswer } = await api.query<{ startAnswer: { answer: { id: string } } }>(
    `mutation { startAnswer(input: { question: "${QUESTION}" }) { answer { id } } }`,
  );
  const { id } = startAnswer.answer;
  expect(await api.query(NODE, { id })).toMatchObject({ node: { id } });
  await api.query('mutation ($id: ID!) { deleteAnswer(id: $id) { deletedId } }', { id });
  for (const unknown of [id, randomUUID(), 'x', '']) {
    expect(await api.query(NODE, { id: unknown })).toEqual({ node: null });
  }
});
