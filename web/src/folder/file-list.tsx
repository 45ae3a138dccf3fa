import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words/words.ts';
import { FileRowView, ROW_PX } from './file-row.tsx';
import { files, isLoaded, loadUpTo, nameFilter, stateFilter, total } from './files.ts';

/** Rows beyond the view that are drawn too, so that scrolling shows no gaps. */
const SPARE_ROWS = 8;
const KEYS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity } as Readonly<
  Record<string, number>
>;

/** The files as rows of one height, of which only those in view are in the document. */
export function FileList() {
  const { folder: say } = words.value;
  const view = useRef<HTMLDivElement>(null);
  const range = useSignal({ first: 0, last: 30 });
  // One row at a time is reached by Tab; with all of them, Tab would scroll through the whole folder.
  const reached = useSignal(0);
  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 0 } = view.current ?? {};
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS;
    if (first !== range.value.first || last !== range.value.last) range.value = { first, last };
    loadUpTo(last);
  };
  useEffect(() => {
    const sizes = new ResizeObserver(measure);
    if (view.current !== null) sizes.observe(view.current);
    return () => sizes.disconnect();
  }, []);

  const { first, last } = range.value;
  const inView = first === 0 ? 0 : first + SPARE_ROWS;
  const stop = reached.value >= first && reached.value < Math.min(last, total.value) ? reached.value : inView;
  const isFiltered = nameFilter.value !== '' || stateFilter.value !== 'all';
  return (
    <div class="file-list" ref={view} onScroll={measure}>
      {isLoaded.value && total.value === 0 && <p class="muted pad">{isFiltered ? say.noMatch : say.empty}</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys are those of its buttons */}
      <ul
        aria-label={say.list}
        style={{ height: `${total.value * ROW_PX}px` }}
        onKeyDown={(event) => {
          const step = KEYS[event.key];
          if (step === undefined) return;
          event.preventDefault();
          moveFocus(view.current, step);
        }}
        onFocusIn={() => (reached.value = focusedRow() ?? 0)}
      >
        {files.value.slice(first, last).map((file, index) => (
          <FileRowView
            key={file.id}
            file={file}
            position={first + index}
            total={total.value}
            isTabStop={first + index === stop}
          />
        ))}
      </ul>
    </div>
  );
}

/** Returns the position of the row that has the focus, from 0. */
function focusedRow(): number | null {
  const row = document.activeElement?.closest('li')?.getAttribute('aria-posinset');
  return row === undefined || row === null ? null : Number(row) - 1;
}

/** Moves the focus by rows, and scrolls the new one into view, which draws it. */
function moveFocus(view: HTMLElement | null, step: number): void {
  const next = Math.min(Math.max(0, (focusedRow() ?? 0) + step), files.value.length - 1);
  if (view === null) return;
  const top = next * ROW_PX;
  if (top < view.scrollTop) view.scrollTop = top;
  if (top + ROW_PX > view.scrollTop + view.clientHeight) view.scrollTop = top + ROW_PX - view.clientHeight;
  const focus = (): void => view.querySelector<HTMLElement>(`li[aria-posinset="${next + 1}"] button`)?.focus();
  focus();
  requestAnimationFrame(() => requestAnimationFrame(focus));
}
