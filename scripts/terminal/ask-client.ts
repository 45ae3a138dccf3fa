import type { Client } from 'graphql-ws';

/** What `ask` reads of an AnswerEvent. */
export type AskEvent = Readonly<{ __typename: string; sequence: number; text?: string; offset?: number }>;

/**
 * Asks, and resolves with the text when the answer ends. However often the connection drops and the client reconnects,
 * the model writes once, and no word is lost or repeated. Aborting stops the model and resolves with the text so far.
 * @param client made with `shouldRetry: () => true`; otherwise it gives up when the server is briefly unreachable.
 * @param fields of AnswerEvent that `onEvent` needs besides those of AskEvent.
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
    input: { requestId: crypto.randomUUID(), ...input }, // kept across reconnects, which join the same answer
    get after() {
      return after; // read again at every reconnect
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
