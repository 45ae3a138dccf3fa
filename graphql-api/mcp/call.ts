import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { CallError, type GraphqlPort } from './port.ts';

/** What tools and resources are served with. */
export interface McpParts {
  readonly port: GraphqlPort;
  /** Whether there are tools that change something. */
  readonly mayWrite: boolean;
  /** Reports an error that nobody expected, and returns what the client may know of it. */
  readonly describeFault: (error: unknown) => string;
}

interface FilterInput {
  readonly paths?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** The documents that `search` and `ask` look into; a part of their input. */
export const FILTER_INPUT = {
  paths: z
    .array(z.string())
    .max(100)
    .optional()
    .describe('Only files whose path matches one of these globs, such as contracts/**/*.pdf'),
  tags: z.array(z.string()).max(100).optional().describe('Only files with one of these tags'),
};

/** Returns a SearchFilter for `FILTER_INPUT`; null for all documents. */
export function filterOf({ paths, tags }: FilterInput): FilterInput | null {
  return paths === undefined && tags === undefined ? null : { paths, tags };
}

/** Returns what a tool gives, as text for people and models and as fields for programs; errors become errors of the tool. */
export async function callTool(
  { describeFault }: McpParts,
  call: () => Promise<{ readonly text: string; readonly fields: Record<string, unknown> }>,
): Promise<CallToolResult> {
  try {
    const { text, fields } = await call();
    return { content: [{ type: 'text', text }], structuredContent: fields };
  } catch (error) {
    const text = error instanceof CallError ? error.message : describeFault(error);
    return { content: [{ type: 'text', text }], isError: true };
  }
}
