import { readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(path.dirname(import.meta.dirname), 'bench');
const known = readdirSync(folder).flatMap((file) => (/^[a-z-]+\.ts$/.test(file) ? path.basename(file, '.ts') : []));

const name = process.argv[2] ?? '';
if (!known.includes(name)) {
  console.error(`usage: npm run bench -- <name> [--json]; <name> is one of ${known.join(', ')}`);
  process.exit(1);
}
await import(path.join(folder, `${name}.ts`));
