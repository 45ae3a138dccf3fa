/** Whether a path in the inbox, with forward slashes, is meant. */
type PathMatcher = (path: string) => boolean;

/**
 * Limits on the globs of one filter. They bound the work for each document, as a page of a filtered list looks at all of
 * them: the worst filter that fits takes 0.1 ms per document, one glob 0.006 ms. `alternatives` is per glob, after its braces are multiplied out; `patterns` is the sum over all globs of the
 * filter, which may be 100; `wildcards` is per glob.
 */
export const GLOB_LIMITS = { wildcards: 10, alternatives: 32, patterns: 100 } as const;

/** Any number of characters within a name. */
const STAR = Symbol('*');
/** One character within a name. */
const ONE = Symbol('?');
/** Any number of folders. */
const FOLDERS = Symbol('**');

/** A literal code point, or a wildcard. */
type Token = string | typeof STAR | typeof ONE;
/** What one name of a path must match. */
interface NamePattern {
  /** UTF-16 code units, and `ANY_CHARACTERS` and `ONE_CHARACTER`. */
  readonly codes: readonly number[];
  /** Shorter names cannot match. */
  readonly minLength: number;
}
type Segment = NamePattern | typeof FOLDERS;
type Pattern = readonly Segment[];

const ANY_CHARACTERS = -1;
const ONE_CHARACTER = -2;

/** What a backslash makes literal; before anything else it is a backslash, which file names on Linux may contain. */
const ESCAPABLE = new Set('*?{}[],\\');
/** Shells count in braces; we do not, and a silent literal would match nothing. */
const RANGE = /^(?:-?\d+|\p{L})\.\.(?:-?\d+|\p{L})(?:\.\.-?\d+)?$/u;

/**
 * Compiles globs for paths in the inbox. The returned function tells whether a path matches one of them. Paths are
 * compared in NFC, case counts, and a glob always matches the path that is spelled exactly like it.
 *
 * - `*` matches any characters within a name, `?` one character;
 * - `**` as a whole name matches any number of folders, at the end everything below;
 * - `{a,b}` matches either, without braces inside;
 * - a backslash makes one of `* ? { } [ ] , \` literal; everything else is literal already, brackets included.
 *
 * The matching never backtracks over more than one wildcard of a name, so that its cost is at most the product of the
 * two lengths.
 * @param refuse makes the error to throw for a glob that is over `GLOB_LIMITS` or counts in braces, of a problem that
 * completes a sentence starting with the name of the list.
 */
export function compileGlobs(globs: readonly string[], refuse: (problem: string) => Error): PathMatcher {
  const literal = new Set(globs.map((glob) => glob.normalize('NFC')));
  const patterns: Pattern[] = [];
  for (const glob of literal) {
    patterns.push(...patternsOf(glob, refuse));
    if (patterns.length > GLOB_LIMITS.patterns) {
      throw refuse(`has more than ${GLOB_LIMITS.patterns} alternatives in all its globs; use fewer of them`);
    }
  }
  return (path) => {
    const normal = path.normalize('NFC');
    if (literal.has(normal)) return true;
    const names = normal.split('/');
    return patterns.some((pattern) => matchesNames(pattern, names));
  };
}

/** Returns one pattern for each combination of the glob's alternatives. */
function patternsOf(glob: string, refuse: (problem: string) => Error): readonly Pattern[] {
  const parts = partsOf(glob, refuse);
  // Counted before anything is multiplied out.
  const count = parts.reduce((product, alternatives) => product * alternatives.length, 1);
  if (count > GLOB_LIMITS.alternatives) {
    throw refuse(
      `has a glob with ${count} alternatives; use several globs with at most ${GLOB_LIMITS.alternatives} each`,
    );
  }
  const wildcards = parts.flat(2).filter((token) => typeof token === 'symbol').length;
  if (wildcards > GLOB_LIMITS.wildcards) {
    throw refuse(`has a glob with ${wildcards} wildcards; use at most ${GLOB_LIMITS.wildcards}`);
  }
  const combinations = parts.reduce<readonly (readonly Token[])[]>(
    (soFar, alternatives) => soFar.flatMap((start) => alternatives.map((end) => [...start, ...end])),
    [[]],
  );
  return combinations.map(segmentsOf);
}

/** Splits a glob at its braces: each part has one alternative, or those of the braces. */
function partsOf(glob: string, refuse: (problem: string) => Error): readonly (readonly (readonly Token[])[])[] {
  const parts: (readonly (readonly Token[])[])[] = [];
  const characters = Array.from(glob);
  let plain: Token[] = [];
  let at = 0;
  while (at < characters.length) {
    const braces = characters[at] === '{' ? readBraces(characters, at, refuse) : null;
    if (braces === null) {
      const { token, next } = readToken(characters, at);
      plain.push(token);
      at = next;
    } else {
      parts.push([plain], braces.alternatives);
      plain = [];
      at = braces.next;
    }
  }
  return [...parts, [plain]];
}

/** Reads `{a,b}`; returns null for braces that are literal, because they never close or hold no comma. */
function readBraces(
  characters: readonly string[],
  start: number,
  refuse: (problem: string) => Error,
): { readonly alternatives: readonly (readonly Token[])[]; readonly next: number } | null {
  const alternatives: Token[][] = [];
  let current: Token[] = [];
  let at = start + 1;
  while (at < characters.length) {
    const character = characters[at]!;
    if (character === '}') {
      if (alternatives.length > 0) return { alternatives: [...alternatives, current], next: at + 1 };
      const within = characters.slice(start + 1, at).join('');
      if (RANGE.test(within)) throw refuse(`has the range {${within}}; write the alternatives out, as in {1,2,3}`);
      return null;
    }
    if (character === '{') {
      if (alternatives.length === 0) return null;
      throw refuse('has braces within braces; write the alternatives as separate globs');
    }
    if (character === ',') {
      alternatives.push(current);
      current = [];
      at++;
    } else {
      const { token, next } = readToken(characters, at);
      current.push(token);
      at = next;
    }
  }
  return null;
}

function readToken(characters: readonly string[], at: number): { readonly token: Token; readonly next: number } {
  const character = characters[at]!;
  const after = characters[at + 1];
  if (character === '\\' && after !== undefined && ESCAPABLE.has(after)) return { token: after, next: at + 2 };
  return { token: character === '*' ? STAR : character === '?' ? ONE : character, next: at + 1 };
}

function segmentsOf(tokens: readonly Token[]): Pattern {
  const names: Token[][] = [[]];
  for (const token of tokens) {
    if (token === '/') names.push([]);
    else names.at(-1)!.push(token);
  }
  const segments: Segment[] = [];
  for (const name of names) {
    const isFolders = name.length === 2 && name.every((token) => token === STAR);
    if (!isFolders) segments.push(namePatternOf(name));
    else if (segments.at(-1) !== FOLDERS) segments.push(FOLDERS);
  }
  // Everything below a folder is at least one name.
  return segments.at(-1) === FOLDERS ? [...segments, namePatternOf([STAR])] : segments;
}

function namePatternOf(tokens: readonly Token[]): NamePattern {
  const codes = tokens.flatMap((token) => {
    if (token === STAR) return ANY_CHARACTERS;
    if (token === ONE) return ONE_CHARACTER;
    return Array.from({ length: token.length }, (_, unit) => token.charCodeAt(unit));
  });
  return { codes, minLength: codes.filter((code) => code !== ANY_CHARACTERS).length };
}

/**
 * Matches names one by one. It is enough to retry from the last `**`: what an earlier one could still take, the last one
 * can take as well. The same holds for `*` in matchesName; both are plain loops, because they run for every document.
 */
function matchesNames(pattern: Pattern, names: readonly string[]): boolean {
  let want = 0;
  let at = 0;
  let folders = -1;
  let retryFrom = 0;
  while (at < names.length) {
    const segment = pattern[want];
    if (segment === FOLDERS) {
      folders = want++;
      retryFrom = at;
    } else if (segment !== undefined && matchesName(segment, names[at]!)) {
      want++;
      at++;
    } else if (folders >= 0) {
      want = folders + 1;
      at = ++retryFrom;
    } else {
      return false;
    }
  }
  return want === pattern.length;
}

function matchesName({ codes, minLength }: NamePattern, name: string): boolean {
  if (name.length < minLength) return false;
  let want = 0;
  let at = 0;
  let star = -1;
  let retryFrom = 0;
  while (at < name.length) {
    const code = codes[want];
    if (code === ANY_CHARACTERS) {
      star = want++;
      if (want === codes.length) return true;
      retryFrom = at;
    } else if (code === ONE_CHARACTER) {
      want++;
      // Two code units, for an emoji.
      at += name.codePointAt(at)! > 0xff_ff ? 2 : 1;
    } else if (code === name.charCodeAt(at)) {
      want++;
      at++;
    } else if (star >= 0) {
      want = star + 1;
      at = ++retryFrom;
    } else {
      return false;
    }
  }
  while (codes[want] === ANY_CHARACTERS) want++;
  return want === codes.length;
}
