import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';

/** The start of a response. Its body is read to its end, or destroyed. */
export interface PageResponse {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The address that the connection really leads to. */
  readonly address: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection; may be called twice. */
  destroy(): void;
}

/** What fetching a page needs of the network; tests have their own. */
export interface Network {
  /** Returns all IP addresses of a host name. @throws Error when it has none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Requests a page from this address and no other, whatever the name in the URL resolves to now. */
  request(url: URL, address: string, signal: AbortSignal): Promise<PageResponse>;
}

/** The network of this machine. No proxy is used: it would connect to addresses that we have not checked. */
export const systemNetwork: Network = {
  async resolve(host) {
    const found = await lookup(host, { all: true, order: 'ipv4first' });
    return found.map(({ address }) => address);
  },

  request(url, address, signal) {
    const options: RequestOptions & { servername: string } = {
      host: address,
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      // The certificate must be that of the name in the URL. TLS has no name for an address.
      servername: isIP(url.hostname) === 0 ? url.hostname : '',
      headers: {
        host: url.host,
        'user-agent': 'askbox',
        accept: 'text/html, application/pdf, text/*;q=0.9, */*;q=0.5',
        'accept-encoding': 'gzip, deflate, br',
      },
      agent: false,
      signal,
    };
    const { promise, resolve, reject } = Promise.withResolvers<PageResponse>();
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    request(options, (response) => resolve(pageResponseOf(response)))
      .on('error', reject)
      .end();
    return promise;
  },
};

function pageResponseOf(response: IncomingMessage): PageResponse {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    address: response.socket.remoteAddress ?? '',
    body: response,
    destroy: () => void response.destroy(),
  };
}
