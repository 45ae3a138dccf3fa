import { createRequire } from 'node:module';
import path from 'node:path';

// Reads files with the officeparser that is installed in a folder, one after another, and prints the CPU seconds that
// each took; null for one that it cannot read. usage: <folder> <warm-up file> <file>...

/** The part of officeparser 8 that is used. */
interface OfficeParser {
  parseOffice(file: string): Promise<{ to(format: 'text'): Promise<{ readonly value: string }> }>;
}

const [folder = '', ...files] = process.argv.slice(2);
// The cast is what version 8 exports; another version ends in an error, which its caller reports.
const parser = createRequire(path.join(folder, 'package.json'))('officeparser') as OfficeParser;
const seconds: (number | null)[] = [];
for (const file of files) seconds.push(await secondsToRead(file));
// The first file pays for what is loaded when it is needed.
console.log(JSON.stringify(seconds.slice(1)));

async function secondsToRead(file: string): Promise<number | null> {
  const before = process.cpuUsage();
  try {
    const { value: text } = await (await parser.parseOffice(file)).to('text');
    const { user, system } = process.cpuUsage(before);
    return text.trim() === '' ? null : (user + system) / 1e6;
  } catch {
    return null;
  }
}
