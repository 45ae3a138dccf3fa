import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { FILE_TEXT } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';
import { isFileChanged, type CitedPlace } from './opened.ts';

/** How much text is shown before and after a quote, and how much more at a press of a button. */
const AROUND_CHARS = 4_000;
const MORE_CHARS = 12_000;
/** The most that the API gives at a time. */
const MAX_CHARS = 20_000;

/** A part of a document's extracted text. */
interface Part {
  readonly start: number;
  readonly text: string;
  /** Whether the text goes on after it. */
  readonly hasMore: boolean;
}

/** The extracted text of a document, around the cited words, which are marked and scrolled to. */
export function TextDocument({ file, cited }: { readonly file: FileDetails; readonly cited: CitedPlace | null }) {
  const { document: say } = words.value;
  const marked = cited === null || cited.isChanged ? null : cited;
  const [part, setPart] = useState<Part>();
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    const start = Math.max(0, (marked?.startChar ?? 0) - AROUND_CHARS);
    const end = Math.min((marked?.endChar ?? MORE_CHARS) + AROUND_CHARS, start + MAX_CHARS);
    readText(file.id, start, end, leaving.signal).then(
      (text) => setPart({ start, text, hasMore: text.length === end - start }),
      () => {}, // the view was closed, or the page says that the server is away
    );
    return () => leaving.abort();
  }, [file.id, marked]);
  useEffect(() => mark.current?.scrollIntoView({ block: 'center' }), [part === undefined]);

  if (part === undefined) return <p class="muted pad">{say.loading}</p>;
  const showBefore = async (): Promise<void> => {
    const start = Math.max(0, part.start - MORE_CHARS);
    const text = await readText(file.id, start, part.start);
    setPart({ ...part, start, text: text + part.text });
  };
  const showAfter = async (): Promise<void> => {
    const end = part.start + part.text.length;
    const text = await readText(file.id, end, end + MORE_CHARS);
    setPart({ ...part, text: part.text + text, hasMore: text.length === MORE_CHARS });
  };
  return (
    <div class="document-body" tabIndex={0} role="region" aria-label={file.title}>
      {cited !== null && cited.headings.length > 0 && <p class="trail">{cited.headings.map(inSentence).join(' › ')}</p>}
      {cited?.isChanged && (
        <>
          {isFileChanged(cited, file) && <p class="notice">{cited.quote === '' ? say.linkChanged : say.changed}</p>}
          {cited.quote !== '' && (
            <blockquote class="excerpt" dir="auto">
              {cited.quote}
            </blockquote>
          )}
        </>
      )}
      {part.start > 0 && <MoreButton label={say.before} onPress={showBefore} />}
      <MarkedText part={part} marked={marked} headings={cited?.headings ?? []} markRef={mark} />
      {part.text === '' && <p class="muted">{say.noText}</p>}
      {part.hasMore && <MoreButton label={say.after} onPress={showAfter} />}
    </div>
  );
}

interface MarkedTextProps {
  readonly part: Part;
  readonly marked: CitedPlace | null;
  readonly headings: readonly string[];
  readonly markRef: { current: HTMLElement | null };
}

/** The text by lines, with the cited characters, and only those, in `<mark>`. */
function MarkedText({ part, marked, headings, markRef }: MarkedTextProps) {
  const lines: { readonly start: number; readonly text: string }[] = [];
  let at = part.start;
  for (const text of part.text.split('\n')) {
    if (text.trim() !== '') lines.push({ start: at, text });
    at += text.length + 1;
  }
  let isFirst = true;
  return (
    <div class="extracted">
      {lines.map(({ start, text }) => {
        const isHeading = /^#{1,6} /.test(text) || headings.includes(text.trim());
        const from = marked === null ? -1 : Math.max(marked.startChar - start, 0);
        const to = marked === null ? -1 : Math.min(marked.endChar - start, text.length);
        if (from >= to)
          return (
            <p key={start} dir="auto" class={isHeading ? 'heading' : undefined}>
              {text}
            </p>
          );
        const ref = isFirst ? markRef : undefined;
        isFirst = false;
        return (
          <p key={start} dir="auto" class={isHeading ? 'heading' : undefined}>
            {text.slice(0, from)}
            <mark {...(ref === undefined ? {} : { ref })}>{text.slice(from, to)}</mark>
            {text.slice(to)}
          </p>
        );
      })}
    </div>
  );
}

function MoreButton({ label, onPress }: { readonly label: string; readonly onPress: () => Promise<void> }) {
  return (
    <button type="button" class="more" onClick={() => void onPress().catch(() => {})}>
      {label}
    </button>
  );
}

async function readText(id: string, start: number, end: number, signal?: AbortSignal): Promise<string> {
  const { document } = await request<{ document: { text: string } | null }>(FILE_TEXT, { id, start, end }, signal);
  return document?.text ?? '';
}
