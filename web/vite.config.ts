import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm start` listens, for `npx vite web`, which serves the page with changes as they are made. */
const ASKBOX = 'http://127.0.0.1:4000';

/** What pdf.js loads when a document needs it: character maps, colour profiles, fonts, decoders of pictures. */
const PDFJS_FOLDERS = ['cmaps', 'iccs', 'standard_fonts', 'wasm'];
const PDFJS_WORKER = 'legacy/build/pdf.worker.min.mjs';

/** Adds the files of pdf.js to the page, in a folder that load-pdfjs.ts names. */
function pdfjsFiles(): Plugin {
  const root = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  // The package is ours by its exact version.
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const folder = `assets/pdfjs-${version}/`;
  const files = new Map([
    [path.basename(PDFJS_WORKER), PDFJS_WORKER],
    ...PDFJS_FOLDERS.flatMap((name) => readdirSync(path.join(root, name)).map((file) => `${name}/${file}`)).map(
      (name) => [name, name] as const,
    ),
  ]);
  return {
    name: 'pdfjs-files',
    generateBundle() {
      for (const [name, file] of files) {
        this.emitFile({ type: 'asset', fileName: folder + name, source: readFileSync(path.join(root, file)) });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${folder}`, (request, response, next) => {
        const file = files.get((request.url ?? '').slice(1));
        if (file === undefined) return next();
        if (file.endsWith('.mjs')) response.setHeader('content-type', 'text/javascript');
        response.end(readFileSync(path.join(root, file)));
      });
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [pdfjsFiles()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // Nothing is inlined: the page's policy has no `unsafe-inline`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // pdf.js alone has 500 kB; it is loaded when the first PDF is opened.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/graphql': { target: ASKBOX, ws: true }, '/inbox': { target: ASKBOX } } },
});
