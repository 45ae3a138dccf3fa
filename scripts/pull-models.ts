import { loadConfig } from '#shared/config.ts';
import { AskboxError } from '#shared/errors.ts';
import { findModel } from '#shared/models/find-model.ts';
import { pullAloud } from './models/pull-aloud.ts';

// The background pull of `npm start`, whose child it is: it tries for as long as askbox runs and speaks seldom.
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
