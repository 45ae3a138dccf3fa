import { computed } from '@preact/signals';
import { isConnected } from '../api/client.ts';
import { counts } from '../folder/counts.ts';
import { words, type Words } from '../words/words.ts';
import { components } from './follow-health.ts';
import { isDeclined, ModelOffer } from './model-offer.tsx';

/** One sentence about what keeps askbox from its best; nothing while all is well. */
export function HealthLine() {
  const sentence = problem.value;
  if (sentence === null) return null;
  const { noModel, noMeaning } = words.value.health;
  const offered = sentence === noModel ? 'GENERATION' : sentence === noMeaning ? 'EMBEDDING' : null;
  if (offered !== null && isDeclined.value) return null;
  return (
    <div class="health">
      <span role="status">{sentence}</span> {offered !== null && <ModelOffer kind={offered} />}
    </div>
  );
}

const problem = computed(() => sentenceOf(words.value.health));

function sentenceOf(say: Words['health']): string | null {
  if (!isConnected.value) return say.away;
  const by = new Map(components.value.map((component) => [component.name, component]));
  if (by.get('STORE')?.status === 'DOWN') return say.storeDown;
  // The message of the engine that quotes begins so in every version of the API.
  if (by.get('GENERATOR')?.message.startsWith('the best passages are quoted')) return say.noModel;
  const { chunks, unembedded } = counts.value;
  if (chunks === 0 || unembedded === 0) return null;
  // An embedder that the settings turn off is OK, and no fault to tell of.
  if (unembedded >= chunks) return by.get('EMBEDDER')?.status === 'OK' ? null : say.noMeaning;
  return say.someMeaning(Math.floor((100 * (chunks - unembedded)) / chunks));
}
