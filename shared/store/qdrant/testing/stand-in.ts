import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A request that the stand-in received. */
export interface SeenRequest {
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

/** A running stand-in. Disposing of it ends its process. */
export interface StandIn extends AsyncDisposable {
  readonly url: string;
  /** Replaces the faults that are still to come. */
  fail(...faults: readonly Fault[]): Promise<void>;
  /** Carries out the calls that were `late`. */
  release(): Promise<void>;
  /** Returns the requests received since the last call of this method. */
  requests(): Promise<readonly SeenRequest[]>;
}

/** Starts the stand-in of stand-in-server.ts as a process. @param version that it reports. */
export async function startStandIn(version = '1.19.1'): Promise<StandIn> {
  const file = fileURLToPath(new URL('stand-in-server.ts', import.meta.url));
  const child = spawn(process.execPath, [file, version], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = `http://127.0.0.1:${port}`;
  const tell = async (path: string, body: unknown = {}): Promise<unknown> => {
    const response = await fetch(`${url}/stand-in/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return response.json();
  };
  return {
    url,
    fail: async (...faults) => void (await tell('faults', { faults })),
    release: async () => void (await tell('release')),
    requests: async () => (await tell('requests')) as SeenRequest[],
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
