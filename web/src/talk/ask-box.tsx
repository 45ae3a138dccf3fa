import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { QUESTION_ID } from '../parts/focus.ts';
import { Icon } from '../parts/icon.tsx';
import { Name } from '../parts/name.tsx';
import { scope } from '../scope/scope.ts';
import { words } from '../words/words.ts';
import { ask, turns } from './turns.ts';

/** What the API accepts. */
const MAX_CHARS = 4_000;

/** The box for questions: it grows with the text, Enter asks, Shift+Enter starts a new line, Esc stops the answer. */
export function AskBox() {
  const { ask: say } = words.value;
  const draft = useSignal('');
  const box = useRef<HTMLTextAreaElement>(null);
  const last = turns.value.at(-1);
  const isWriting = last !== undefined && last.answer.value.phase !== 'ended';
  const isTooLong = draft.value.length > MAX_CHARS;

  const send = (): void => {
    const question = draft.value.trim();
    if (question === '' || isTooLong || isWriting) return;
    draft.value = '';
    void ask(question).then((isAsked) => {
      // Nothing that was typed is lost because the server was away.
      if (!isAsked && draft.value === '') draft.value = question;
    });
  };
  useEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [draft.value]);
  useEffect(() => {
    const stopOnEscape = (event: KeyboardEvent): void => {
      const writing = turns.value.at(-1);
      if (event.key !== 'Escape' || event.defaultPrevented || writing?.answer.value.phase === 'ended') return;
      if (writing === undefined) return;
      event.preventDefault();
      writing.stop();
    };
    addEventListener('keydown', stopOnEscape);
    return () => removeEventListener('keydown', stopOnEscape);
  }, []);

  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ScopeChip />
      <div class="ask-box">
        <textarea
          id={QUESTION_ID}
          dir="auto"
          ref={box}
          rows={1}
          aria-label={say.label}
          aria-describedby="ask-hint"
          aria-invalid={isTooLong}
          placeholder={say.placeholder}
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            // While an input method composes a character, Enter accepts it.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {isWriting ? (
          <button
            type="button"
            class="round"
            aria-label={say.stop}
            title={say.stop}
            onClick={() => {
              last.stop();
              box.current?.focus(); // the button goes away
            }}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button
            type="submit"
            class="round"
            disabled={draft.value.trim() === '' || isTooLong}
            aria-label={say.send}
            title={say.send}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
      <p id="ask-hint" class={isTooLong ? 'hint problem' : 'hint'}>
        {isTooLong ? say.tooLong(MAX_CHARS) : say.hint}
      </p>
    </form>
  );
}

/** What the next question is limited to, with a button that lifts the limit. */
function ScopeChip() {
  const { ask: say } = words.value;
  if (scope.value === null) return null;
  return (
    <p class="scope">
      <span class="muted">{say.within}</span>{' '}
      <strong>
        <Name of={scope.value.name} />
      </strong>
      <button
        type="button"
        class="icon-button small"
        onClick={() => (scope.value = null)}
        aria-label={say.everywhere}
        title={say.everywhere}
      >
        <Icon name="close" />
      </button>
    </p>
  );
}
