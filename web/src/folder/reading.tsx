import { request } from '../api/client.ts';
import { PAUSE, RESUME } from '../api/operations.ts';
import type { Ingestion } from '../api/types.ts';
import { fileName } from '../document/place-name.ts';
import { Icon } from '../parts/icon.tsx';
import { Name } from '../parts/name.tsx';
import { words } from '../words/words.ts';
import { ingestion } from './follow-folder.ts';

/** A sudden mass removal that waits for a person, and what the API calls it. */
const HELD = new Set(['INBOX_EMPTIED', 'INBOX_REPLACED']);
/** How many of the files that are being read are named. */
const MAX_NAMED = 3;

/** What is being read, or why nothing is; nothing while the folder is read to the end. */
export function Reading() {
  const { reading: say, folder } = words.value;
  if (ingestion.value === null) return null;
  const { queued, active, pausedBecause } = ingestion.value;
  if (pausedBecause !== null && HELD.has(pausedBecause)) return <HeldRemovals />;
  if (pausedBecause !== null) {
    return (
      <section class="reading notice" role="status" aria-label={say.label}>
        <p>{say.because[pausedBecause] ?? say.paused}</p>
        {pausedBecause === 'BY_HAND' && (
          <button type="button" class="quiet" onClick={() => void resume(false)}>
            <Icon name="play" />
            {folder.resume}
          </button>
        )}
      </section>
    );
  }
  if (queued === 0) return null;
  return (
    <section class="reading" aria-label={say.label}>
      <header>
        <strong role="status">{say.queued(queued)}</strong>
        <button
          type="button"
          class="icon-button small"
          onClick={() => void pause()}
          aria-label={folder.pause}
          title={folder.pause}
        >
          <Icon name="pause" />
        </button>
      </header>
      {active.slice(0, MAX_NAMED).map(({ id, path, progress }) => (
        <p key={id} class="reading-file">
          <span>
            <Name of={fileName(path)} />
          </span>
          {progress !== null && <progress max={1} value={progress} aria-label={say.progress(fileName(path))} />}
        </p>
      ))}
    </section>
  );
}

/** Explains a held mass removal, and asks what it was. */
function HeldRemovals() {
  const { reading: say } = words.value;
  return (
    <section class="reading notice" role="alert" aria-label={say.held}>
      <p>
        <strong>{say.held}</strong>
      </p>
      <p>{say.heldText}</p>
      <p class="buttons">
        <button type="button" class="quiet" onClick={() => void resume(false)}>
          {say.lookAgain}
        </button>
        <button type="button" class="quiet danger" onClick={() => void resume(true)}>
          {say.confirmRemovals}
        </button>
      </p>
    </section>
  );
}

async function pause(): Promise<void> {
  const { pauseIngestion } = await request<{ pauseIngestion: Ingestion }>(PAUSE);
  ingestion.value = pauseIngestion;
}

async function resume(confirmRemovals: boolean): Promise<void> {
  const { resumeIngestion } = await request<{ resumeIngestion: Ingestion }>(RESUME, { confirmRemovals });
  ingestion.value = resumeIngestion;
}
