import { useState } from 'preact/hooks';
import { words } from '../words/words.ts';
import { saveOriginal } from './original.ts';

/** Saves the original of a file, and says so when that fails. */
export function SaveButton({ path }: { readonly path: string }) {
  const { document: say } = words.value;
  const [state, setState] = useState<'idle' | 'saving' | 'failed'>('idle');
  const save = (): void => {
    setState('saving');
    saveOriginal(path).then(
      () => setState('idle'),
      () => setState('failed'),
    );
  };
  return (
    <>
      <button type="button" class="link" disabled={state === 'saving'} onClick={save}>
        {say.save}
      </button>
      {state === 'failed' && (
        <span class="problem" role="alert">
          {say.notSaved}
        </span>
      )}
    </>
  );
}
