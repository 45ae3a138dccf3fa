import { defineConfig } from 'vite';

/** Where `npm start` listens, for `npx vite web`, which serves the page with changes as they are made. */
const ASKBOX = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // Nothing is inlined: the page's policy has no `unsafe-inline`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/graphql': { target: ASKBOX, ws: true }, '/inbox': { target: ASKBOX } } },
});
