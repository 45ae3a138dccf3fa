import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A request that the stand-in received. */
export interface SeenRequest {
  /** Which of its nodes received it, from 0. */
  readonly node: number;
  /** Method and path. */
  readonly call: string;
  readonly query: Readonly<Record<string, string>>;
  readonly apiKey: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- it is compared, never used
  readonly body: any;
}

/** What goes wrong with the nth call from now on whose method and path match the expression. */
export type Fault = { readonly call: string; nth: number } & (
  | {
      readonly kind: 'answers';
      readonly status: number;
      readonly answer: unknown;
      readonly headers?: Record<string, string>;
    }
  /**
   * The connection breaks: `lost` before the call is carried out, `cut` after it, `late` before it, but `release` does
   * it.
   */
  | { readonly kind: 'lost' | 'cut' | 'late' }
  | { readonly kind: 'hangs' }
);

/** What a node of the stand-in does: `starting` answers everything, but says that it is not ready. */
export type NodeState = 'up' | 'starting' | 'hangs' | 'dead';

/** A running stand-in. Disposing of it ends its process. */
export interface StandIn extends AsyncDisposable {
  /** The address of its first node. */
  readonly url: string;
  /** The addresses of all its nodes, which hold the same. */
  readonly urls: readonly string[];
  /** Changes a node. One that dies breaks its connections; one that comes back has its old address. */
  setNode(node: number, state: NodeState): Promise<void>;
  /** Replaces the faults that are still to come. */
  fail(...faults: readonly Fault[]): Promise<void>;
  /** Carries out the calls that were `late`. */
  release(): Promise<void>;
  /** Returns the requests received since the last call of this method. */
  requests(): Promise<readonly SeenRequest[]>;
}

/**
 * Starts the stand-in of stand-in-server.ts as a process.
 * @param version that it reports. @param nodes how many addresses it has; more than one are a cluster.
 */
export async function startStandIn(version = '1.19.1', nodes = 1): Promise<StandIn> {
  const file = fileURLToPath(new URL('stand-in-server.ts', import.meta.url));
  const child = spawn(process.execPath, [file, version, String(nodes)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [ports] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [control = '', ...urls] = ports.split(' ').map((port) => `http://127.0.0.1:${port}`);
  const tell = async (path: string, body: unknown = {}): Promise<unknown> => {
    const response = await fetch(`${control}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return response.json();
  };
  return {
    url: urls[0] ?? '',
    urls,
    setNode: async (node, state) => void (await tell('node', { node, state })),
    fail: async (...faults) => void (await tell('faults', { faults })),
    release: async () => void (await tell('release')),
    requests: async () => (await tell('requests')) as SeenRequest[],
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
