import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Loaded before a process's own code: at each SIGUSR2 the longest time since the last one in which its event loop did not
// turn, in milliseconds, is written to the file that GAPS_FILE names.

const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
process.on('SIGUSR2', () => {
  writeFileSync(process.env['GAPS_FILE'] ?? '', String(delays.max / 1e6));
  delays.reset();
});
