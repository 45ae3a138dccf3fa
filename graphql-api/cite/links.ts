/** Passes an answer on, delta by delta; links that no passage has become text. */
export interface LinkFilter {
  /** Returns what is safe to show now; a link that may continue in the next delta is held back. */
  push(delta: string): string;
  /** Returns the rest; call it once, at the end. */
  end(): string;
}

const SCHEMES = ['https://', 'http://', 'ftps://', 'ftp://', 'file://', 'wss://', 'ws://', 'www.'];
const OPAQUE = ['javascript:', 'vbscript:', 'mailto:', 'data:', 'blob:'];
const ADDRESS = String.raw`(?:(?:https?|ftps?|file|wss?):\/\/|www\.)[^\s<>"“”«»\x60]*`;
const TAGS = 'a|img|script|iframe|link|object|embed|svg|video|audio|form|meta|base|style|source|input|button';
/** Longest link that is held back, in UTF-16 code units. */
const MAX_CHARS = 2000;

/** In order: the target of a Markdown link, an address, and what else Markdown or HTML would take for a link. */
const LINK = new RegExp(
  [
    String.raw`(?<=\])\((?<target>(?:[^()\s]|\([^()\s]*\))*)(?<closer>\)?)`,
    `(?<address>${ADDRESS})`,
    String.raw`(?<opaque>(?<![\p{L}\p{N}])(?:(?:javascript|vbscript|mailto|blob):|data:(?=(?:text|image|application|audio|video|font)(?![\p{L}\p{N}])))(?=\S))`,
    String.raw`(?<separator>:\/\/(?=\S))`,
    String.raw`(?<host>(?<![:\p{L}\p{N}\/])\/\/(?=[\p{L}\p{N}\[]))`,
    String.raw`(?<tag><(?=\/?(?:${TAGS})(?![\p{L}\p{N}])))`,
    String.raw`(?<definition>(?<=(?:^|\n) {0,3}\[(?!\d[\d, ]*\])[^\]\n]{1,200}\]):(?=\s))`,
  ].join('|'),
  'giu',
);
const UNDECIDED = new RegExp(
  [
    String.raw`(?<=\])\([^)\s]{0,${MAX_CHARS}}$`,
    String.raw`(?:(?:https?|ftps?|file|wss?):\/\/|www\.)[^\s<>"“”«»\x60]{0,${MAX_CHARS}}$`,
    String.raw`(?:[:\/]{1,3}|(?<![\p{L}\p{N}]))(?:${[...SCHEMES, ...OPAQUE].map(beginningsOf).join('|')})$`,
    String.raw`(?<![\p{L}\p{N}])data:\w{0,20}$`,
    String.raw`[:\/]{1,3}$`,
    String.raw`<\/?[a-z]{0,8}$`,
  ].join('|'),
  'iu',
);
/** Begins like a link that may be long; until it ends, it need not be looked at again. */
const LONG = /^(?:\(|(?:https?|ftps?|file|wss?):\/\/|www\.)/i;
const ENDS_LINK = /[\s)<>"“”«»`]/;
/** Longer deltas are read in parts, so that the work grows with the text only. */
const MAX_PART_CHARS = 500;
/** How far back the text matters that has been shown: the label of a link. */
const CONTEXT_CHARS = 300;

/**
 * Creates a filter for one answer. What is a link and is in none of the texts becomes text: an address loses its scheme or
 * `www.`, `[words](target)` gets a space before the bracket, and so does the name of an HTML element that could load or
 * link something. Addresses are compared whole: one of a passage with something added is another.
 * @param texts what may have links that the answer repeats.
 */
export function createLinkFilter(texts: readonly string[]): LinkFilter {
  const known = new Set(texts.flatMap(linksIn));
  const isKnown = (link: string): boolean => known.has(bare(link));
  /** The end of what has been passed on, unchanged. */
  let before = '';
  let pending = '';

  function pass(text: string): string {
    const whole = before + text;
    let shown = '';
    let at = before.length;
    LINK.lastIndex = at;
    for (let match = LINK.exec(whole); match !== null; match = LINK.exec(whole)) {
      shown += whole.slice(at, match.index) + replacementOf(match);
      at = LINK.lastIndex = match.index + Math.max(1, match[0].length);
    }
    shown += whole.slice(at);
    before = whole.slice(-CONTEXT_CHARS);
    return shown;
  }

  function replacementOf({ 0: written, groups }: RegExpExecArray): string {
    const { target, closer = '', address, opaque, separator, tag, definition } = groups!;
    if (target !== undefined) return isKnown(target) ? written : ` (${withoutScheme(target)}${closer}`;
    if (address !== undefined) return isKnown(address) ? written : withoutScheme(address);
    if (opaque !== undefined) return '';
    if (separator !== undefined) return ': ';
    if (tag !== undefined) return '< ';
    return definition === undefined ? '' : ' :';
  }

  function pushPart(part: string): string {
    if (LONG.test(pending) && !ENDS_LINK.test(part) && pending.length + part.length <= MAX_CHARS) {
      pending += part;
      return '';
    }
    // Nothing before it may continue: it would be pending.
    const whole = before.slice(-1) + pending + part;
    const cut = whole.search(UNDECIDED);
    const start = whole.length - pending.length - part.length;
    const decided = cut < 0 ? whole.slice(start) : whole.slice(start, Math.max(start, cut));
    pending = whole.slice(start + decided.length);
    return pass(decided);
  }

  return {
    push(delta) {
      let shown = '';
      for (let at = 0; at < delta.length; at += MAX_PART_CHARS) shown += pushPart(delta.slice(at, at + MAX_PART_CHARS));
      return shown;
    },
    end: () => pass(pending),
  };
}

/** Returns a pattern for all beginnings of a word, the longest first. */
function beginningsOf(word: string): string {
  const lengths = Array.from(word, (_, index) => word.length - index);
  return lengths.map((length) => word.slice(0, length).replaceAll(/[./]/g, String.raw`\$&`)).join('|');
}

function linksIn(text: string): readonly string[] {
  const addresses = [...text.matchAll(new RegExp(ADDRESS, 'giu'))].map(([address]) => bare(address));
  const targets = [...text.matchAll(/\]\(([^()\s]{1,2000})\)/g)].map(([, target]) => bare(target!));
  return [...addresses, ...targets];
}

/** Returns an address without the marks that end a sentence or a bracket around it. */
function bare(address: string): string {
  return address.replace(/[.,;:!?'*_)\]}>]+$/, '');
}

function withoutScheme(address: string): string {
  return address.replace(/^(?:[a-z][a-z\d+.-]{0,20}:)?(?:\/\/)?(?:www\.)?/i, '');
}
