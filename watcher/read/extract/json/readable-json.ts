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
    const readable = line.length > MAX_SOURCE_LINE_CHARS ? brokenLine(line) : unescapedLine(line);
    for (const text of readable.split('\n')) yield { text, lineNumber };
  }
}

function unescapedLine(line: string): string {
  return line.replaceAll(TOKENS, (token) => (token.startsWith('"') ? unescaped(token) : token));
}

/** Begins a line at each value that is longer than a line or does not fit into the open one. */
function brokenLine(line: string): string {
  const parts: string[] = [];
  let depth = 0;
  let lineChars = 0;
  const write = (text: string): void => {
    parts.push(text);
    lineChars += text.length;
  };
  const breakLine = (): void => {
    const indent = '  '.repeat(Math.min(depth, MAX_INDENT));
    parts.push('\n', indent);
    lineChars = indent.length;
  };
  write(/^[ \t]*/.exec(line)![0]);
  let isAfterComma = false;
  for (const [token] of line.matchAll(TOKENS)) {
    if (token.startsWith('"')) {
      const words = unescaped(token);
      if (isAfterComma && lineChars + words.length > LINE_CHARS) breakLine();
      write(words);
      isAfterComma = false;
      continue;
    }
    for (const char of token) {
      if (/\s/.test(char)) continue;
      if (char === '}' || char === ']') depth = Math.max(0, depth - 1);
      if (isAfterComma && (char === '{' || char === '[' || lineChars > LINE_CHARS)) breakLine();
      isAfterComma = char === ',';
      write(char === ',' || char === ':' ? `${char} ` : char);
      if (char === '{' || char === '[') depth++;
    }
  }
  return parts.join('').replaceAll(/ +$/gm, '');
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
