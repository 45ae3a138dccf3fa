import { createCanvas, GlobalFonts, type Canvas } from '@napi-rs/canvas';

// Pictures for tests, drawn with a font of the machine that runs them.

const FONTS = ['Liberation Sans', 'DejaVu Sans', 'Arial', 'Helvetica', 'Noto Sans'];
const FONT = FONTS.find((name) => GlobalFonts.has(name)) ?? GlobalFonts.families[0]?.family;

/** Whether this machine has a font to draw text with; without one, tests of recognition have to be skipped. */
export const CAN_DRAW_TEXT = FONT !== undefined;
if (!CAN_DRAW_TEXT) process.emitWarning('this machine has no font, so that text recognition is not tested');

/**
 * Draws a page as wide as A4 at 150 dpi with these lines.
 * @param options.height of the page, in pixels: recognising a short one costs less. Default: 1754.
 * @param options.size of the letters, in pixels. Default: 32.
 * @param options.turned clockwise, by 0, 90, 180 or 270 degrees. Default: 0.
 */
export function drawnPage(
  lines: readonly string[],
  {
    height = 1754,
    size = 32,
    turned = 0,
  }: { readonly height?: number; readonly size?: number; readonly turned?: number } = {},
): Canvas {
  const width = 1240;
  const isSideways = turned % 180 !== 0;
  const page = createCanvas(isSideways ? height : width, isSideways ? width : height);
  const context = page.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, page.width, page.height);
  context.translate(page.width / 2, page.height / 2);
  context.rotate((turned * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = 'black';
  context.font = `${size}px "${FONT}"`;
  for (const [index, line] of lines.entries()) context.fillText(line, 120, 160 + index * size * 1.6);
  return page;
}
