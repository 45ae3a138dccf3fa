import { useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { RATE_ANSWER } from '../api/operations.ts';
import type { Answer, Rating as Rated } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';

/** Thumbs up and down. What was said last counts. */
export function Rating({ answer }: { readonly answer: Answer }) {
  const { answer: say } = words.value;
  const [rating, setRating] = useState(answer.rating);
  const rate = (chosen: Rated): void => {
    setRating(chosen);
    request(RATE_ANSWER, { id: answer.id, rating: chosen }).catch(() => setRating(rating));
  };
  return (
    <>
      <RatingButton label={say.good} icon="up" isChosen={rating === 'UP'} onPress={() => rate('UP')} />
      <RatingButton label={say.bad} icon="down" isChosen={rating === 'DOWN'} onPress={() => rate('DOWN')} />
    </>
  );
}

interface RatingButtonProps {
  readonly label: string;
  readonly icon: 'up' | 'down';
  readonly isChosen: boolean;
  readonly onPress: () => void;
}

function RatingButton({ label, icon, isChosen, onPress }: RatingButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={isChosen}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
