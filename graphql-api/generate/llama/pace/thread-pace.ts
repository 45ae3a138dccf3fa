import type { LlamaContextSequence } from 'node-llama-cpp';
import { openUseMeter, type UseMeter } from './machine-use.ts';
import { openThreadChoice } from './thread-choice.ts';
import { tryThreads, type ThreadTrial } from './try-threads.ts';

/** Child side: keeps the number of threads right while the model runs. */

/** What it needs. */
export interface ThreadPaceParts {
  /** Sets how many threads the next token is computed with. */
  readonly setThreads: (threads: number) => void;
  /** All cores that the model may use; at least 2. */
  readonly cores: number;
  /** Whether nobody has a question. */
  readonly isIdle: () => boolean;
  /** Called when the number has changed because of other programs. */
  readonly onChange: () => void;
  /** Called with the result of a trial, after which the number may have changed. */
  readonly onTrial: (trial: ThreadTrial) => void;
  /** Called when nobody has a question and `tryOut` would be useful. */
  readonly onTrialDue: () => void;
  /** Default: that of the machine. */
  readonly meter?: UseMeter;
}

/** Follows what other programs do. */
export interface ThreadPace {
  readonly threads: number;
  /** Looks at the machine now. To be called when a question arrives or has been answered. */
  update(): void;
  /**
   * Tries out both numbers on a sequence that no answer uses, and leaves it as it was; null if there is none with room
   * for it, which puts the trial off. Resolves to false if it had to end early.
   */
  tryOut(sequence: LlamaContextSequence | null, mayContinue: () => boolean): Promise<boolean>;
}

/** While answers are written, a thread too many is noticed within this time. */
const WORKING_MS = 500;
/** Otherwise, so that the first chunk of a prompt already has the right number. */
const IDLE_MS = 2000;

/** Begins with all cores but one, and looks at the machine every 2 s, or 0.5 s while answers are written. */
export function openThreadPace(parts: ThreadPaceParts): ThreadPace {
  const { setThreads, cores, isIdle, onChange, onTrial, onTrialDue, meter = openUseMeter() } = parts;
  const choice = openThreadChoice(cores);
  let { threads } = choice;
  let isTrying = false;
  /** A trial has been asked for and not been made. */
  let isTrialAwaited = false;
  let timer: NodeJS.Timeout;
  setThreads(threads);
  schedule();

  function schedule(): void {
    timer = setTimeout(update, isIdle() ? IDLE_MS : WORKING_MS).unref();
  }

  function update(): void {
    clearTimeout(timer);
    const use = meter.read();
    if (use !== null) choice.noteUse(use);
    if (!isIdle()) choice.noteWork();
    if (!isTrying && apply()) onChange();
    schedule();
    if (isTrialAwaited || !isIdle() || !choice.isTrialDue(performance.now())) return;
    isTrialAwaited = true;
    onTrialDue();
  }

  /** Returns whether the number has changed. */
  function apply(): boolean {
    if (choice.threads === threads) return false;
    ({ threads } = choice);
    setThreads(threads);
    return true;
  }

  return {
    get threads() {
      return threads;
    },
    update,
    async tryOut(sequence, mayContinue) {
      if (sequence === null) {
        isTrialAwaited = false;
        return true;
      }
      isTrying = true;
      const trial = await tryThreads(sequence, cores, setThreads, mayContinue).finally(() => (isTrying = false));
      setThreads(threads);
      if (trial === null) return false;
      choice.noteTrial(trial.allMs, trial.fewerMs, performance.now());
      isTrialAwaited = false;
      apply();
      onTrial(trial);
      return true;
    },
  };
}
