import { expect, test, vi } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { followIngestion } from './ingestion.ts';
import { DocumentReplica } from './replica.ts';

const known = (path: string) => testDocument({ id: documentIdOf(path), path });
const state = (queued: number) => ({ queued, watching: 'EVENTS', pausedBecause: null }) as const;

test('followers walk over the documents once for each change, however many there are', async () => {
  const replica = new DocumentReplica([]);
  replica.replace({ watcherId: 'w', seq: 1, documents: [known('a.txt')], ingestion: state(0) });
  const walks = vi.spyOn(replica, 'documents');
  const followers = Array.from({ length: 75 }, () => followIngestion(replica));
  const seen = await Promise.all(followers.map(async (follower) => (await follower.next()).value?.queued));
  expect(seen).toEqual(Array(75).fill(0));
  expect(walks).toHaveBeenCalledTimes(1);

  const next = Promise.all(followers.map(async (follower) => (await follower.next()).value?.queued));
  const document = { ...known('b.txt'), status: 'DISCOVERED', seq: 2 } as const;
  replica.apply({ type: 'document', document });
  expect(await next).toEqual(Array(75).fill(1));
  expect(walks).toHaveBeenCalledTimes(2);
  for (const follower of followers) await follower.return?.();
});
