import path from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { McpParts } from './call.ts';
import { MAX_TEXT_CHARS } from './document-tools.ts';
import { CallError, runOnce } from './port.ts';

const URI_START = 'askbox://document/';
const PAGE = 100;
/** How many parts of `MAX_TEXT_CHARS` a resource is read in; `get_document` reads on. */
const MAX_PARTS = 10;
/** Where a resource that is longer is cut off. */
const MAX_RESOURCE_CHARS = MAX_PARTS * MAX_TEXT_CHARS;
/** The error that the protocol has for a resource that there is not. */
const RESOURCE_NOT_FOUND = -32_002;

const LIST = `query Resources($first: Int!, $after: String) {
  documents(first: $first, after: $after, filter: { status: [READY] }, orderBy: { field: PATH, direction: ASC }) {
    pageInfo { hasNextPage endCursor }
    nodes { id path title modifiedAt }
  }
}`;

const parts = Array.from({ length: MAX_PARTS }, (_, index) => {
  return `part${index}: text(start: ${index * MAX_TEXT_CHARS}, end: ${(index + 1) * MAX_TEXT_CHARS})`;
});
const READ = `query Resource($id: ID!) { document(id: $id) { ${parts.join(' ')} } }`;

/** What LIST selects. */
interface Listed {
  readonly documents: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly {
      readonly id: string;
      readonly path: string;
      readonly title: string;
      readonly modifiedAt: string;
    }[];
  };
}

/** Adds the searchable documents as resources, `askbox://document/<id>`: their text, and a list of them by path. */
export function addResources({ server }: McpServer, { port, describeFault }: McpParts): void {
  server.registerCapabilities({ resources: {} });
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, { signal }) =>
    orMcpError(describeFault, async () => {
      const variables = { first: PAGE, after: params?.cursor ?? null };
      const { documents } = await runOnce<Listed>(port, LIST, variables, signal);
      const { hasNextPage, endCursor } = documents.pageInfo;
      const resources = documents.nodes.map(({ id, path: file, title, modifiedAt }) => ({
        uri: URI_START + id,
        name: path.posix.basename(file),
        title,
        description: file,
        mimeType: 'text/plain',
        annotations: { lastModified: modifiedAt },
      }));
      return { resources, ...(hasNextPage && endCursor !== null ? { nextCursor: endCursor } : {}) };
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: `${URI_START}{id}`, name: 'document', mimeType: 'text/plain' }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }, { signal }) =>
    orMcpError(describeFault, async () => {
      const read = await runOnce<{ document: Record<string, string> | null }>(port, READ, { id: idOf(uri) }, signal);
      if (read.document === null) throw notFound(uri);
      const text = Object.values(read.document).join('');
      const contents = [{ uri, mimeType: 'text/plain', text }];
      if (text.length < MAX_RESOURCE_CHARS) return { contents };
      return { contents: [...contents, { uri, mimeType: 'text/plain', text: CUT_OFF }] };
    }),
  );
}

const CUT_OFF = `[The text is cut off here; get_document reads on with start: ${MAX_RESOURCE_CHARS}.]`;

/** Returns the id in the address of a document. @throws McpError */
export function idOf(uri: string): string {
  const id = uri.startsWith(URI_START) ? uri.slice(URI_START.length) : '';
  if (id === '') throw notFound(uri);
  return id;
}

/** Returns the error for an address under which there is no document. */
export function notFound(uri: string): McpError {
  return new McpError(RESOURCE_NOT_FOUND, `there is no document ${uri}; list the resources again`);
}

/** Runs what a request asks for; whatever goes wrong becomes an error whose message the client may read. */
export async function orMcpError<Result>(
  describeFault: McpParts['describeFault'],
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof McpError) throw error;
    throw new McpError(ErrorCode.InternalError, error instanceof CallError ? error.message : describeFault(error));
  }
}
