import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Loaded before the code of a process. At each SIGUSR2 it writes the longest delay of the event loop since the previous
// one, in milliseconds, to the file in GAPS_FILE.

const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
process.on('SIGUSR2', () => {
  writeFileSync(process.env['GAPS_FILE'] ?? '', String(delays.max / 1e6));
  delays.reset();
});
