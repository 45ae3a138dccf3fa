import { formatSize } from './format-size.ts';

const BAR = 20;

/**
 * Returns a function that reports how far a pull is: on a terminal by overwriting one line, elsewhere by a line every
 * `stepPercent`, a divisor of 100.
 * @param write receives the line, on a terminal with the control characters that overwrite the last one.
 */
export function openProgress(
  name: string,
  { isTerminal, stepPercent, write }: { isTerminal: boolean; stepPercent: number; write: (text: string) => void },
): (bytes: number, totalBytes: number) => void {
  const step = isTerminal ? 1 : stepPercent;
  let saidPercent = -1;
  let last = { atMs: performance.now(), bytes: 0 };
  return (bytes, totalBytes) => {
    const percent = totalBytes === 0 ? 100 : Math.floor((bytes / totalBytes) * 100);
    if (Math.floor(percent / step) <= Math.floor(saidPercent / step)) return;
    saidPercent = percent;
    const now = { atMs: performance.now(), bytes };
    const seconds = (now.atMs - last.atMs) / 1000;
    // The bytes that an earlier attempt left are reported immediately and say nothing about the speed.
    const speed = seconds < 0.5 ? '' : `, ${((bytes - last.bytes) / 1e6 / seconds).toFixed(1)} MB/s`;
    last = now;
    const full = Math.round((percent / 100) * BAR);
    const line = `${name} [${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${percent} % of ${formatSize(totalBytes)}${speed}`;
    write(isTerminal ? `\r\u001B[K${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  };
}
