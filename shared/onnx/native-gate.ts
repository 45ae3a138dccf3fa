/**
 * A thread that is ended while it is inside the ONNX runtime takes the whole process down with it (SIGABRT), by
 * terminate() and by process.exit() alike. So before it ends a thread, its owner closes this gate, which lets the call
 * that is inside come out and no other go in.
 */
export type NativeGate = Int32Array<SharedArrayBuffer>;

const INSIDE = 0;
const CLOSED = 1;

export function makeNativeGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** For the thread: does what calls the runtime. @throws when the gate is closed. */
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

/** For the owner. @returns whether nothing is inside any more; false when the deadline passed before. */
export async function closeGate(gate: NativeGate, deadlineMs: number): Promise<boolean> {
  Atomics.store(gate, CLOSED, 1);
  return (await Atomics.waitAsync(gate, INSIDE, 1, deadlineMs).value) !== 'timed-out';
}

/** As closeGate, for a process that is ending, whose event loop does not turn any more. */
export function closeGateAtExit(gate: NativeGate, deadlineMs: number): void {
  Atomics.store(gate, CLOSED, 1);
  Atomics.wait(gate, INSIDE, 1, deadlineMs);
}
