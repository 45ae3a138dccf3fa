import type { Client } from 'graphql-ws';

export type AskEvent = Readonly<{ __typename: string; sequence: number; text?: string; offset?: number }>;

/**
 * Asks, and resolves with the text at its end. The line may break and the client reconnect as often as it likes: the
 * model writes once, no word is missing and none comes twice. Aborting stops the model.
 * @param client made with `shouldRetry: () => true`, or it gives up when the server is not there for a moment.
 * @param fields of AnswerEvent that `onEvent` wants besides those of AskEvent.
 */
export function ask<Event extends AskEvent>(
  client: Client,
  input: { readonly question: string },
  fields: string,
  onEvent: (event: Event, text: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  let text = '';
  let after = -1;
  const query = `subscription ($input: AskInput!, $after: Int!) {
    ask(input: $input, after: $after) { __typename sequence ... on AnswerDelta { text offset } ${fields} }
  }`;
  const variables = {
    input: { requestId: crypto.randomUUID(), ...input }, // the same one for every reconnect: the same answer
    get after() {
      return after; // read anew at every reconnect
    },
  };
  return new Promise((resolve, reject) => {
    const stop = client.subscribe<{ ask: Event }>(
      { query, variables },
      {
        next({ data, errors }) {
          if (!data) return reject(errors);
          const event = data.ask;
          after = event.sequence;
          if (event.offset !== undefined) text = text.slice(0, event.offset) + event.text;
          onEvent(event, text);
        },
        error: reject,
        complete: () => resolve(text),
      },
    );
    signal?.addEventListener('abort', stop);
  });
}
