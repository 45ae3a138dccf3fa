import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../../api/client.ts';
import { keyHeader } from '../../api/key.ts';
import { FILE_TEXT } from '../../api/operations.ts';
import type { FileDetails } from '../../api/types.ts';
import { words } from '../../words/words.ts';
import { isFileChanged, type CitedPlace } from '../opened.ts';
import { addressOf } from '../original.ts';
import { TextDocument } from '../text-document.tsx';
import { PdfBar } from './pdf-bar.tsx';
import { openPdfView, type PdfPlace, type PdfView, type Zoom } from './pdf-view.ts';

/** How much of the text before a quote decides between places with the same words. */
const BEFORE_CHARS = 80;
const ZOOM_STEP = 1.25;
const ZOOM = { min: 0.25, max: 5 } as const;

interface PdfDocumentProps {
  readonly file: FileDetails;
  readonly cited: CitedPlace | null;
}

/** What the reader is told instead of, or beside, the page. */
type Problem = 'unreadable' | 'notOnPage' | 'recognised' | 'partly';

/**
 * The page of a PDF with the cited words marked, or its extracted text: if the words are not found on the page, and if the
 * reader wants it. Of a page that was scanned, the words are shown beside it.
 */
export function PdfDocument({ file, cited }: PdfDocumentProps) {
  const say = words.value.document.pdf;
  // Until the reader chooses, the page is shown if the words are on it.
  const [chosen, setChosen] = useState<'page' | 'text'>();
  const [isOnPage, setOnPage] = useState(true);
  const [view, setView] = useState<PdfView>();
  const [problem, setProblem] = useState<Problem>();
  const [pageNumber, setPageNumber] = useState(1);
  const pages = useRef<HTMLDivElement>(null);
  /** The place that the view shows. */
  const place = useRef(cited);
  const isText = chosen === undefined ? !isOnPage : chosen === 'text';

  const tell = (shown: PdfView): void => {
    setPageNumber(shown.pageNumber);
    setProblem(problemOf(shown));
    setOnPage(shown.quoteState !== 'NOT_FOUND' || shown.isScanned);
  };
  const giveUp = (): void => {
    setProblem('unreadable');
    setOnPage(false);
  };
  useEffect(() => {
    const closing = new AbortController();
    const container = pages.current;
    if (isText || container === null) return () => {};
    place.current = cited;
    const opening = openView(container, file, cited, closing.signal);
    opening.then(
      (opened) => {
        setView(opened);
        tell(opened);
      },
      () => {
        if (!closing.signal.aborted) giveUp();
      },
    );
    return () => {
      setView(undefined);
      closing.abort(new Error('the document was closed'));
      opening.then(
        (opened) => opened.close(),
        () => {}, // it was never opened
      );
    };
  }, [file.contentHash, isText]);
  // Another citation of the same file scrolls to it, and loads nothing again.
  useEffect(() => {
    if (place.current === cited) return () => {};
    setOnPage(true);
    setProblem(undefined);
    const leaving = new AbortController();
    if (view !== undefined) {
      place.current = cited;
      const goThere = async (): Promise<void> => view.showPlace(await placeOf(file, cited, leaving.signal));
      goThere().then(
        () => leaving.signal.aborted || tell(view),
        () => leaving.signal.aborted || giveUp(),
      );
    }
    return () => leaving.abort();
  }, [cited, view]);

  // Where the words are on a picture is not known, so the page is marked as a whole.
  const isRecognised = problem === 'recognised';
  const isCitedPage = pageNumber === cited?.locator.pageNumber;
  const follow = async (change: Promise<void> | undefined): Promise<void> => {
    await change?.catch(() => setProblem('unreadable'));
    if (view !== undefined) setPageNumber(view.pageNumber);
  };
  const show = (number: number): void => void follow(view?.showPage(number));
  const zoom = (to: Zoom): void => void follow(view?.setZoom(to));
  const zoomBy = (factor: number): void => zoom(Math.min(ZOOM.max, Math.max(ZOOM.min, (view?.scale ?? 1) * factor)));
  return (
    <>
      <PdfBar
        isText={isText}
        pageNumber={pageNumber}
        pageCount={view?.pageCount ?? file.pageCount ?? 1}
        isReady={view !== undefined}
        onPage={show}
        onZoom={(step) => (step === 0 ? zoom('WIDTH') : zoomBy(ZOOM_STEP ** step))}
        onText={() => {
          setProblem(undefined);
          setChosen(isText ? 'page' : 'text');
        }}
      />
      {problem !== undefined && (
        <div class="notice" role="status">
          <p>{say[problem]}</p>
          {isRecognised && (
            <blockquote class="excerpt" dir="auto">
              {cited?.quote}
            </blockquote>
          )}
        </div>
      )}
      {isText ? (
        <TextDocument key={cited?.startChar} file={file} cited={cited} />
      ) : (
        <>
          {cited !== null && isFileChanged(cited, file) && (
            <p class="notice">{cited.quote === '' ? words.value.document.linkChanged : say.changed}</p>
          )}
          {view === undefined && <p class="muted pad">{words.value.document.loading}</p>}
          <div
            class={isRecognised && isCitedPage ? 'pdf-pages is-recognised' : 'pdf-pages'}
            ref={pages}
            tabIndex={0}
            role="region"
            aria-label={file.title}
          />
        </>
      )}
    </>
  );
}

function problemOf({ quoteState, isScanned }: PdfView): Problem | undefined {
  if (quoteState === 'NOT_FOUND') return isScanned ? 'recognised' : 'notOnPage';
  return quoteState === 'PARTLY' ? 'partly' : undefined;
}

async function openView(
  container: HTMLElement,
  file: FileDetails,
  cited: CitedPlace | null,
  signal: AbortSignal,
): Promise<PdfView> {
  return openPdfView({
    ...(await placeOf(file, cited, signal)),
    container,
    source: { url: addressOf(file.path), headers: keyHeader() },
    labelOf: (number) => words.value.document.pdf.page(number),
    signal,
  });
}

async function placeOf(file: FileDetails, cited: CitedPlace | null, signal: AbortSignal): Promise<PdfPlace> {
  return {
    pageNumber: cited?.locator.pageNumber ?? 1,
    quote: cited === null || cited.quote === '' ? null : cited.quote,
    before: cited === null || cited.isChanged ? '' : await textBefore(file.id, cited.startChar, signal),
  };
}

async function textBefore(id: string, end: number, signal: AbortSignal): Promise<string> {
  if (end === 0) return '';
  const range = { id, start: Math.max(0, end - BEFORE_CHARS), end };
  const { document } = await request<{ document: { text: string } | null }>(FILE_TEXT, range, signal);
  return document?.text ?? '';
}
