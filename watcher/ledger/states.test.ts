import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentSummary } from '#shared/document.ts';
import type { LedgerDocument } from './document.ts';
import { Ledger } from './ledger.ts';
import { leadsTo, nextState, STATES, stateOf, TRANSITIONS, type Event, type State } from './states.ts';

// Every pair of the table, played through the ledger's own methods: what the table says is what the SQL does.

let folder: string;
let ledger: Ledger;
let publishedRevision: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-states-'));
  ledger = new Ledger(path.join(folder, 'ledger.db'));
});
afterEach(() => {
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const PATH = 'a.md';
const CONTENT: ContentSummary = {
  id: 'c1',
  chunkCount: 1,
  textLength: 3,
  title: null,
  mediaType: 'text/markdown',
  language: 'pt',
  pageCount: null,
  warnings: [],
};
const find = (): LedgerDocument => ledger.find(PATH)!;

/** What has begun in the store before the event: its end is an event, too. */
interface Begun {
  readonly document: LedgerDocument;
  readonly revision: number;
}

/** Brings the document from its first sight into the state; a version of it is searchable in those that can have one. */
const REACH: Readonly<Record<State, () => void>> = {
  DISCOVERED: () =>
    ledger.apply(
      [
        {
          type: 'observe',
          file: { path: PATH, signature: 's1', sizeBytes: 1, modifiedMs: 1, changedMs: 1 },
          quietMs: 1,
        },
      ],
      1,
    ),
  STABLE: () => {
    REACH.DISCOVERED();
    ledger.apply([{ type: 'settle', path: PATH }], 2);
  },
  EXTRACTING: () => {
    REACH.STABLE();
    ledger.startReading(find());
    ledger.hashed(find(), 'h1', 'c1', true);
  },
  STORING: () => {
    REACH.EXTRACTING();
    ledger.startStoring(find(), CONTENT);
  },
  READY: () => {
    REACH.STORING();
    publishedRevision = ledger.startPublishing(find())!;
    ledger.published(find(), 'c1', publishedRevision, 3);
  },
  FAILED_FOR_NOW: () => {
    REACH.READY();
    ledger.queue.reread([find()]);
    ledger.startReading(find());
    ledger.failed(find(), { code: 'UNREADABLE', message: 'm', retryMs: 99 }, 0);
  },
  FAILED_FOR_GOOD: () => {
    REACH.READY();
    ledger.queue.reread([find()]);
    ledger.startReading(find());
    ledger.failed(find(), { code: 'DAMAGED', message: 'm', retryMs: null }, 0);
  },
  REMOVED: () => {
    REACH.READY();
    ledger.apply([{ type: 'remove', path: PATH }], 4);
  },
};

/** What a caller does for each event. The compiler asks for every event of the table. */
const DO: Readonly<Record<Event, (begun: Begun) => void>> = {
  observe: () => REACH.DISCOVERED(),
  settle: () => ledger.apply([{ type: 'settle', path: PATH }], 5),
  retry: () => ledger.apply([{ type: 'retry', path: PATH }], 5),
  refuse: () =>
    ledger.apply([{ type: 'refuse', problem: { path: PATH, signature: 'p', code: 'NOT_A_FILE', message: 'm' } }], 5),
  miss: () => ledger.apply([{ type: 'miss', path: PATH }], 5),
  reappear: () => ledger.apply([{ type: 'reappear', path: PATH }], 5),
  remove: () => ledger.apply([{ type: 'remove', path: PATH }], 5),
  startReading: () => ledger.startReading(find()),
  startRecognizing: () => ledger.startRecognizing(find()),
  hashed: () => ledger.hashed(find(), 'h2', 'c2', false),
  startStoring: () => ledger.startStoring(find(), CONTENT),
  startPublishing: () => ledger.startPublishing(find()),
  published: ({ document, revision }) => ledger.published(document, 'c1', revision, 5),
  publishedOlder: ({ document, revision }) =>
    ledger.published({ ...document, signature: 'an older version' }, 'c1', revision, 5),
  startOver: () => ledger.startOver(find(), 5),
  putBack: () => ledger.putBack(find(), null, 0),
  failForNow: () => ledger.failed(find(), { code: 'INTERNAL', message: 'm', retryMs: 99 }, 0),
  failForGood: () => ledger.failed(find(), { code: 'EMPTY', message: 'm', retryMs: null }, 0),
  startWithdrawing: () => ledger.startWithdrawing(PATH),
  withdrawn: ({ revision }) => ledger.withdrawn(PATH, revision),
  lostFromStore: () => ledger.lostFromStore(find()),
  foundInStore: () => ledger.foundInStore({ path: PATH, content: 'c1', revision: 9 }, 5),
  readAgain: () => ledger.queue.reread([find()]),
  restart: () => {
    ledger[Symbol.dispose]();
    ledger = new Ledger(path.join(folder, 'ledger.db'));
  },
};

/** The last call of the store for the document, as its caller would still hold it; a new one where one can begin. */
function begin(): Begun {
  const revision = ledger.startWithdrawing(PATH) ?? ledger.startPublishing(find()) ?? publishedRevision;
  return { document: find(), revision };
}

const EVENTS = Object.keys(TRANSITIONS) as Event[]; // the keys of the table are its events

describe('the table of states', () => {
  describe.each(EVENTS)('%s', (event) => {
    it.each(STATES)('in %s does what the table says', (state) => {
      REACH[state]();
      expect(stateOf(find())).toBe(state);
      const begun = ['published', 'publishedOlder', 'withdrawn'].includes(event)
        ? begin()
        : { document: find(), revision: 0 };
      const before = find();
      const heard: Event[] = [];
      ledger.onChange((events) => heard.push(...events));
      DO[event](begun);
      const next = nextState(event, state);
      expect(stateOf(find())).toBe(next === 'no' ? state : next);
      // The loops wake for what can lead to the state that they wait for. A restart happens before there is a loop.
      const hasMoved = next !== 'no' && next !== state && event !== 'restart';
      const isHeard = heard.includes(event) && leadsTo(event, stateOf(find()));
      expect(isHeard || !hasMoved).toBe(true);
      // What is ignored leaves no trace, but that `published` then counts as `publishedOlder`.
      const isIgnored = next === 'no' && event !== 'published';
      expect(isIgnored ? find() : before).toEqual(before);
    });
  });

  it('has a way on from every state in which a document waits for a loop', () => {
    const waysOn: Partial<Record<State, readonly Event[]>> = {
      DISCOVERED: ['settle'],
      STABLE: ['startReading'],
      EXTRACTING: ['startStoring', 'published', 'putBack', 'failForNow', 'failForGood', 'startOver', 'restart'],
      STORING: ['published', 'putBack', 'failForNow', 'failForGood', 'startOver', 'restart'],
      READY: ['startRecognizing'],
      FAILED_FOR_NOW: ['retry'],
      FAILED_FOR_GOOD: ['startWithdrawing'],
      REMOVED: ['startWithdrawing'],
    };
    for (const [state, events] of Object.entries(waysOn)) {
      // The keys of waysOn are states.
      for (const event of events) expect(nextState(event, state as State), `${state} ${event}`).not.toBe('no');
    }
  });

  it('leads to ready only by a publication that the store has confirmed', () => {
    const ways = EVENTS.filter((event) =>
      STATES.some((state) => state !== 'READY' && nextState(event, state) === 'READY'),
    );
    expect(ways).toEqual(['published']);
  });
});
