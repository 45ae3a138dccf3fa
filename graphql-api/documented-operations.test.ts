import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Kind, OperationTypeNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { startWithDocument } from './testing/ask.ts';
import type { TestApi } from './testing/running-api.ts';

const root = path.join(import.meta.dirname, '..');

test('every operation that README and docs show is carried out', async () => {
  await using api = await startWithDocument();
  const operations = globSync(['README*.md', 'docs/*.md'], { cwd: root }).flatMap((page) =>
    [...readFileSync(path.join(root, page), 'utf8').matchAll(/```graphql\n([\s\S]*?)```/g)].flatMap(([, code]) =>
      parse(code!).definitions.map((definition) => ({ page, definition })),
    ),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { page, definition } of operations) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${page}: ${print(definition)}`);
    const operation = await withIds(api, print(definition));
    expect({ page, operation, errors: await carryOut(api, definition.operation, operation) }).toEqual({
      page,
      operation,
      errors: [],
    });
  }
});

/** Puts ids of things that exist in the place of "...", which the pages leave to the reader. */
async function withIds(api: TestApi, operation: string): Promise<string> {
  const { startAnswer, createConversation } = await api.query<{
    startAnswer: { answer: { id: string } };
    createConversation: { conversation: { id: string } };
  }>(
    `mutation { startAnswer(input: { question: "Obrigado!" }) { answer { id } } createConversation { conversation { id } } }`,
  );
  return operation
    .replace(/(conversationId: |\b\w+Conversation\(id: )"\.\.\."/g, `$1"${createConversation.conversation.id}"`)
    .replace(/(\b(?:answer|answerEvents|\w+Answer)\(id: )"\.\.\."/g, `$1"${startAnswer.answer.id}"`)
    .replaceAll('"..."', `"${documentIdOf('garantia.md')}"`);
}

/** Returns the errors of the request, except that there is no watcher here, which would change the documents. */
async function carryOut(api: TestApi, kind: OperationTypeNode, query: string): Promise<readonly unknown[]> {
  if (kind === OperationTypeNode.SUBSCRIPTION) {
    for await (const { errors = [] } of api.client().iterate({ query })) return errors;
    return ['no event'];
  }
  // `as`: a GraphQL response.
  const { errors = [] } = (await (await api.post({ query })).json()) as {
    errors?: readonly { extensions: { code: string } }[];
  };
  return errors.filter(({ extensions }) => extensions.code !== 'WATCHER_UNAVAILABLE');
}
