import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { CANCEL_PULL, PULL_MODEL } from '../api/operations.ts';
import type { Model } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { sizeOf, words } from '../words/words.ts';
import { checkHealth, models } from './follow-health.ts';

const KEPT_AS = 'askbox-no-model';

/** Whether a person has said no to a model, which holds until the tab is closed. */
export const isDeclined = signal(sessionStorage.getItem(KEPT_AS) !== null);

interface ModelOfferProps {
  /** The model that writes answers, or the one that searches by meaning. */
  readonly kind: 'GENERATION' | 'EMBEDDING';
}

/** Offers the model that fits this machine, with its size and licence; while it is downloaded, how far it is. */
export function ModelOffer({ kind }: ModelOfferProps) {
  const { health: say } = words.value;
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState('');
  const ofKind = models.value.filter((model) => model.kind === kind);
  const pulled = ofKind.find(({ state }) => state === 'DOWNLOADING');
  // The first embedder is the one that is used unless a setting names another; it fits every machine.
  const offered = ofKind.find(({ suggested, state }) => (suggested || kind === 'EMBEDDING') && state === 'MISSING');
  const text = kind === 'EMBEDDING' ? say.meaning : say.writing;
  if (pulled !== undefined) {
    return (
      <>
        {say.pulling(pulled.name, Math.floor(100 * (pulled.progress ?? 0)))}{' '}
        <button type="button" class="link" onClick={() => void change(CANCEL_PULL, pulled).then(setProblem)}>
          {say.stopPull}
        </button>
      </>
    );
  }
  if (offered === undefined) return null;
  const { name, sizeBytes, licence } = offered;
  const size = sizeBytes === null ? '' : sizeOf(sizeBytes);
  return (
    <>
      <button type="button" class="link" onClick={() => setAsking(true)}>
        {text.offer(size)}
      </button>
      {problem !== '' && <span role="alert"> {problem}</span>}
      {isAsking && (
        <Dialog heading={text.heading} onClose={() => setAsking(false)}>
          <p>{text.text(name, size, licence ?? say.unknown)}</p>
          <p class="buttons">
            <button
              type="button"
              class="quiet"
              onClick={() => {
                setAsking(false);
                isDeclined.value = true;
                sessionStorage.setItem(KEPT_AS, 'yes');
              }}
            >
              {say.notNow}
            </button>
            <button
              type="button"
              class="primary"
              onClick={() => {
                setAsking(false);
                void change(PULL_MODEL, offered).then(setProblem);
              }}
            >
              {say.install}
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}

interface Changed {
  readonly [mutation: string]: { readonly userErrors: readonly { readonly message: string }[] };
}

/** Starts or stops a download. @returns why it could not; empty if it could. */
async function change(operation: string, { name }: Model): Promise<string> {
  try {
    const changed = await request<Changed>(operation, { name });
    return Object.values(changed)[0]?.userErrors[0]?.message ?? '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    checkHealth();
  }
}
