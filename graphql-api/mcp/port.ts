/** The way to the public GraphQL API: over the network for stdio, within the process for HTTP. */
export interface GraphqlPort {
  /**
   * Runs an operation and yields the data of each result: one for a query or mutation, any number for a subscription.
   * Aborting ends it without another result, and stops the answer that an `ask` is writing.
   * @throws CallError if the API refuses the operation or cannot be reached.
   */
  results<Data>(query: string, variables: object, signal: AbortSignal): AsyncIterable<Data>;
}

/** A call failed for a reason that the client may read; the message is all that it gets to see. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

/** Returns the data of a query or mutation. @throws CallError, and the signal's reason once it has aborted. */
export async function runOnce<Data>(
  port: GraphqlPort,
  query: string,
  variables: object,
  signal: AbortSignal,
): Promise<Data> {
  for await (const data of port.results<Data>(query, variables, signal)) return data;
  signal.throwIfAborted();
  throw new CallError('askbox ended the operation without a result; call again');
}
