import { words } from '../words/words.ts';
import type { AnswerProblem } from './live-answer.ts';
import { ask } from './turns.ts';

interface ProblemNoticeProps {
  readonly problem: AnswerProblem;
  /** What is asked again; empty if that is not known. */
  readonly question: string;
}

/** Says why there is no answer, or only the beginning of one, with a button that asks again. */
export function ProblemNotice({ problem: { code, message }, question }: ProblemNoticeProps) {
  const { answer: say, folder } = words.value;
  // Codes that the page does not know yet are explained by the API.
  const known = (say.why as Readonly<Record<string, string>>)[code];
  return (
    <div class="notice" role="alert">
      <p>{known ?? message}</p>
      {known !== undefined && message !== '' && (
        <details>
          <summary>{folder.details}</summary>
          {message}
        </details>
      )}
      {question !== '' && (
        <button type="button" class="link" onClick={() => void ask(question)}>
          {say.retry}
        </button>
      )}
    </div>
  );
}
