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

/**
 * Prepares the page; nothing is rendered yet.
 * @param path of the GraphQL endpoint, which also serves the page.
 * @param isKeyRequired whether the page has to ask for the key. It keeps the key for as long as the tab is open.
 */
export function openPlayground(path: string, isKeyRequired: boolean): Playground {
  let page: Promise<Buffer> | undefined;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: () => (page ??= renderPage(path, isKeyRequired)),
  };
}

/** The call with which the page of the package starts GraphiQL; its options follow, as JSON. */
const START = 'YogaGraphiQL.renderYogaGraphiQL(';

/**
 * Runs in the page before GraphiQL: resolves with the key once the server has accepted it. Asks for it in a form, and
 * does not name a wrong one in the URL or anywhere else. CSS of GraphiQL applies to the page already.
 */
const ASK_FOR_KEY = `async function askForKey(path) {
  const isPortuguese = navigator.language.startsWith('pt');
  const text = isPortuguese
    ? { label: 'Chave do askbox (ASKBOX_API_KEY)', button: 'Entrar', wrong: 'A chave está errada; tente de novo.', away: 'O askbox não responde; tente de novo.' }
    : { label: 'Key of askbox (ASKBOX_API_KEY)', button: 'Enter', wrong: 'The key is wrong; try again.', away: 'askbox does not respond; try again.' };
  const problemOf = async (key) => {
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ' + key },
        body: '{"query":"{ __typename }"}',
      });
      return response.ok ? null : response.status === 401 ? text.wrong : text.away;
    } catch (error) {
      // A key with characters that no header can have is wrong, too.
      return /[^\\x20-\\x7e]/.test(key) ? text.wrong : text.away;
    }
  };
  const kept = sessionStorage.getItem('askbox-key');
  if (kept !== null && (await problemOf(kept)) === null) return kept;

  const form = document.createElement('form');
  form.id = 'askbox-key';
  form.style.cssText = 'font: 16px sans-serif; margin: 20vh auto; max-width: 24em; display: grid; gap: 0.8em; padding: 0 1em';
  const label = document.createElement('label');
  const input = document.createElement('input');
  const button = document.createElement('button');
  const problem = document.createElement('p');
  label.textContent = text.label;
  input.type = 'password';
  input.required = true;
  input.autocomplete = 'current-password';
  input.style.cssText = 'display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.4em; margin-top: 0.4em';
  button.textContent = text.button;
  button.style.cssText = 'font: inherit; padding: 0.4em';
  problem.setAttribute('role', 'alert');
  label.append(input);
  form.append(label, button, problem);
  document.body.append(form);
  input.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const key = input.value.trim();
      problem.textContent = await problemOf(key) ?? '';
      if (problem.textContent !== '') return input.select();
      sessionStorage.setItem('askbox-key', key);
      form.remove();
      resolve(key);
    });
  });
}`;

async function renderPage(path: string, isKeyRequired: boolean): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'askbox',
    endpoint: path,
    subscriptionsProtocol: 'WS',
    defaultQuery: FIRST_QUERY,
  });
  return await promisify(gzip)(isKeyRequired ? withKey(html, path) : html);
}

/**
 * Returns the page with GraphiQL started only once the key is known, which goes with every request and, since a browser
 * sends no headers of ours with a WebSocket, in `connection_init`.
 * @throws Error if the package's page does not look as it did.
 */
function withKey(html: string, path: string): string {
  const start = html.lastIndexOf(START);
  const end = html.indexOf('</script>', start);
  if (start === -1 || end === -1) throw new Error('the page of @graphql-yoga/render-graphiql has changed');
  const wait = `${ASK_FOR_KEY}
    askForKey(${JSON.stringify(path)}).then((key) => {
      const authorization = 'Bearer ' + key;
      const start = (root, options) =>
        YogaGraphiQL.renderYogaGraphiQL(root, {
          ...options,
          additionalHeaders: { authorization },
          connectionParams: { authorization },
        });
      ${html.slice(start, end).replace(START, 'start(')}
    });
  `;
  return html.slice(0, start) + wait + html.slice(end);
}
