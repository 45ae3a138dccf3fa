import { registerHooks } from 'node:module';

// Loaded before watcher/main.ts, so that it opens its store with faulty-open-store.ts. Nothing else changes.

const MAIN = new URL('../../watcher/main.ts', import.meta.url).href;
const OPEN_STORE = new URL('../../shared/store/open-store.ts', import.meta.url).href;
const FAULTY_OPEN_STORE = new URL('faulty-open-store.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isForMain = context.parentURL === MAIN && resolved.url === OPEN_STORE;
    return isForMain ? { ...resolved, url: FAULTY_OPEN_STORE } : resolved;
  },
});
