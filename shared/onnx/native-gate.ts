/**
 * A gate around the calls of a thread into the ONNX runtime. Ending a thread while it is inside the runtime, whether by
 * terminate() or by process.exit(), aborts the whole process (SIGABRT). So before it ends a thread, its owner closes
 * the gate: the call inside is allowed to finish, and no other may begin.
 */
export type NativeGate = Int32Array<SharedArrayBuffer>;

const INSIDE = 0;
const CLOSED = 1;

/** Makes an open gate, in memory that both threads share. */
export function makeNativeGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(8));
}

/**
 * For the thread: runs work that calls the runtime.
 * @throws Error when the gate is closed; otherwise what the work throws.
 */
export async function throughGate<Result>(gate: NativeGate, work: () => Promise<Result>): Promise<Result> {
  Atomics.store(gate, INSIDE, 1);
  try {
    if (Atomics.load(gate, CLOSED) === 1) throw new Error('it was closed');
    return await work();
  } finally {
    Atomics.store(gate, INSIDE, 0);
    Atomics.notify(gate, INSIDE);
  }
}

/**
 * For the owner: closes the gate and waits until no call is inside.
 * @returns false when one still is after `deadlineMs`.
 */
export async function closeGate(gate: NativeGate, deadlineMs: number): Promise<boolean> {
  Atomics.store(gate, CLOSED, 1);
  return (await Atomics.waitAsync(gate, INSIDE, 1, deadlineMs).value) !== 'timed-out';
}

/** Does the same as closeGate, but blocks: for the `exit` event of a process, after which no event loop runs. */
export function closeGateAtExit(gate: NativeGate, deadlineMs: number): void {
  Atomics.store(gate, CLOSED, 1);
  Atomics.wait(gate, INSIDE, 1, deadlineMs);
}
