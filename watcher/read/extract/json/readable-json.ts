/** A line of JSON as it is read, and the line of the file that it comes from, starting at 1. */
interface JsonLine {
  readonly text: string;
  readonly lineNumber: number;
}

/** Longer lines were written for machines. People break lines before 120 characters. */
const MAX_SOURCE_LINE_CHARS = 200;
const LINE_CHARS = 120;
const MAX_INDENT = 20;
/** A string, as far as it goes; or a run of what is between strings. */
const TOKENS = /"(?:[^"\\]|\\.)*"?|[^"]+/g;

/**
 * Yields the lines of JSON with letters instead of escapes in strings; a line end in a string ends the line. Lines that
 * were written for machines are broken between values. No value is changed.
 */
export function* readableJson(source: string): Generator<JsonLine> {
  let lineNumber = 0;
  for (const line of source.split(/\r\n|\r|\n/)) {
    lineNumber++;
    const lines = line.length > MAX_SOURCE_LINE_CHARS ? brokenLine(line) : [unescapedLine(line)];
    for (const readable of lines) for (const text of readable.split('\n')) yield { text, lineNumber };
  }
}

function unescapedLine(line: string): string {
  return line.replaceAll(TOKENS, (token) => (token.startsWith('"') ? unescaped(token) : token));
}

/** Begins a line at each value that is longer than a line or does not fit into the open one. */
function* brokenLine(line: string): Generator<string> {
  let depth = 0;
  let open = /^[ \t]*/.exec(line)![0];
  let isAfterComma = false;
  const endLine = (): string => {
    const ended = open.trimEnd();
    open = '  '.repeat(Math.min(depth, MAX_INDENT));
    return ended;
  };
  for (const [token] of line.matchAll(TOKENS)) {
    if (token.startsWith('"')) {
      const words = unescaped(token);
      if (isAfterComma && open.length + words.length > LINE_CHARS) yield endLine();
      open += words;
      isAfterComma = false;
      continue;
    }
    for (const char of token) {
      if (/\s/.test(char)) continue;
      if (char === '}' || char === ']') depth = Math.max(0, depth - 1);
      if (isAfterComma && (char === '{' || char === '[' || open.length > LINE_CHARS)) yield endLine();
      isAfterComma = char === ',';
      open += char === ',' || char === ':' ? `${char} ` : char;
      if (char === '{' || char === '[') depth++;
    }
  }
  yield open.trimEnd();
}

const ESCAPES: Readonly<Record<string, string>> = { b: ' ', f: ' ', n: '\n', r: '', t: '\t' };

function unescaped(token: string): string {
  if (!token.includes('\\')) return token;
  return token.replaceAll(
    /\\(?:u([\dA-Fa-f]{4})|(.))/g,
    (escape, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return readableChar(String.fromCharCode(Number.parseInt(code, 16)), escape);
      return letter === undefined ? escape : (ESCAPES[letter] ?? letter);
    },
  );
}

/** Escaped control characters are no text. */
function readableChar(char: string, escape: string): string {
  if (char === '\n' || char === '\t') return char;
  return /\p{Cc}/u.test(char) ? escape : char;
}
