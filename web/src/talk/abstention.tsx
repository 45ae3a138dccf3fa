import type { Answer, NotSearched, Source } from '../api/types.ts';
import { openSource } from '../document/opened.ts';
import { placeName } from '../document/place-name.ts';
import { Names } from '../parts/name.tsx';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';

/** What helps when the documents hold no answer: the nearest passages, and what was not searched. */
export function Abstention({ answer: { nearest, notSearched } }: { readonly answer: Answer }) {
  const { abstention: say } = words.value;
  return (
    <>
      {nearest.length > 0 && (
        <div class="sources">
          <h3>{say.nearest}</h3>
          {nearest.map((source) => (
            <Nearest key={source.rank} source={source} />
          ))}
        </div>
      )}
      {notSearched !== null && <Missed missed={notSearched} />}
    </>
  );
}

function Nearest({ source }: { readonly source: Source }) {
  return (
    <button type="button" class="nearest" onClick={() => openSource(source, null)}>
      <span class="nearest-text" dir="auto">
        {withoutHeadings(source)}
      </span>
      <span class="source-about muted">
        <Names of={[placeName(source.locator, words.value), source.title]} />
      </span>
    </button>
  );
}

/** Returns the excerpt without the headings that it begins with: in a line of text they would read as its first words. */
function withoutHeadings({ excerpt, headings }: Source): string {
  let text = excerpt;
  for (const heading of headings) {
    const rest = text.slice(heading.length);
    if (text.startsWith(heading) && /^\s+\S/.test(rest)) text = rest.trimStart();
  }
  return text;
}

function Missed({ missed: { unread, failed, meaningOffBecause } }: { readonly missed: NotSearched }) {
  const { abstention: say } = words.value;
  const files = [
    { ...unread, sentence: say.unread(unread.count) },
    { ...failed, sentence: say.failed(failed.count) },
  ].filter(({ count }) => count > 0);
  if (files.length === 0 && meaningOffBecause === null) return null;
  return (
    <div class="missed">
      <h3>{say.notSearched}</h3>
      <ul>
        {files.map(({ sentence, count, paths }) => (
          <li key={sentence}>
            {sentence}: {paths.map(inSentence).join(', ')}
            {count > paths.length && ` ${say.andMore(count - paths.length)}`}
          </li>
        ))}
        {meaningOffBecause !== null && <li>{say.meaningOff}</li>}
      </ul>
    </div>
  );
}
