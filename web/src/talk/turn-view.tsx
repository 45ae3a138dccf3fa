import { isConnected } from '../api/client.ts';
import { Name } from '../parts/name.tsx';
import { words } from '../words/words.ts';
import { Abstention } from './abstention.tsx';
import { AnswerText } from './answer-text.tsx';
import { AnswerFoot } from './answer-foot.tsx';
import { ProblemNotice } from './answer-problem.tsx';
import type { LiveAnswer } from './live-answer.ts';
import { Sources } from './sources.tsx';
import { ask, type Turn } from './turns.ts';

/** A question with its answer, as far as that is written. */
export function TurnView({ turn }: { readonly turn: Turn }) {
  const answer = turn.answer.value;
  const { ended } = answer;
  const isAbstained = ended?.finishReason === 'ABSTAINED';
  const question = turn.question.value;
  return (
    <article class="turn" aria-busy={answer.phase !== 'ended'}>
      <h2 class="question">
        <bdi>{question}</bdi>
        {turn.scope !== null && (
          <span class="question-scope">
            <Name of={turn.scope.name} />
          </span>
        )}
      </h2>
      {ended?.searchedFor && <p class="muted">{words.value.answer.searchedFor(ended.searchedFor)}</p>}
      <div class="answer">
        {answer.thoughts.trim() !== '' && <Thoughts answer={answer} />}
        {answer.text !== '' && (
          <AnswerText answer={isAbstained ? { ...answer, text: firstLine(answer.text) } : answer} />
        )}
        <Progress answer={answer} />
        {answer.problem !== null && <ProblemNotice problem={answer.problem} question={question} />}
        {ended?.error && <ProblemNotice problem={ended.error} question={question} />}
        {ended && <Notes answer={answer} question={question} />}
        {isAbstained ? <Abstention answer={ended} /> : ended && <Sources answer={ended} />}
        {ended && <AnswerFoot answer={ended} />}
      </div>
      <p class="visually-hidden" role="status">
        {ended === null ? '' : `${words.value.answer.done} ${ended.text}`}
      </p>
    </article>
  );
}

/** Of an answer that abstains. Its other lines say in words what the page shows better below. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** What the model thinks, for those who want to see it: it is no part of the answer. */
function Thoughts({ answer: { thoughts } }: { readonly answer: LiveAnswer }) {
  return (
    <details class="thoughts">
      <summary>{words.value.answer.thoughts}</summary>
      <p>{thoughts.trim()}</p>
    </details>
  );
}

/** What an unfinished answer is waiting for. */
function Progress({ answer }: { readonly answer: LiveAnswer }) {
  const { answer: say } = words.value;
  if (answer.phase === 'ended') return null;
  const step = {
    waiting: say.retrieving,
    retrieving: answer.queuePosition > 0 ? say.waiting(answer.queuePosition) : say.retrieving,
    queued: say.queued,
    thinking: say.thinking,
    writing: say.writing,
  }[answer.phase];
  return (
    <p class="progress" role="status">
      <span class="dots" aria-hidden="true" />
      {isConnected.value ? step : say.lost}
    </p>
  );
}

/** Why the text ends where it ends, and which of it is unsupported. */
function Notes({ answer: { ended }, question }: { readonly answer: LiveAnswer; readonly question: string }) {
  const { answer: say } = words.value;
  if (ended === null) return null;
  const reasons = { CANCELLED: say.stopped, LENGTH: say.cut, LOOP: say.loop } as Partial<Record<string, string>>;
  const notes = [
    reasons[ended.finishReason ?? ''],
    ended.unsupported.length === 0 ? undefined : say.unsupportedNote(ended.unsupported.length),
  ];
  return (
    <>
      {notes.map(
        (note) =>
          note !== undefined && (
            <p class="note" key={note}>
              {note}
            </p>
          ),
      )}
      {ended.finishReason === 'CANCELLED' && question !== '' && (
        <p>
          <button type="button" class="link" onClick={() => void ask(question)}>
            {say.retry}
          </button>
        </p>
      )}
      {ended.passagesLeftMachine && <p class="muted">{say.leftMachine}</p>}
    </>
  );
}
