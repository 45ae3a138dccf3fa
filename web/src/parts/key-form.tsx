import { useState } from 'preact/hooks';
import { keepKey, knock, type Knock } from '../api/key.ts';
import { words } from '../words/words.ts';
import { LanguageSwitch } from './language-switch.tsx';

/** Asks for the key of the server until it is right. @param onOpen is called once the server has accepted the key. */
export function KeyForm({ onOpen }: { readonly onOpen: () => void }) {
  const { key: say } = words.value;
  const [knocked, setKnocked] = useState<Knock>();
  const [draft, setDraft] = useState('');
  const enter = async (): Promise<void> => {
    const key = draft.trim();
    const answered = await knock(key);
    setKnocked(answered);
    if (answered !== 'open') return;
    keepKey(key);
    onOpen();
  };
  return (
    <main class="key">
      <form
        id="askbox-key"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <p class="brand">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          {words.value.title}
        </p>
        <h1>{say.heading}</h1>
        <label>
          {say.label}
          <input
            type="password"
            autocomplete="current-password"
            required
            autofocus
            value={draft}
            aria-describedby="key-hint"
            onInput={(event) => setDraft(event.currentTarget.value)}
          />
        </label>
        <p id="key-hint" class="muted">
          {say.hint}
        </p>
        <p role="alert" class="problem">
          {knocked === 'locked' && say.wrong}
          {knocked === 'away' && say.away}
        </p>
        <button type="submit" class="primary">
          {say.enter}
        </button>
      </form>
      <LanguageSwitch />
    </main>
  );
}
