/**
 * The address of what is shown, behind the `#`: the talk as a path and the open document as a query, such as
 * `#/conversation/<id>?document=rh/férias.pdf&page=2&chars=120-180`. Each part is changed without the other.
 */

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

/** Changes what the address says of the open document. */
export function setDocumentAddress(document: string): void {
  replace(talkAddress(), document);
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
  const hash = `#${talk}${document === '' ? '' : `?${document}`}`;
  if (hash !== location.hash && !(hash === '#/' && location.hash === '')) history.replaceState(null, '', hash);
}
