import { memo } from '../parts/memo.tsx';
import type { Source } from '../api/types.ts';
import { openSource } from '../document/opened.ts';
import { placeName } from '../document/place-name.ts';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';
import type { LiveAnswer } from './live-answer.ts';
import { blocksOf, piecesOf, withoutHalfMarker, type Block, type Marks, type Piece } from './parse-answer.ts';

const NO_MARKS: Omit<Marks, 'ranks'> = { citations: [], unsupported: [] };

/** The text of an answer with its citations as buttons. Only the last block is drawn again while the answer grows. */
export function AnswerText({ answer }: { readonly answer: LiveAnswer }) {
  const { ended, sources } = answer;
  const text = ended === null ? withoutHalfMarker(answer.text) : answer.text;
  return (
    <div class="answer-text">
      {blocksOf(text).map((block) => (
        <BlockView
          key={block.start}
          block={block}
          text={text.slice(block.start, block.end)}
          answer={ended}
          sources={sources}
        />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly block: Block;
  /** The text of this block alone. */
  readonly text: string;
  readonly answer: LiveAnswer['ended'];
  readonly sources: readonly Source[];
}

const BlockView = memo(
  ({ block, text, answer, sources }: BlockProps) => {
    const { citations, unsupported } = answer ?? NO_MARKS;
    const moved = <Span extends { start: number; end: number }>(span: Span): Span => ({
      ...span,
      start: span.start - block.start,
      end: span.end - block.start,
    });
    const pieces = piecesOf(
      text,
      { start: 0, end: text.length },
      {
        citations: citations.map(moved),
        unsupported: unsupported.map(moved),
        ranks: new Set(sources.map(({ rank }) => rank)),
      },
    );
    const shown = pieces.map((piece, index) => <PieceView key={index} piece={piece} sources={sources} />);
    if (block.type === 'heading') return <h3 dir="auto">{shown}</h3>;
    if (block.type === 'paragraph') return <p dir="auto">{shown}</p>;
    return (
      <div class="item">
        <span class="item-label">{block.label}</span>
        <div dir="auto">{shown}</div>
      </div>
    );
  },
  (before, after) =>
    before.text === after.text &&
    before.block.type === after.block.type &&
    before.answer === after.answer &&
    before.sources === after.sources,
);

function PieceView({ piece, sources }: { readonly piece: Piece; readonly sources: readonly Source[] }) {
  const { answer: say } = words.value;
  if (piece.type === 'code') return <code>{piece.text}</code>;
  if (piece.type === 'text') {
    const shown = piece.isStrong ? <strong>{piece.text}</strong> : piece.text;
    if (!piece.isUnsupported) return <>{shown}</>;
    return (
      <span class="unsupported" title={say.unsupported}>
        {shown}
      </span>
    );
  }
  const source = sources.find(({ rank }) => rank === piece.rank);
  if (source === undefined) return <>{`[${piece.rank}]`}</>;
  const place = placeName((piece.citation ?? source).locator, words.value);
  const name = [inSentence(source.title), place].filter((part) => part !== '').join(', ');
  return (
    <button
      type="button"
      class={piece.citation === null ? 'chip pale' : 'chip'}
      aria-label={say.openSource(piece.rank, name)}
      title={piece.citation?.quote ?? name}
      onClick={() => openSource(source, piece.citation)}
    >
      {piece.rank}
    </button>
  );
}
