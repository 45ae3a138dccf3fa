import { counts } from '../../folder/counts.ts';
import { words } from '../../words/words.ts';
import { Suggestions } from './suggestions.tsx';

/** What an empty talk shows: what askbox does, and questions to begin with. */
export function Welcome() {
  const { welcome: say } = words.value;
  const { documents, isKnown } = counts.value;
  const isEmpty = isKnown && documents === 0;
  return (
    <div class="welcome">
      <h2>{isEmpty ? say.emptyHeading : say.heading}</h2>
      <p>{isEmpty ? say.emptyText : say.text}</p>
      <Suggestions />
    </div>
  );
}
