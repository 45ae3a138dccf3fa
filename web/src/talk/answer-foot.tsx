import { useState } from 'preact/hooks';
import type { Answer } from '../api/types.ts';
import { copyText } from '../parts/copy-text.ts';
import { Icon } from '../parts/icon.tsx';
import { Names } from '../parts/name.tsx';
import { numberOf, words } from '../words/words.ts';
import { Rating } from './rating.tsx';
import { withSources } from './with-sources.ts';

const COPIED_MS = 2_000;

/** Who answered, in what time, and the button that copies the answer with its sources. */
export function AnswerFoot({ answer }: { readonly answer: Answer }) {
  const { answer: say, copied } = words.value;
  const [isCopied, setCopied] = useState(false);
  if (answer.text === '') return null;
  const copy = async (): Promise<void> => {
    await copyText(withSources(answer, words.value));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const { totalMs } = answer.timings;
  return (
    <footer class="answer-foot">
      <button
        type="button"
        class="icon-button"
        onClick={() => void copy()}
        aria-label={isCopied ? copied : say.copyHint}
        title={say.copyHint}
      >
        <Icon name={isCopied ? 'check' : 'copy'} />
      </button>
      <Rating answer={answer} />
      <span class="muted facts-line">
        <Names of={[writer(answer), totalMs === null ? '' : say.seconds(secondsOf(totalMs))]} />
      </span>
    </footer>
  );
}

/** Returns seconds with one digit; a shorter time is not shown as none. */
function secondsOf(ms: number): string {
  return ms < 100 ? `< ${numberOf(0.1, 1)}` : numberOf(ms / 1000, 1);
}

function writer({ answeredBy }: Answer): string {
  const { by } = words.value.answer;
  if (answeredBy === null) return '';
  if (answeredBy.model !== null) return answeredBy.model;
  return answeredBy.kind === 'DOCUMENT_LIST' ? by.list : by.quotes;
}
