import { Worker } from 'node:worker_threads';
import type { Config } from '#shared/config.ts';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { CATALOGUE, type Model } from '#shared/models/catalogue.ts';
import { findModel } from '#shared/models/find-model.ts';
import { offline } from '#shared/models/hub/error.ts';
import { isPresent } from '#shared/models/model-path.ts';
import type { PullJob, PullReport } from './pull-thread.ts';

/** A pull that is under way or has failed. */
interface Pull {
  readonly state: 'DOWNLOADING' | 'FAILED';
  /** 0 to 1; null until the hub has said how much there is. */
  readonly progress: number | null;
  /** Why it failed, or pauses before it tries again; null otherwise. */
  readonly error: string | null;
}

/** Pulls models of the list, one at a time. Disposing ends a pull; what was downloaded is kept. */
export interface ModelPulls extends AsyncDisposable {
  /**
   * Starts to pull a model, and resumes where an earlier pull ended. Does nothing if the model is here or is being
   * pulled.
   * @throws AskboxError NOT_FOUND for a name that is not in the list, CONFLICT while another model is being pulled,
   * MODEL_NOT_PULLED with ASKBOX_OFFLINE.
   */
  start(name: string): void;
  /** Ends a pull, and resolves once nothing is written any more. @returns false if it is not being pulled. */
  cancel(name: string): Promise<boolean>;
  /** Returns the pull of a model that is under way, or was the last and failed. */
  find(name: string): Pull | undefined;
}

type PullsConfig = Pick<Config, 'modelsDir' | 'modelUri' | 'hub' | 'isOffline'>;

/** The pull that is under way. */
interface Running {
  readonly model: Model;
  readonly worker: Worker;
  readonly ended: Promise<void>;
  isCancelled: boolean;
}

/** Opens the pulls. Nothing is fetched before `start`. */
export function openModelPulls({ modelsDir, modelUri, hub, isOffline }: PullsConfig, log: Log): ModelPulls {
  /** By the model's name; no more than one is DOWNLOADING. */
  const pulls = new Map<string, Pull>();
  let running: Running | undefined;

  /** Only models of the list can be pulled: their licences and sizes were shown, and a stranger cannot fill the disk. */
  const findListed = (name: string): Model => {
    const model = findModel(name);
    if (model !== undefined && (CATALOGUE.includes(model) || name === modelUri)) return model;
    const names = CATALOGUE.map((each) => each.name).join(', ');
    const message = `${name} is not a model that can be pulled from here; choose one of: ${names}; any other one with npm run models -- pull`;
    throw new AskboxError('NOT_FOUND', message);
  };

  const run = (model: Model): Running => {
    const job: PullJob = {
      model,
      hub: { endpoint: hub.endpoint, token: hub.token, isOffline },
      hasProxy: hub.proxy !== null,
      modelsDir,
    };
    const worker = new Worker(new URL('pull-thread.ts', import.meta.url), { workerData: job });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    let last: PullReport | undefined;
    // Sound: it is the only sender.
    worker.on('message', (report: PullReport) => {
      last = report;
      note(model, report);
    });
    worker.on('error', (error) => (last = { type: 'failed', message: error.message }));
    worker.once('exit', () => {
      const { isCancelled } = started;
      running = undefined;
      pulls.delete(model.name);
      if (isCancelled) log.info({ model: model.name }, 'pull cancelled');
      else if (last?.type === 'done') log.info({ model: model.name }, 'model pulled');
      else {
        const error =
          last?.type === 'failed' ? last.message : `the thread that pulled ${model.name} ended; pull it again`;
        pulls.set(model.name, { state: 'FAILED', progress: null, error });
        log.warn({ model: model.name, reason: error }, 'model not pulled');
      }
      resolve();
    });
    const started: Running = { model, worker, ended, isCancelled: false };
    return started;
  };

  const note = (model: Model, report: PullReport): void => {
    const before = pulls.get(model.name);
    if (report.type === 'progress') {
      const progress = report.totalBytes === 0 ? null : report.bytes / report.totalBytes;
      pulls.set(model.name, { state: 'DOWNLOADING', progress, error: null });
    } else if (report.type === 'retry') {
      log.warn({ model: model.name, reason: report.message }, 'pull interrupted; trying again');
      pulls.set(model.name, { state: 'DOWNLOADING', progress: before?.progress ?? null, error: report.message });
    }
  };

  const stop = async (pull: Running): Promise<void> => {
    pull.isCancelled = true;
    pull.worker.postMessage('stop');
    await pull.ended;
  };

  return {
    start(name) {
      const model = findListed(name);
      if (running?.model === model || isPresent(modelsDir, model)) return;
      if (isOffline) throw offline(model.name);
      if (running !== undefined) {
        const message = `${running.model.name} is being pulled, and only one model is at a time; wait for it, or cancel it`;
        throw new AskboxError('CONFLICT', message);
      }
      pulls.set(model.name, { state: 'DOWNLOADING', progress: null, error: null });
      log.info({ model: model.name }, 'pulling model');
      running = run(model);
    },
    async cancel(name) {
      if (running === undefined || running.model !== findModel(name)) return false;
      await stop(running);
      return true;
    },
    find: (name) => pulls.get(name),
    async [Symbol.asyncDispose]() {
      if (running !== undefined) await stop(running);
    },
  };
}
