import { loadConfig } from '#shared/config.ts';
import { AskboxError } from '#shared/errors.ts';
import { findModel } from '#shared/models/find-model.ts';
import { pullAloud } from './models/pull-aloud.ts';

// The background download of `npm start`, which runs this as a child: it retries for as long as askbox runs, and
// reports its progress only every 10 percent.
process.on('disconnect', () => process.exit());
const config = loadConfig();
for (const name of process.argv.slice(2)) {
  const model = findModel(name);
  if (model === undefined) continue;
  try {
    const signal = new AbortController().signal;
    await pullAloud(model, config, { attempts: Infinity, isTerminal: false, stepPercent: 10, signal });
  } catch (error) {
    if (!(error instanceof AskboxError)) throw error;
    console.log(error.message);
  }
}
process.disconnect();
