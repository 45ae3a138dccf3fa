import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { callTool, type McpParts } from './call.ts';
import { CallError, runOnce } from './port.ts';

const INPUT = z.strictObject({
  text: z.string().optional().describe('The text as Markdown; give either this or url'),
  url: z.string().max(4_096).optional().describe('A public page or PDF to fetch, http or https'),
  title: z.string().max(300).optional().describe('Also names the file'),
  tags: z.array(z.string()).max(50).default([]),
});

const OUTPUT = z.object({
  id: z.string(),
  path: z.string().describe('The new file inside the inbox'),
  status: z.string().describe('It is searchable once it is READY'),
});

const ADD = `mutation AddDocument($input: AddDocumentInput!) {
  addDocument(input: $input) { document { id path status } userErrors { message } }
}`;

/** What ADD selects. */
interface Added {
  readonly addDocument: {
    readonly document: z.infer<typeof OUTPUT> | null;
    readonly userErrors: readonly { readonly message: string }[];
  };
}

/** Adds the tool `add_document`, the only one that changes something. */
export function addAddDocumentTool(server: McpServer, parts: McpParts): void {
  const about = {
    title: 'Add a document',
    description: "Adds a text, or fetches one public page, and keeps it as a new file in the user's inbox.",
    inputSchema: INPUT,
    outputSchema: OUTPUT,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  };
  server.registerTool('add_document', about, (input, { signal }) => callTool(parts, () => add(input, parts, signal)));
}

async function add({ text, url, title, tags }: z.output<typeof INPUT>, { port }: McpParts, signal: AbortSignal) {
  if ((text === undefined) === (url === undefined)) throw new CallError('give either text or url');
  const input = { source: text === undefined ? { url } : { text }, title, tags };
  const { addDocument } = await runOnce<Added>(port, ADD, { input }, signal);
  const { document, userErrors } = addDocument;
  if (document === null) throw new CallError(userErrors.map(({ message }) => message).join('\n'));
  return { text: `added as ${document.path}`, fields: { ...document } };
}
