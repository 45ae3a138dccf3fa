/**
 * The address of what is shown, behind the `#`: the talk as a path and the open document as a query, such as
 * `#/conversation/<id>?document=rh/férias.pdf&page=2&chars=120-180`. Each part is changed without the other.
 *
 * Opening a document adds an entry to the history, so that Back closes it, as people expect on a phone. Everything else
 * changes the present entry.
 */

/** The states of the history's entries: the one that the opening of a document has added, and all others of ours. */
const OPENED = 'opened a document';
const SEEN = 'seen';
/** The address of the present entry, also when Back has just led to another one. */
let current = location.hash;

/** Returns the path of the talk, such as `/conversation/<id>`; `/` for none. */
export function talkAddress(): string {
  return partsOf(location.hash).talk;
}

/** Returns the query of the open document; empty for none. */
export function documentAddress(): string {
  return partsOf(location.hash).document;
}

/** Changes what the address says of the talk. */
export function setTalkAddress(talk: string): void {
  replace(talk, documentAddress());
}

/** Changes what the address says of the open document, in the present entry of the history. */
export function setDocumentAddress(document: string): void {
  replace(talkAddress(), document);
}

/** Changes the address to that of a document that was opened, or closed (an empty query), or of another place in it. */
export function noteDocumentAddress(document: string): void {
  const isOpening = documentAddress() === '' && document !== '';
  const isClosing = documentAddress() !== '' && document === '';
  if (isClosing && history.state === OPENED) return history.back();
  if (!isOpening) return setDocumentAddress(document);
  current = hashOf(talkAddress(), document);
  history.pushState(OPENED, '', current);
}

/**
 * Calls `close` when Back leads to before the document was opened. The talk stays as it is: that entry has the one of then.
 * @returns what ends that
 */
export function onBack(close: () => void): () => void {
  const changed = (): void => {
    const { talk, document } = partsOf(current);
    const isLink = history.state === null; // a new entry, which no Back leads to
    if (isLink) history.replaceState(SEEN, '');
    else if (document !== '' && documentAddress() === '') {
      replace(talk, '');
      close();
    }
    current = location.hash;
  };
  if (history.state === null) history.replaceState(SEEN, '');
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}

/** Returns the whole address of a document, without a talk. */
export function linkTo(document: string): string {
  return `${location.origin}${location.pathname}#/?${document}`;
}

/** Returns the parts of what is behind the `#`. */
function partsOf(hash: string): { readonly talk: string; readonly document: string } {
  const [talk = '', ...query] = hash.replace(/^#/, '').split('?');
  return { talk: talk === '' ? '/' : talk, document: query.join('?') };
}

function replace(talk: string, document: string): void {
  const hash = hashOf(talk, document);
  if (hash === location.hash || (hash === '#/' && location.hash === '')) return;
  history.replaceState(history.state, '', hash);
  current = hash;
}

function hashOf(talk: string, document: string): string {
  return `#${talk}${document === '' ? '' : `?${document}`}`;
}
