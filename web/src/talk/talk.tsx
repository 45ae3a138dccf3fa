import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words/words.ts';
import { AskBox } from './ask-box.tsx';
import { TurnView } from './turn-view.tsx';
import { talkProblem, turns } from './turns.ts';
import { Welcome } from './welcome/welcome.tsx';

/** The talk: questions with their answers, and the box for the next question. */
export function Talk() {
  const scroller = useRef<HTMLDivElement>(null);
  const count = turns.value.length;
  // A new question scrolls to the top of the view; while its answer grows, reading is not disturbed.
  useEffect(() => {
    const last = scroller.current?.querySelector('.turn:last-of-type');
    last?.scrollIntoView({ block: 'start' });
  }, [count]);
  return (
    <section class="talk" aria-label={words.value.tabs.talk}>
      <div class="turns" ref={scroller}>
        {talkProblem.value !== null && (
          <p class="notice" role="alert">
            {talkProblem.value}
          </p>
        )}
        {count === 0 ? <Welcome /> : turns.value.map((turn) => <TurnView key={turn.key} turn={turn} />)}
      </div>
      <AskBox />
    </section>
  );
}
