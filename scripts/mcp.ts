import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { loadConfig } from '#shared/config.ts';
import { ConfigError, messageOf } from '#shared/errors.ts';
import { makeMcpServer } from '../graphql-api/mcp/mcp-server.ts';
import { openRemotePort } from './mcp/remote-port.ts';
import { readCommandLine } from './terminal/command-line.ts';
import { spoken } from './terminal/text.ts';
import { apiUrlOf } from './terminal/wait-until-ready.ts';

// Serves MCP on standard input and output, for a client that starts this process. Nothing but JSON-RPC may go to standard
// output, so everything for people goes to standard error.

/** More than any call needs: a question has 4,000 characters. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const USAGE = spoken({
  en: `usage: node scripts/run.mjs mcp

Serves MCP on standard input and output, for a client that starts it: Claude, Cursor, VS Code (docs/mcp.md). askbox must
be running. Do not use npm run mcp: npm prints its own lines there.

  --help  show this

exit codes: 0 the client has ended the session, 1 wrong settings, 2 wrong options
`,
  pt: `uso: node scripts/run.mjs mcp

Serve MCP na entrada e na saída padrão, para um cliente que o inicia: Claude, Cursor, VS Code (docs/mcp.pt-BR.md). O
askbox precisa estar em execução. Não use npm run mcp: o npm imprime ali linhas próprias.

  --help  mostra isto

códigos de saída: 0 o cliente encerrou a sessão, 1 configurações erradas, 2 opções erradas
`,
});

readCommandLine(USAGE, {}, 0);
const config = readConfig();
await serve();
process.exit(); // whatever the client leaves open

/** Serves until the client ends the session. */
async function serve(): Promise<void> {
  await using port = openRemotePort(apiUrlOf(config), config.apiKey);
  const describeFault = (error: unknown): string => {
    console.error(error);
    return `askbox failed: ${messageOf(error)}`;
  };
  const session = new AbortController();
  const server = makeMcpServer({ port, mayWrite: config.mcpWrites, describeFault }, session.signal);
  server.server.onerror = (error) => console.error(`askbox: ${error.message}`);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
  });
  // Closing the server stops what it still waits for.
  const close = (): void => void server.close();
  process.stdin.once('end', close);
  process.stdout.once('error', close);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
  await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_MESSAGE_BYTES }));
  await closed;
  session.abort();
}

function readConfig() {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
