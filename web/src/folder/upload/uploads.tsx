import { useRef } from 'preact/hooks';
import { fileName } from '../../document/place-name.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Name } from '../../parts/name.tsx';
import { inSentence } from '../../words/plain.ts';
import { words } from '../../words/words.ts';
import { existsQuestion, uploads, type ExistsChoice, type ExistsQuestion } from './upload-queue.ts';

/** How many uploads are shown at a time. */
const MAX_SHOWN = 5;

/** The files on their way into the folder. */
export function Uploads() {
  const { upload: say, abstention } = words.value;
  const rest = uploads.value.length - MAX_SHOWN;
  return (
    <>
      {uploads.value.length > 0 && (
        <section class="uploads" aria-label={say.label}>
          {uploads.value.slice(0, MAX_SHOWN).map(({ key, path, progress, problem, cancel }) => (
            <div key={key} class={problem === null ? 'upload' : 'upload is-failed'}>
              <span class="upload-name">
                {problem === null ? (
                  <Name of={fileName(path)} />
                ) : (
                  `${say.failed(inSentence(fileName(path)))}: ${problem || say.network}`
                )}
              </span>
              {problem === null && <progress max={1} value={progress} aria-label={say.progress(fileName(path))} />}
              <button
                type="button"
                class="icon-button small"
                onClick={cancel}
                aria-label={say.cancelOne(fileName(path))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          {rest > 0 && <p class="muted">{abstention.andMore(rest)}</p>}
        </section>
      )}
      {existsQuestion.value !== null && <ExistsDialog question={existsQuestion.value} />}
    </>
  );
}

function ExistsDialog({ question }: { readonly question: ExistsQuestion }) {
  const { upload: say } = words.value;
  const forAll = useRef<HTMLInputElement>(null);
  const answer = (choice: ExistsChoice): void => question.answer(choice, forAll.current?.checked ?? false);
  return (
    <Dialog heading={say.existsHeading} onClose={() => answer('skip')}>
      <p>{say.existsText(inSentence(question.path))}</p>
      {question.hasMore && (
        <label class="check">
          <input type="checkbox" ref={forAll} /> {say.forAll}
        </label>
      )}
      <p class="buttons">
        <button type="button" class="quiet" onClick={() => answer('skip')}>
          {say.skip}
        </button>
        <button type="button" class="quiet" onClick={() => answer('keep-both')}>
          {say.keepBoth}
        </button>
        <button type="button" class="primary" onClick={() => answer('replace')}>
          {say.replace}
        </button>
      </p>
    </Dialog>
  );
}
