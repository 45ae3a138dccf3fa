import { registerHooks } from 'node:module';

// Loaded before watcher/main.ts, so that the watcher opens its store with faulty-open-store.ts. Nothing else changes.

const WATCHER = new URL('../../watcher/open-watcher.ts', import.meta.url).href;
const OPEN_STORE = new URL('../../shared/store/open-store.ts', import.meta.url).href;
const FAULTY_OPEN_STORE = new URL('faulty-open-store.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isForWatcher = context.parentURL === WATCHER && resolved.url === OPEN_STORE;
    return isForWatcher ? { ...resolved, url: FAULTY_OPEN_STORE } : resolved;
  },
});
