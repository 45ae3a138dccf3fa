import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  McpError,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { McpParts } from './call.ts';
import { runOnce } from './port.ts';
import { idOf, notFound, orMcpError } from './resources.ts';

/** The most resources that one client may follow. */
const MAX_FOLLOWED = 100;
/** How long to wait before the API is asked again after the connection to it was lost, in milliseconds. */
const RETRY_MS = 2_000;

const CHANGES = 'subscription Changes { documentChanged { kind documentId } }';
const EXISTS = 'query Exists($id: ID!) { document(id: $id) { id } }';

/** What CHANGES selects. */
interface Change {
  readonly documentChanged: { readonly kind: string; readonly documentId: string };
}

/**
 * Lets the client follow resources: each change of a document that it follows, its removal included, is reported as
 * `notifications/resources/updated`. After a lost connection to the API, everything is reported once, because a change
 * may have been missed. Only for transports on which the server can speak first.
 * @param ended aborts when the client's session ends.
 */
export function addSubscriptions({ server }: McpServer, { port, describeFault }: McpParts, ended: AbortSignal): void {
  server.registerCapabilities({ resources: { subscribe: true } });
  /** The addresses of the followed documents, by their ids. */
  const followed = new Map<string, string>();
  let following: AbortController | null = null;

  const report = async (uri: string): Promise<void> => {
    if (!ended.aborted) await server.sendResourceUpdated({ uri });
  };
  const reportAll = async (): Promise<void> => {
    for (const uri of followed.values()) await report(uri);
  };
  const reportChanges = async (stop: AbortSignal): Promise<void> => {
    for await (const { documentChanged } of port.results<Change>(CHANGES, {}, stop)) {
      const uri = followed.get(documentChanged.documentId);
      if (uri !== undefined && documentChanged.kind !== 'PROGRESSED') await report(uri);
    }
  };
  const keepReporting = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await reportChanges(stop).catch(() => {}); // each call says what is wrong
      await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => {});
      void runOnce(port, EXISTS, { id: '' }, stop).then(reportAll, () => {});
    }
  };
  const follow = (id: string, uri: string): void => {
    followed.set(id, uri);
    if (following !== null) return;
    following = new AbortController();
    void keepReporting(AbortSignal.any([following.signal, ended]));
  };
  const unfollow = (id: string): void => {
    followed.delete(id);
    if (followed.size > 0) return;
    following?.abort();
    following = null;
  };

  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }, { signal }) =>
    orMcpError(describeFault, async () => {
      const id = idOf(uri);
      if (followed.has(id)) return {};
      if (followed.size >= MAX_FOLLOWED) {
        const message = `${MAX_FOLLOWED} resources are followed already; unsubscribe from some`;
        throw new McpError(ErrorCode.InvalidRequest, message);
      }
      follow(id, uri); // before it is looked for, so that no change after our response is missed
      try {
        const { document } = await runOnce<{ document: object | null }>(port, EXISTS, { id }, signal);
        if (document === null) throw notFound(uri);
        return {};
      } catch (error) {
        unfollow(id);
        throw error;
      }
    }),
  );
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    unfollow(idOf(uri));
    return {};
  });
}
