import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether the libraries for NVIDIA cards are installed. They weigh half a gigabyte, so `npm install` puts an empty
 * package in their place.
 * @param root folder that contains node_modules.
 */
export function hasCudaLibraries(root: string): boolean {
  const name = `@node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform}-x64-cuda`;
  try {
    // Sound: npm writes a package.json with a name into every package.
    const found = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      name: string;
    };
    return found.name === name;
  } catch {
    return false; // this platform has no such package
  }
}
