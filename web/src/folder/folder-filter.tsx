import { Icon } from '../parts/icon.tsx';
import { numberOf, words } from '../words/words.ts';
import { counts } from './counts.ts';
import { loadFirstFiles, nameFilter, stateFilter, type StateFilter } from './files.ts';

const WAIT_MS = 200;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Filters the list by name and by state. */
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
          placeholder={say.filter}
          value={nameFilter.value}
          onInput={(event) => {
            nameFilter.value = event.currentTarget.value;
            clearTimeout(waiting);
            waiting = setTimeout(loadFirstFiles, WAIT_MS);
          }}
        />
      </label>
      <div class="states" role="group">
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
    </div>
  );
}
