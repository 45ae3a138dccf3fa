import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** The page in a browser, GraphiQL: everything it needs is in it, so that it asks no other host for anything. */
export interface Playground {
  readonly headers: Readonly<Record<string, string>>;
  /** The gzipped page. Made at the first call, 9 MB to 2.4 MB; the same promise from then on. */
  body(): Promise<Buffer>;
}

/** The text grows in place, because every event carries the answer as it stands. */
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

// The page is one inline script that starts its workers from blobs. Whatever an answer or a title holds, it can reach
// nothing but this server.
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

/** @param path of the GraphQL endpoint, where the page is served as well. */
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
