import os from 'node:os';
import { runService } from '#shared/lifecycle.ts';
import { openWatcher } from './open-watcher.ts';

// Questions have priority over indexing: the watcher yields to everything else on the machine.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

await runService('watcher', openWatcher);
