import { counts } from '../../folder/counts.ts';
import { ingestion } from '../../folder/follow-folder.ts';
import { Picker } from '../../folder/upload/add-buttons.tsx';
import { models } from '../../health/follow-health.ts';
import { words } from '../../words/words.ts';
import { Suggestions } from './suggestions.tsx';

/** What an empty talk shows: what askbox does, what it is reading, and questions to begin with. */
export function Welcome() {
  const { welcome: say } = words.value;
  const { documents, isKnown } = counts.value;
  const queued = ingestion.value?.queued ?? 0;
  if (isKnown && documents === 0) {
    return (
      <div class="welcome">
        <h2>{say.emptyHeading}</h2>
        <p>{say.emptyText}</p>
        <p>
          <Picker label={say.choose} icon="plus" look="primary" />
        </p>
        <Privacy />
      </div>
    );
  }
  return (
    <div class="welcome">
      <h2>{say.heading}</h2>
      <p>{say.text}</p>
      <Privacy />
      {queued > 0 && <p class="being-read">{say.reading(queued)}</p>}
      <Suggestions />
    </div>
  );
}

/** Whether what is asked leaves this machine. */
function Privacy() {
  const { welcome: say } = words.value;
  if (models.value.length === 0) return null; // not known yet
  const isLocal = models.value.every(({ provider }) => provider === 'LOCAL');
  return <p>{isLocal ? say.stays : say.leaves}</p>;
}
