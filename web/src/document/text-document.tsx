import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { FILE_HEADINGS, FILE_TEXT } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';
import { isFileChanged, type CitedPlace } from './opened.ts';
import { Picture } from './picture.tsx';
import { blocksOfText, markedIn, type TextPiece } from './text-blocks.ts';

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
  const [headings, setHeadings] = useState<ReadonlySet<string>>(new Set());
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    const start = Math.max(0, (marked?.startChar ?? 0) - AROUND_CHARS);
    const end = Math.min((marked?.endChar ?? MORE_CHARS) + AROUND_CHARS, start + MAX_CHARS);
    Promise.all([readText(file.id, start, end, leaving.signal), readHeadings(file.id, leaving.signal)]).then(
      ([text, found]) => {
        setHeadings(new Set([...found, ...(cited?.headings ?? [])]));
        setPart({ start, text, hasMore: text.length === end - start });
      },
      () => {}, // the view was closed, or the page says that the server is away
    );
    return () => leaving.abort();
  }, [file.id, marked]);
  useEffect(() => body.current?.querySelector('mark')?.scrollIntoView({ block: 'center' }), [part === undefined]);

  if (part === undefined) return <p class="muted pad">{say.loading}</p>;
  const trail = cited?.headings.filter((heading) => heading !== file.title) ?? [];
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
    <div class="document-body" ref={body} tabIndex={0} role="region" aria-label={file.title}>
      {trail.length > 0 && <p class="trail">{trail.map(inSentence).join(' › ')}</p>}
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
      <Picture path={file.path} mediaType={file.mediaType} title={file.title} />
      <MarkedText part={part} marked={marked} headings={headings} />
      {part.text === '' && <p class="muted">{say.noText}</p>}
      {part.hasMore && <MoreButton label={say.after} onPress={showAfter} />}
    </div>
  );
}

interface MarkedTextProps {
  readonly part: Part;
  readonly marked: CitedPlace | null;
  readonly headings: ReadonlySet<string>;
}

/** The text by lines and tables, with the cited characters, and only those, in `<mark>`. */
function MarkedText({ part, marked, headings }: MarkedTextProps) {
  const range = marked === null ? null : { start: marked.startChar, end: marked.endChar };
  return (
    <div class="extracted">
      {blocksOfText(part.text, part.start, headings).map((block) =>
        block.type === 'table' ? (
          <Table key={block.rows[0]?.[0]?.start} rows={block.rows} range={range} />
        ) : (
          <p key={block.line.start} dir="auto" class={block.isHeading ? 'heading' : undefined}>
            <Piece piece={block.line} range={range} />
          </p>
        ),
      )}
    </div>
  );
}

type Range = Parameters<typeof markedIn>[1];

function Table({ rows, range }: { readonly rows: readonly (readonly TextPiece[])[]; readonly range: Range }) {
  return (
    <table>
      <tbody>
        {rows.map((cells) => (
          <tr key={cells[0]?.start}>
            {cells.map((cell) => (
              <td key={cell.start} dir="auto">
                <Piece piece={cell} range={range} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Piece({ piece, range }: { readonly piece: TextPiece; readonly range: Range }) {
  const marked = markedIn(piece, range);
  if (marked === null) return <>{piece.text}</>;
  return (
    <>
      {piece.text.slice(0, marked.from)}
      <mark>{piece.text.slice(marked.from, marked.to)}</mark>
      {piece.text.slice(marked.to)}
    </>
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

/** Returns the headings of a document, as far as its first passages have them. */
async function readHeadings(id: string, signal: AbortSignal): Promise<readonly string[]> {
  interface Found {
    readonly document: {
      readonly chunks: { readonly nodes: readonly { readonly headings: readonly string[] }[] };
    } | null;
  }
  const { document } = await request<Found>(FILE_HEADINGS, { id }, signal);
  return document?.chunks.nodes.flatMap((chunk) => chunk.headings) ?? [];
}
