import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** The GraphiQL page for browsers. It is self-contained, so it loads nothing from other hosts. */
export interface Playground {
  /** Of every response with the page; among them the Content-Security-Policy. */
  readonly headers: Readonly<Record<string, string>>;
  /** Returns the page, gzipped from 9 MB to 2.4 MB. Rendered at the first call; later calls get the same promise. */
  body(): Promise<Buffer>;
}

/** Selects `answer` of every event, so that GraphiQL shows the text growing in place. */
const FIRST_QUERY = `# Press the run button: every press is a new question.
# Press it again to stop the model.
subscription Ask {
  ask(input: { question: "Como funciona o askbox?" }) {
    answer {
      status
      text
      citations {
        quote
        source { path }
        locator { pageNumber }
      }
      sources {
        rank
        path
        locator { pageNumber line }
        excerpt
      }
      answeredBy { kind model fallbackReason }
    }
  }
}
`;

// The page is one inline script that starts its workers from blobs. Whatever an answer or a title contains, the page
// can connect only to this server.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Prepares the page; nothing is rendered yet. @param path of the GraphQL endpoint, which also serves the page. */
export function openPlayground(path: string): Playground {
  let page: Promise<Buffer> | undefined;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: () => (page ??= renderPage(path)),
  };
}

async function renderPage(path: string): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'askbox',
    endpoint: path,
    subscriptionsProtocol: 'WS',
    defaultQuery: FIRST_QUERY,
  });
  return await promisify(gzip)(html);
}
