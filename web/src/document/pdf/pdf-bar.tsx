import { Icon, type IconName } from '../../parts/icon.tsx';
import { words } from '../../words/words.ts';

interface PdfBarProps {
  /** Whether the extracted text is shown instead of the pages. */
  readonly isText: boolean;
  readonly pageNumber: number;
  readonly pageCount: number;
  /** Whether there are pages to turn. */
  readonly isReady: boolean;
  readonly onPage: (pageNumber: number) => void;
  /** @param step 1 for larger, -1 for smaller, 0 for as wide as the view. */
  readonly onZoom: (step: -1 | 0 | 1) => void;
  readonly onText: () => void;
}

/** Turns the pages of a PDF, changes their size, and switches between pages and text. */
export function PdfBar({ isText, pageNumber, pageCount, isReady, onPage, onZoom, onText }: PdfBarProps) {
  const say = words.value.document.pdf;
  const button = (label: string, icon: IconName, isOff: boolean, onPress: () => void) => (
    <button type="button" class="icon-button small" disabled={isOff} onClick={onPress} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="pdf-bar" role="toolbar" aria-label={say.bar}>
      {!isText && (
        <>
          {button(say.previous, 'left', !isReady || pageNumber <= 1, () => onPage(pageNumber - 1))}
          <label class="pdf-page-number">
            <span class="visually-hidden">{say.pageNumber}</span>
            <input
              type="number"
              min={1}
              max={pageCount}
              value={pageNumber}
              disabled={!isReady}
              onChange={({ currentTarget }) => onPage(Math.round(currentTarget.valueAsNumber) || pageNumber)}
            />
            <span class="muted">{say.of(pageCount)}</span>
          </label>
          {button(say.next, 'right', !isReady || pageNumber >= pageCount, () => onPage(pageNumber + 1))}
          <span class="pdf-bar-gap" />
          {button(say.smaller, 'minus', !isReady, () => onZoom(-1))}
          {button(say.fitWidth, 'width', !isReady, () => onZoom(0))}
          {button(say.larger, 'plus', !isReady, () => onZoom(1))}
        </>
      )}
      <button type="button" class="link" onClick={onText}>
        {isText ? say.showPage : say.showText}
      </button>
    </div>
  );
}
