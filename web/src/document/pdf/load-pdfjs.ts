import type * as Library from 'pdfjs-dist/legacy/build/pdf.mjs';

/** The library as it was loaded. */
export type Pdfjs = typeof Library;

/**
 * Loads pdf.js, which is five times the size of the rest of the page, when the first PDF is opened. The build for older
 * browsers is used: the other one needs those of this year.
 */
export async function loadPdfjs(): Promise<Pdfjs> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  pdfjs.GlobalWorkerOptions.workerSrc = `${folderOf(pdfjs)}pdf.worker.min.mjs`;
  return pdfjs;
}

/** Returns where the files are that pdf.js loads when a document needs them. */
export function filesOfPdfjs(pdfjs: Pdfjs) {
  const folder = folderOf(pdfjs);
  return {
    cMapUrl: `${folder}cmaps/`,
    cMapPacked: true,
    iccUrl: `${folder}iccs/`,
    standardFontDataUrl: `${folder}standard_fonts/`,
    wasmUrl: `${folder}wasm/`,
  };
}

/** vite.config.ts puts the files there. They come from this server, like everything else. */
function folderOf({ version }: Pdfjs): string {
  return new URL(`/assets/pdfjs-${version}/`, location.href).href;
}
