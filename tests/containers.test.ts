import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WATCHER_NODE_ARGS } from '#shared/lifecycle.ts';
import { IS_WINDOWS } from './fixtures/platform.ts';
import { root, until } from './fixtures/run-askbox.ts';

const STAY = '--stay-when-misconfigured';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

it('a service with wrong settings stays in a container until it is stopped, so that nothing restarts it for ever', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-containers-'));
  const env = { ...process.env, ASKBOX_DATA: folder, ASKBOX_INBOX: folder, ASKBOX_QUIET_MS: 'soon' };
  const child = spawn(process.execPath, ['watcher/main.ts', STAY], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let output = '';
    child.stderr.on('data', (bytes: Buffer) => (output += String(bytes)));
    await until('it stays', () => output.includes('waits to be stopped'));
    expect([child.exitCode, output]).toEqual([null, expect.stringContaining('ASKBOX_QUIET_MS')]);
    if (IS_WINDOWS) return; // a signal ends it there, without a word
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([78, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

it('the commands of both services in containers are those that they need there', () => {
  expect(read('Dockerfile')).toContain(`CMD ["node", "graphql-api/main.ts", "${STAY}"]`);
  expect(read('docker-compose.yml')).toContain(
    `command: [node, ${WATCHER_NODE_ARGS.join(', ')}, watcher/main.ts, ${STAY}]`,
  );
});

it('the image is labelled with the version of askbox', () => {
  // `as`: package.json has a version.
  const { version, description, license } = JSON.parse(read('package.json')) as Record<string, string>;
  const dockerfile = read('Dockerfile');
  expect(dockerfile).toContain(`ARG VERSION=${version}\n`);
  for (const [label, value] of [
    ['title', 'askbox'],
    ['description', `"${description}"`],
    ['licenses', license],
    ['version', '$VERSION'],
  ])
    expect(dockerfile).toContain(`org.opencontainers.image.${label}=${value}`);
});
