import { useEffect, useState } from 'preact/hooks';
import { request } from '../../api/client.ts';
import { FIRST_HEADINGS } from '../../api/operations.ts';
import { counts } from '../../folder/counts.ts';
import { Icon } from '../../parts/icon.tsx';
import { plain } from '../../words/plain.ts';
import { words } from '../../words/words.ts';
import { ask } from '../turns.ts';
import { suggest, type TitledDocument } from './suggest.ts';

const ENOUGH = 6;

/** First questions, made from the titles and headings of the documents, as buttons that ask them. */
export function Suggestions() {
  const { welcome: say } = words.value;
  // The first documents that become ready make the first suggestions; after a few there are enough.
  const ready = Math.min(counts.value.byStatus.READY ?? 0, ENOUGH);
  const [documents, setDocuments] = useState<readonly TitledDocument[]>([]);
  useEffect(() => {
    request<Record<'newest' | 'largest', { readonly nodes: readonly TitledDocument[] }>>(FIRST_HEADINGS).then(
      ({ newest, largest }) => setDocuments([...newest.nodes, ...largest.nodes]),
      () => {}, // without suggestions, the box still asks
    );
  }, [ready]);
  if (documents.length === 0) return null;
  const questions = [...suggest(documents), say.whichFiles];
  return (
    <section class="suggestions" aria-label={say.suggestions}>
      {questions.map((question) => (
        <button type="button" key={question} onClick={() => void ask(question)}>
          <Icon name="spark" />
          <bdi>{plain(question)}</bdi>
        </button>
      ))}
    </section>
  );
}
