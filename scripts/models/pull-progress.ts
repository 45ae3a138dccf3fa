import { formatSize } from './format-size.ts';

const BAR = 20;

/**
 * Tells how far a pull is: on a terminal in one line that is written over, elsewhere in a line every `stepPercent`, of
 * which 100 is a multiple.
 * @param write gets the line, and on a terminal what goes before it.
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
    // What an earlier try left is counted in no time.
    const speed = seconds < 0.5 ? '' : `, ${((bytes - last.bytes) / 1e6 / seconds).toFixed(1)} MB/s`;
    last = now;
    const full = Math.round((percent / 100) * BAR);
    const line = `${name} [${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${percent} % of ${formatSize(totalBytes)}${speed}`;
    write(isTerminal ? `\r\u001B[K${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  };
}
