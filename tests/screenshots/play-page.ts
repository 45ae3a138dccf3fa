import type { Browser, Locator, Page } from 'playwright-core';
import { PATIENCE_MS } from '../fixtures/chromium.ts';
import type { Frame, Place } from './film.ts';
import type { Sample } from './sample-folder.ts';

interface PlayOptions {
  readonly browser: Browser;
  readonly url: string;
  readonly sample: Sample;
  readonly size: { readonly width: number; readonly height: number };
}

/** How many characters of the question are typed from one frame to the next. */
const CHARS_A_FRAME = 4;

/**
 * Drops the files, asks the question and opens the cited page, as a person does.
 * @returns the film, and the page in the end, as PNG.
 */
export async function playPage({
  browser,
  url,
  sample,
  size,
}: PlayOptions): Promise<{ frames: Frame[]; last: Buffer }> {
  const context = await browser.newContext({
    locale: sample.locale,
    viewport: size,
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const frames: Frame[] = [];
  let pointer: Place = { x: size.width * 0.7, y: size.height - 60 };
  const shoot = async (ms: number): Promise<void> => {
    frames.push({ png: await page.screenshot(), ms, pointer });
  };
  /** Moves the pointer in steps over what does not change in the meantime. */
  const glide = async (to: Place, steps = 5): Promise<void> => {
    const from = pointer;
    const png = await page.screenshot();
    for (let step = 1; step <= steps; step += 1) {
      const part = step / steps;
      pointer = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
      frames.push({ png, ms: 60, pointer });
    }
  };

  await page.goto(url);
  await page.locator('.ask').waitFor();
  await shoot(1200);
  await drag(page, sample, 'dragover');
  await glide({ x: size.width / 2, y: size.height / 2 });
  await shoot(900);
  await drag(page, sample, 'drop');
  await untilRead(page, sample, () => shoot(150));
  await shoot(1300);

  const box = page.locator('textarea');
  await glide(await placeIn(box));
  for (let end = CHARS_A_FRAME; end < sample.question.length; end += CHARS_A_FRAME) {
    await box.fill(sample.question.slice(0, end));
    await shoot(70);
  }
  await box.fill(sample.question);
  await shoot(600);
  await page.keyboard.press('Enter');
  await page.locator('.turn[aria-busy=false]').waitFor();
  await shoot(1800);

  const chip = page.locator('.answer-text .chip').first();
  await glide(await placeIn(chip));
  await chip.hover();
  await shoot(400);
  await chip.click();
  await page.locator('.pdf-page mark', { hasText: sample.marked }).first().waitFor();
  await page.mouse.move(size.width - 5, size.height - 5); // so that nothing is drawn as hovered
  const last = await page.screenshot();
  await shoot(4500);
  await context.close();
  return { frames, last };
}

/** Drags the files over the page, or drops them. */
async function drag(page: Page, { files }: Sample, event: 'dragover' | 'drop'): Promise<void> {
  const given = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]);
  await page.evaluate(`{
    const transfer = new DataTransfer();
    for (const [name, base64] of ${JSON.stringify(given)}) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    }
    document.body.dispatchEvent(
      new DragEvent('${event}', { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }`);
}

/** Waits until all files are read, and calls `whileReading` again and again until then. */
async function untilRead(page: Page, { files }: Sample, whileReading: () => Promise<void>): Promise<void> {
  const count = Object.keys(files).length;
  const giveUpAt = Date.now() + PATIENCE_MS;
  while ((await page.locator('.file.is-ready').count()) < count) {
    if (Date.now() > giveUpAt) throw new Error('the dropped files are not read');
    await whileReading();
  }
}

/** Where the tip of a pointer leaves what is written there readable. */
async function placeIn(locator: Locator): Promise<Place> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('what the pointer goes to is not to be seen');
  return { x: box.x + box.width * 0.75, y: box.y + box.height * 0.75 };
}
