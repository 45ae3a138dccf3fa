import { cpuLimit } from './cpu-limit.ts';
import { pageTextOf, type PageText } from './page-text.ts';
import { pgmOf, turned, type Raster } from './raster.ts';
import { findTesseractCli } from './tesseract-cli.ts';
import { openOrientationEngine, openTesseractJs, type Engine, type OrientationEngine } from './tesseract-js.ts';

/** Recognises the text of pages and pictures, one after another. */
export interface Recognizer extends AsyncDisposable {
  /** Returns the text, whichever way up it is; null if there is none, or none that can be read. Rejects if no engine starts. */
  recognize(picture: Raster): Promise<PageText | null>;
}

/**
 * Above, the picture is the right way up. Clean print has 95; the same page upside down still has 74, of words such as
 * "siop". Finding out costs 0.2 to 0.4 s of CPU time a page.
 */
const UPRIGHT_CONFIDENCE = 90;

/** Pictures with a shorter side hold no line of text: icons, rulers, pixels that count readers of a mail. */
const MIN_SIDE = 16;
/** Between the darkest and the lightest pixel; less is empty paper, which recognition would take a second for. */
const MIN_CONTRAST = 24;

/**
 * The CPU time that a page may take. A full page needs 1 to 10 s; the watcher ends the whole process after 30 s without
 * progress, and with it the pages that were read.
 */
const PAGE_CPU_LIMIT_MS = 20_000;

/** Opens a recogniser; its engines start when they are first needed. */
export function openRecognizer(): Recognizer {
  let engine: Engine | null = null;
  let orientation: OrientationEngine | null = null;

  const read = async (picture: Raster, by: Engine): Promise<PageText | null> =>
    pageTextOf(await by.recognize(pgmOf(picture)));
  const readEitherWay = async (picture: Raster, by: Engine): Promise<PageText | null> => {
    const upright = await read(picture, by);
    if (upright !== null && upright.confidence >= UPRIGHT_CONFIDENCE) return upright;
    orientation ??= await openOrientationEngine();
    const degrees = await orientation.detect(pgmOf(picture));
    if (degrees === null) return upright;
    const other = await read(turned(picture, degrees), by);
    return (other?.confidence ?? 0) > (upright?.confidence ?? 0) ? other : upright;
  };
  const close = async (): Promise<void> => {
    const open = [engine, orientation];
    engine = orientation = null;
    for (const each of open) await each?.[Symbol.asyncDispose]();
  };

  return {
    async recognize(picture) {
      if (Math.min(picture.width, picture.height) < MIN_SIDE || isBlank(picture)) return null;
      engine ??= (await findTesseractCli()) ?? (await openTesseractJs());
      using limit = cpuLimit(PAGE_CPU_LIMIT_MS);
      const text = await Promise.race([readEitherWay(picture, engine).catch(() => null), limit.exceeded]);
      if (text !== 'exceeded') return text;
      await close(); // ends the threads, which compute on otherwise
      return null;
    },
    [Symbol.asyncDispose]: close,
  };
}

function isBlank({ pixels }: Raster): boolean {
  let [darkest, lightest] = [255, 0];
  for (const pixel of pixels) {
    if (pixel < darkest) darkest = pixel;
    if (pixel > lightest) lightest = pixel;
  }
  return lightest - darkest < MIN_CONTRAST;
}
