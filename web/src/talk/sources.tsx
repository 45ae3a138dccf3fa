import type { Answer, Citation, Source } from '../api/types.ts';
import { openSource } from '../document/opened.ts';
import { placeName } from '../document/place-name.ts';
import { Name, Names } from '../parts/name.tsx';
import { plain } from '../words/plain.ts';
import { dayOf, words } from '../words/words.ts';

/** How much of a passage stands for its place in a format without places. */
const MAX_EXCERPT_CHARS = 200;

/** The sources of an answer: those that it cites, then those that were only read, folded away. */
export function Sources({ answer }: { readonly answer: Answer }) {
  const { answer: say } = words.value;
  // A list of files is all links already.
  if (answer.answeredBy?.kind === 'DOCUMENT_LIST') return null;
  const citationOf = (source: Source): Citation | null =>
    answer.citations.find((citation) => citation.source.rank === source.rank) ?? null;
  const cited = answer.sources.filter((source) => citationOf(source) !== null || source.excerpt === '');
  const rest = answer.sources.filter((source) => source.used && !cited.includes(source));
  if (cited.length + rest.length === 0) return null;
  return (
    <div class="sources">
      {cited.length > 0 && <h3>{say.sources}</h3>}
      {cited.length > 0 && <SourceList sources={cited} citationOf={citationOf} />}
      {rest.length > 0 && (
        <details>
          <summary>{cited.length > 0 ? say.moreSources(rest.length) : say.onlyRead(rest.length)}</summary>
          <SourceList sources={rest} citationOf={citationOf} />
        </details>
      )}
    </div>
  );
}

interface SourceListProps {
  readonly sources: readonly Source[];
  readonly citationOf: (source: Source) => Citation | null;
}

/** Sources by document: its title, file and date once, then a line for each place. */
function SourceList({ sources, citationOf }: SourceListProps) {
  const documents = Map.groupBy(sources, ({ path }) => path);
  return (
    <ul class="source-list">
      {[...documents.values()].map((places) => (
        <DocumentSources key={places[0]?.path} places={places} citationOf={citationOf} />
      ))}
    </ul>
  );
}

function DocumentSources({
  places,
  citationOf,
}: Omit<SourceListProps, 'sources'> & { readonly places: readonly Source[] }) {
  const { answer: say } = words.value;
  const [first] = places;
  if (first === undefined) return null;
  const { path, title, chunk } = first;
  const modified = chunk?.documents.find((document) => document.path === path)?.modifiedAt;
  const about = [modified === undefined ? '' : say.modified(dayOf(modified)), path === title ? '' : path];
  return (
    <li class="source">
      <p class="source-title" title={plain(title)}>
        <Name of={title} />
      </p>
      <p class="source-about muted" title={plain(path)}>
        <Names of={about} />
      </p>
      {places.map((source) => (
        <PlaceButton key={source.rank} source={source} citation={citationOf(source)} />
      ))}
    </li>
  );
}

function PlaceButton({ source, citation }: { readonly source: Source; readonly citation: Citation | null }) {
  const heading = source.headings.at(-1);
  const place = [
    placeName((citation ?? source).locator, words.value),
    heading === undefined || heading === source.title ? '' : heading,
  ];
  return (
    <button type="button" class="source-place" onClick={() => openSource(source, citation)}>
      <span class="source-rank" aria-hidden="true">
        {source.rank}
      </span>
      <span class="place">
        {place.some((part) => part !== '') ? (
          <Names of={place} />
        ) : (
          <Name of={(citation?.quote ?? source.excerpt).slice(0, MAX_EXCERPT_CHARS) || source.title} />
        )}
      </span>
    </button>
  );
}
