import { useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { CANCEL_PULL, PULL_MODEL } from '../api/operations.ts';
import type { Model } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { sizeOf, words } from '../words/words.ts';
import { checkHealth, models } from './follow-health.ts';

/** Offers the language model that fits this machine, with its size and licence; while it is downloaded, how far it is. */
export function ModelOffer() {
  const { health: say } = words.value;
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState('');
  const generators = models.value.filter(({ kind }) => kind === 'GENERATION');
  const pulled = generators.find(({ state }) => state === 'DOWNLOADING');
  const offered = generators.find(({ suggested, state }) => suggested && state === 'MISSING');
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
        {say.offer(size)}
      </button>
      {problem !== '' && <span role="alert"> {problem}</span>}
      {isAsking && (
        <Dialog heading={say.offerHeading} onClose={() => setAsking(false)}>
          <p>{say.offerText(name, size, licence ?? say.unknown)}</p>
          <p class="buttons">
            <button type="button" class="quiet" onClick={() => setAsking(false)}>
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
