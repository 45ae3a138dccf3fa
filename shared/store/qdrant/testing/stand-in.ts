import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the stand-in was asked. */
export interface SeenRequest {
  /** Method and path. */
  readonly call: string;
  readonly query: Readonly<Record<string, string>>;
  readonly apiKey: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- it is compared, never used
  readonly body: any;
}

/** What goes wrong with the nth call from now on that the expression finds. */
export type Fault = { readonly call: string; nth: number } & (
  | {
      readonly kind: 'answers';
      readonly status: number;
      readonly answer: unknown;
      readonly headers?: Record<string, string>;
    }
  /** The line breaks: `lost` before anything is done, `cut` after it, `late` before it, but it is done on `release`. */
  | { readonly kind: 'lost' | 'cut' | 'late' }
  | { readonly kind: 'hangs' }
);

export interface StandIn extends AsyncDisposable {
  readonly url: string;
  fail(...faults: readonly Fault[]): Promise<void>;
  /** What is on the line still arrives. */
  release(): Promise<void>;
  /** Since the last time. */
  requests(): Promise<readonly SeenRequest[]>;
}

/** Starts the stand-in of stand-in-server.ts as a process. @param version that it says it is of. */
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
