/** Child side; skip-trial.ts puts it in the place of a module of node-llama-cpp, which it keeps in its address. */

type Trial = (
  binary: string,
  backends: string | undefined,
  gpu: string | false,
  ...rest: unknown[]
) => Promise<boolean>;

/** Returns whether a library can be opened here: true without a trial if it uses no card, and else what a trial says. */
export const testBindingBinary: Trial = async (binary, backends, gpu, ...rest) => {
  if (gpu === false) return true;
  const address = new URL(import.meta.url).searchParams.get('original') ?? '';
  // `as`: skip-trial.ts gives the address of the module that exports this function.
  const original = (await import(address)) as { readonly testBindingBinary: Trial };
  return original.testBindingBinary(binary, backends, gpu, ...rest);
};
