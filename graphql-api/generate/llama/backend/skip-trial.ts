import { registerHooks } from 'node:module';

/**
 * Child side; Node loads it before llama-process.ts. On Linux, node-llama-cpp opens a prebuilt library first in a Node
 * process that it starts for that, because one that does not fit the machine would end its caller. This process is
 * itself such a process: for the library without a card the trial proves nothing more, and it took a third of the CPU
 * time until a small model was ready. library-trial.ts takes its place.
 */

const TRIAL = './utils/testBindingBinary.js';
const CALLER = '/node-llama-cpp/dist/bindings/getLlama.js';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isTrial = specifier === TRIAL && context.parentURL?.endsWith(CALLER) === true;
    if (!isTrial) return nextResolve(specifier, context);
    const ours = new URL('library-trial.ts', import.meta.url);
    ours.searchParams.set('original', nextResolve(specifier, context).url);
    return nextResolve(ours.href, context);
  },
});
