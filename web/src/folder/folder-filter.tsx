import { useState } from 'preact/hooks';
import { mutate } from '../api/client.ts';
import { READ_FAILED_AGAIN } from '../api/operations.ts';
import { Icon } from '../parts/icon.tsx';
import { Name } from '../parts/name.tsx';
import { numberOf, words } from '../words/words.ts';
import { counts, facets } from './counts.ts';
import { offeredOf } from './facets.ts';
import { loadFirstFiles, nameFilter, stateFilter, type StateFilter } from './files.ts';

const WAIT_MS = 200;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Filters the list by name, folder, tag and state. */
export function FolderFilter() {
  const { folder: say } = words.value;
  const { byStatus, documents } = counts.value;
  if (documents === 0) return null;
  const { READY: ready = 0, FAILED: failed = 0 } = byStatus;
  const states: readonly { readonly state: StateFilter; readonly name: string; readonly count: number }[] = [
    { state: 'all', name: say.all, count: documents },
    { state: 'ready', name: say.ready, count: ready },
    { state: 'reading', name: say.reading, count: Math.max(0, documents - ready - failed) },
    { state: 'failed', name: say.failed, count: failed },
  ];
  return (
    <div class="folder-filter">
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={say.filter}
          placeholder={say.filterHint}
          value={nameFilter.value}
          onInput={(event) => {
            nameFilter.value = event.currentTarget.value;
            clearTimeout(waiting);
            waiting = setTimeout(loadFirstFiles, WAIT_MS);
          }}
        />
      </label>
      {facets.value.length > 0 && <Facets />}
      <div class="states" role="group" aria-label={say.byState}>
        {states
          .filter(({ state, count }) => state === 'all' || count > 0 || stateFilter.value === state)
          .map(({ state, name, count }) => (
            <button
              type="button"
              key={state}
              class={`state-${state}`}
              aria-pressed={stateFilter.value === state}
              onClick={() => {
                stateFilter.value = state;
                loadFirstFiles();
              }}
            >
              {name} <span>{numberOf(count)}</span>
            </button>
          ))}
      </div>
      {stateFilter.value === 'failed' && failed > 0 && <RetryAll />}
    </div>
  );
}

/** Buttons that filter by a folder or a tag, and take that back. */
function Facets() {
  const chosen = nameFilter.value.trim();
  return (
    <div class="facets" role="group" aria-label={words.value.folder.byFacet}>
      {offeredOf(facets.value, chosen).map((facet) => (
        <button
          type="button"
          key={facet}
          aria-pressed={facet === chosen}
          onClick={() => {
            nameFilter.value = facet === chosen ? '' : facet;
            loadFirstFiles();
          }}
        >
          <Icon name={facet.startsWith('#') ? 'tag' : 'folder'} />
          <Name of={facet.replace(/^#|\/$/g, '')} />
        </button>
      ))}
    </div>
  );
}

/** Reads all files again that could not be read. Those that fail again come back into the list. */
function RetryAll() {
  const { folder: say } = words.value;
  const [problem, setProblem] = useState('');
  const retry = (): void => {
    setProblem('');
    mutate(READ_FAILED_AGAIN, {}).catch(() => setProblem(say.notRetried));
  };
  return (
    <>
      <button type="button" class="quiet" onClick={retry}>
        <Icon name="retry" />
        {say.retryAll}
      </button>
      <p class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}
