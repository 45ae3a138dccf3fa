const LEFT_OUT = new Set(['level', 'time', 'service', 'msg', 'pid']);

/**
 * Formats a line of our JSON log for people: `12:01:07 ingested document=a.pdf ms=80`, with the level after the time
 * unless it is info. Any other line is returned unchanged.
 */
export function formatLogLine(line: string): string {
  const entry = parseEntry(line);
  if (entry === undefined) return line;
  const time = String(entry['time']).slice(11, 19);
  const level = entry['level'] === 'info' ? '' : `${String(entry['level']).toUpperCase()} `;
  const fields = Object.entries(entry)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => ` ${name}=${formatValue(value)}`);
  return `${time} ${level}${String(entry['msg'])}${fields.join('')}`;
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    const isEntry = typeof entry === 'object' && entry !== null && 'time' in entry && 'msg' in entry;
    return isEntry ? { ...entry } : undefined;
  } catch {
    return undefined; // not a line of our log
  }
}

function formatValue(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return /\s/.test(String(value)) ? JSON.stringify(value) : String(value);
  // A logged error: the stack includes its message.
  return 'stack' in value ? `\n${String(value.stack)}` : JSON.stringify(value);
}
