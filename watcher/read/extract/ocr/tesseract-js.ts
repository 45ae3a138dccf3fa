import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createWorker, OEM, type Worker } from 'tesseract.js';

/** Recognises the text of a picture in a file format that Tesseract knows. */
export interface Engine extends AsyncDisposable {
  /** Returns what was recognised as TSV. Rejects when the engine cannot read this picture. */
  recognize(picture: Buffer): Promise<string>;
}

/** Finds out which way up the text of a picture is. */
export interface OrientationEngine extends AsyncDisposable {
  /** Returns by how many degrees the picture has to be turned clockwise; null if that is unclear. */
  detect(picture: Buffer): Promise<90 | 180 | 270 | null>;
}

const require = createRequire(import.meta.url);

/** Our pictures state no resolution. Recognition does not depend on it, but Tesseract complains without one. */
const DPI = '200';

/** Below, the engine itself calls its guess of the orientation unreliable. */
const MIN_ORIENTATION_CONFIDENCE = 1;

/**
 * Starts Tesseract's WebAssembly build with Portuguese and English in a thread of this process; about 0.6 s of CPU time
 * and 150 MB. Its data comes from npm packages: nothing is downloaded, nothing is written.
 */
export async function openTesseractJs(): Promise<Engine> {
  const worker = await open('por', '4.0.0_best_int', OEM.LSTM_ONLY);
  const english = new Uint8Array(
    gunzipSync(readFileSync(path.join(dataDir('eng', '4.0.0_best_int'), 'eng.traineddata.gz'))),
  );
  await worker.FS('writeFile', ['./eng.traineddata', english]);
  await worker.reinitialize('por', OEM.LSTM_ONLY, `tessedit_load_sublangs eng\nuser_defined_dpi ${DPI}`);
  return {
    async recognize(picture) {
      const { data } = await worker.recognize(picture, {}, { text: false, tsv: true });
      return data.tsv ?? '';
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}

/** Starts the older engine of the same build, the only one that knows orientations. */
export async function openOrientationEngine(): Promise<OrientationEngine> {
  const worker = await open('osd', '4.0.0', OEM.TESSERACT_ONLY);
  return {
    async detect(picture) {
      const { data } = await worker.detect(picture);
      if ((data.orientation_confidence ?? 0) < MIN_ORIENTATION_CONFIDENCE) return null;
      const degrees = data.orientation_degrees;
      return degrees === 90 || degrees === 180 || degrees === 270 ? degrees : null;
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}

async function open(language: string, version: string, engine: OEM): Promise<Worker> {
  return await createWorker(language, engine, {
    langPath: dataDir(language, version),
    cacheMethod: 'none',
    legacyCore: engine === OEM.TESSERACT_ONLY,
    legacyLang: engine === OEM.TESSERACT_ONLY,
    errorHandler: () => {}, // without it, an error is thrown where nothing catches it, besides the rejection
  });
}

function dataDir(language: string, version: string): string {
  return path.join(path.dirname(require.resolve(`@tesseract.js-data/${language}/package.json`)), version);
}
