const CHECK_EVERY_MS = 250;

/**
 * Watches the CPU time of this process, with all its threads, until it is disposed.
 * @returns what resolves once the process has used more from now on.
 */
export function cpuLimit(limitMs: number): Disposable & { readonly exceeded: Promise<'exceeded'> } {
  const before = process.cpuUsage();
  const { promise, resolve } = Promise.withResolvers<'exceeded'>();
  const clock = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > limitMs) resolve('exceeded');
  }, CHECK_EVERY_MS);
  return { exceeded: promise, [Symbol.dispose]: () => clearInterval(clock) };
}
