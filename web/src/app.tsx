import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { apiKey, forgetKey, isLocked, knock } from './api/key.ts';
import { CitedDocument } from './document/cited-document.tsx';
import { followDocumentAddress } from './document/link.ts';
import { closeDocument, opened } from './document/opened.ts';
import { RemovedNotice } from './document/removed-notice.tsx';
import { followFolder } from './folder/follow-folder.ts';
import { DropZone } from './folder/upload/drop-zone.tsx';
import { followHealth } from './health/follow-health.ts';
import { HealthLine } from './health/health-line.tsx';
import { KeyForm } from './parts/key-form.tsx';
import { focusQuestion } from './parts/focus.ts';
import { Icon } from './parts/icon.tsx';
import { LanguageSwitch } from './parts/language-switch.tsx';
import { Side } from './side.tsx';
import { Tabs } from './tabs.tsx';
import { Talk } from './talk/talk.tsx';
import { clearTalk, followAddress, talkProblem, turns } from './talk/turns.ts';
import { words } from './words/words.ts';

/** The whole page. Until the server has let us in, it shows nothing but the form for the key. */
export function App() {
  const isOpen = useSignal(false);
  useEffect(() => {
    void knock(apiKey.value).then((knocked) => {
      if (knocked === 'locked') forgetKey();
      else isOpen.value = true;
    });
  }, []);
  if (isLocked.value) return <KeyForm onOpen={() => (isOpen.value = true)} />;
  return isOpen.value ? <Page /> : null;
}

function Page() {
  useEffect(followFolder, []);
  useEffect(followHealth, []);
  useEffect(followAddress, []);
  useEffect(followDocumentAddress, []);
  useEffect(closeOnEscape, []);
  const say = words.value;
  return (
    <>
      <button type="button" class="skip" onClick={focusQuestion}>
        {say.skipToAsk}
      </button>
      <div class={`page ${stateOfPage()}`}>
        <header class="bar">
          <h1 class="brand">
            <img src="/favicon.svg" alt="" width="26" height="26" />
            {say.title}
          </h1>
          {(turns.value.length > 0 || talkProblem.value !== null) && (
            <button
              type="button"
              class="quiet"
              aria-label={say.ask.newTalk}
              onClick={() => {
                clearTalk();
                focusQuestion();
              }}
            >
              <Icon name="newTalk" />
              <span>{say.ask.newTalk}</span>
            </button>
          )}
          <LanguageSwitch />
        </header>
        <HealthLine />
        <Tabs />
        <main class="parts">
          <Side />
          <Talk />
          {opened.value === null ? (
            <section class="document is-empty" aria-label={say.document.label}>
              <p class="muted">{say.document.placeholder}</p>
            </section>
          ) : (
            <CitedDocument {...opened.value} />
          )}
        </main>
      </div>
      <RemovedNotice />
      <DropZone />
    </>
  );
}

/** Returns the class that says which parts have something to show: nothing can be cited before the first question. */
function stateOfPage(): 'has-document' | 'has-talk' | 'is-new' {
  if (opened.value !== null) return 'has-document';
  return turns.value.length > 0 ? 'has-talk' : 'is-new';
}

/** Closes the document for Esc, wherever the focus is, unless the key has stopped an answer. @returns what ends that */
function closeOnEscape(): () => void {
  const close = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented && opened.value !== null) closeDocument();
  };
  addEventListener('keydown', close);
  return () => removeEventListener('keydown', close);
}
