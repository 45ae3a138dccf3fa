import type { Answer, Citation, Source } from '../api/types.ts';
import { openSource } from '../document/opened.ts';
import { placeName } from '../document/place-name.ts';
import { dayOf, words } from '../words/words.ts';

/** The sources of an answer: those that it cites, then those that were only read, folded away. */
export function Sources({ answer }: { readonly answer: Answer }) {
  const { answer: say } = words.value;
  const citationOf = (source: Source): Citation | null =>
    answer.citations.find((citation) => citation.source.rank === source.rank) ?? null;
  const cited = answer.sources.filter((source) => citationOf(source) !== null || source.excerpt === '');
  const rest = answer.sources.filter((source) => source.used && !cited.includes(source));
  if (cited.length + rest.length === 0) return null;
  return (
    <section class="sources" aria-label={say.sources}>
      <h3>{say.sources}</h3>
      <SourceList sources={cited} citationOf={citationOf} />
      {rest.length > 0 && (
        <details>
          <summary>{say.moreSources(rest.length)}</summary>
          <SourceList sources={rest} citationOf={citationOf} />
        </details>
      )}
    </section>
  );
}

interface SourceListProps {
  readonly sources: readonly Source[];
  readonly citationOf: (source: Source) => Citation | null;
}

/** Sources in a list: number, title, and where and of when they are. */
function SourceList({ sources, citationOf }: SourceListProps) {
  if (sources.length === 0) return null;
  return (
    <ol class="source-list">
      {sources.map((source) => (
        <li key={source.rank}>
          <SourceButton source={source} citation={citationOf(source)} />
        </li>
      ))}
    </ol>
  );
}

function SourceButton({ source, citation }: { readonly source: Source; readonly citation: Citation | null }) {
  const { answer: say } = words.value;
  const modified = source.chunk?.documents.find(({ path }) => path === source.path)?.modifiedAt;
  const heading = source.headings.at(-1);
  const about = [
    placeName((citation ?? source).locator, words.value),
    heading === undefined || heading === source.title ? '' : heading,
    source.path === source.title ? '' : source.path,
    modified === undefined ? '' : say.modified(dayOf(modified)),
  ];
  return (
    <button type="button" class="source" onClick={() => openSource(source, citation)}>
      <span class="source-rank" aria-hidden="true">
        {source.rank}
      </span>
      <span class="source-names">
        <span class="source-title">{source.title}</span>
        <span class="muted">{about.filter((part) => part !== '').join(' · ')}</span>
      </span>
    </button>
  );
}
