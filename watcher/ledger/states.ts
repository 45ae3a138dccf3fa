import type { LedgerDocument } from './document.ts';

/**
 * The states of a document, in the order of the columns below. FAILED is two of them: a failure that may pass has a time to
 * try again (`retry_ms`), and the version before stays searchable; a final one has none, and the version before is withdrawn.
 */
export const STATES = [
  'DISCOVERED',
  'STABLE',
  'EXTRACTING',
  'STORING',
  'READY',
  'FAILED_FOR_NOW',
  'FAILED_FOR_GOOD',
  'REMOVED',
] as const;

/** One of STATES. */
export type State = (typeof STATES)[number];

/** The state after an event. `same`: the event is taken and the state stays; `no`: the event is ignored, nothing is written. */
type Next = State | 'same' | 'no';

/** One `Next` for each of STATES: leaving one out does not compile. */
type Row = ForEach<typeof STATES>;
type ForEach<Columns extends readonly unknown[]> = { readonly [Column in keyof Columns]: Next };

const [DISC, STAB, EXTR, STOR, READY, NOW, GOOD, GONE] = STATES;
const same = 'same';
const no = 'no';

// oxfmt-ignore
/**
 * What may happen to a document, and its state after that: state x event -> next state, every pair written down.
 * The guards of the SQL statements are made from this table (`eventSql`), and states.test.ts walks every pair through the ledger.
 *
 * A document without a row is given one by `observe` (DISCOVERED), `refuse` (FAILED_FOR_GOOD) and `foundInStore` (READY).
 */
export const TRANSITIONS = {
  //                DISCOVERED STABLE EXTRACTING STORING READY FAILED_FOR_NOW FAILED_FOR_GOOD REMOVED

  // A scan of the folder, or a command that has just changed a file.
  observe:          [DISC,     DISC,  DISC,      DISC,   DISC, DISC,          DISC,           DISC], // new, or not as it was
  settle:           [STAB,     no,    no,        no,     no,   no,            no,             no],   // unchanged for its quiet time
  retry:            [no,       no,    no,        no,     no,   STAB,          no,             no],   // the time to try again has come
  refuse:           [GOOD,     GOOD,  GOOD,      GOOD,   GOOD, GOOD,          GOOD,           GOOD], // it may not be opened
  miss:             [same,     same,  same,      same,   same, same,          same,           no],   // not there for the first time
  reappear:         [same,     same,  same,      same,   same, same,          same,           no],   // there again
  remove:           [GONE,     GONE,  GONE,      GONE,   GONE, GONE,          GONE,           no],   // gone for good

  // The lane that reads it. In DISCOVERED and STABLE its file has changed meanwhile: what was read is searchable until then.
  startReading:     [no,       EXTR,  no,        no,     no,   no,            no,             no],
  startRecognizing: [no,       no,    no,        no,     EXTR, no,            no,             no],   // the pages left out so far
  hashed:           [no,       no,    same,      no,     no,   no,            no,             no],
  startStoring:     [no,       no,    STOR,      no,     no,   no,            no,             no],
  startPublishing:  [same,     same,  same,      same,   no,   no,            no,             no],   // never over a newer version
  published:        [no,       no,    READY,     READY,  no,   no,            no,             no],
  publishedOlder:   [same,     same,  same,      same,   same, same,          same,           same], // a version whose file has changed or gone
  startOver:        [no,       no,    DISC,      DISC,   DISC, no,            no,             no],   // other bytes than were scanned
  putBack:          [no,       no,    STAB,      STAB,   no,   no,            no,             no],
  failForNow:       [no,       no,    NOW,       NOW,    no,   no,            no,             no],
  failForGood:      [no,       no,    GOOD,      GOOD,   no,   no,            no,             no],

  // Upkeep. A file that was put back must not be withdrawn because it was on the list a moment ago.
  startWithdrawing: [no,       no,    no,        no,     no,   no,            same,           same],
  withdrawn:        [same,     same,  same,      same,   same, same,          same,           same], // the store has it no more
  lostFromStore:    [same,     same,  same,      same,   STAB, same,          same,           same], // the store was found without it
  foundInStore:     [same,     same,  same,      same,   same, same,          same,           same], // the store was found with it

  // People, a new pipeline, a start after a kill.
  readAgain:        [no,       no,    no,        no,     STAB, STAB,          STAB,           no],
  restart:          [no,       no,    STAB,      STAB,   no,   no,            no,             no],
} as const satisfies Readonly<Record<string, Row>>;

/** Something that happens to a document: a row of TRANSITIONS. */
export type Event = keyof typeof TRANSITIONS;

/** Returns the state of a document in terms of the table. */
export function stateOf({ state, error }: Pick<LedgerDocument, 'state' | 'error'>): State {
  if (state !== 'FAILED') return state;
  return error?.retryMs == null ? 'FAILED_FOR_GOOD' : 'FAILED_FOR_NOW';
}

/** Returns the state after an event, or `no` when it is ignored in this state. */
export function nextState(event: Event, state: State): State | 'no' {
  const next: Next = TRANSITIONS[event][STATES.indexOf(state)]!;
  return next === 'same' ? state : next;
}

/** Whether an event can bring a document into this state from another one. */
export function leadsTo(event: Event, state: State): boolean {
  return (TRANSITIONS[event] as Row).includes(state);
}

interface EventSql {
  /** A condition on a row of `documents`: whether the event is taken in its state. */
  readonly guard: string;
  /** An expression for the column `state` after the event. */
  readonly next: string;
}

const SQL = new Map(
  // The keys of TRANSITIONS are its events; Object.keys says no more than string.
  (Object.keys(TRANSITIONS) as Event[]).map((event) => [event, sqlOf(event)]),
);

/** Returns the guard and the new state of an event as SQL. FAILED_FOR_NOW and FAILED_FOR_GOOD differ in `retry_ms`, which the caller sets. */
export function eventSql(event: Event): EventSql {
  return SQL.get(event)!; // made from all events
}

/** A condition on a row of `documents`: whether it is in one of these states. */
export function isIn(states: readonly State[]): string {
  return `(${states.map(conditionOf).join(' OR ')})`;
}

function sqlOf(event: Event): EventSql {
  const taken = STATES.filter((state) => nextState(event, state) !== 'no');
  const byNext = Map.groupBy(taken, (state) => columnOf(nextState(event, state)));
  const guard = taken.length === STATES.length ? 'TRUE' : isIn(taken);
  const [only] = byNext.keys();
  if (TRANSITIONS[event].every((next: Next) => next === 'same' || next === 'no')) return { guard, next: 'state' };
  if (byNext.size === 1) return { guard, next: `'${only}'` };
  const cases = [...byNext].map(([next, states]) => `WHEN ${isIn(states)} THEN '${next}'`);
  return { guard, next: `CASE ${cases.join(' ')} END` };
}

/** The value of the column `state`. */
function columnOf(state: State | 'no'): string {
  return state === 'FAILED_FOR_NOW' || state === 'FAILED_FOR_GOOD' ? 'FAILED' : state;
}

function conditionOf(state: State): string {
  if (state === 'FAILED_FOR_NOW') return `(state = 'FAILED' AND retry_ms IS NOT NULL)`;
  if (state === 'FAILED_FOR_GOOD') return `(state = 'FAILED' AND retry_ms IS NULL)`;
  return `state = '${state}'`;
}
