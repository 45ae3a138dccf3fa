import { readdirSync, readFileSync } from 'node:fs';

/** The unit of the times in /proc/<pid>/stat: a hundredth of a second on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** What /proc/<pid>/stat says of a process. */
export interface ProcessTimes {
  readonly parent: number;
  /** Of all its threads, in seconds. */
  readonly own: number;
  /** Of its children that have ended, and of theirs, in seconds. */
  readonly ended: number;
}

/** Returns the CPU seconds of processes, of all processes below them, and of those that have ended. Linux only. */
export function cpuSecondsOfFamily(pids: readonly number[]): number {
  const all = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(Number(name)) : null;
    if (times !== null) all.set(Number(name), times);
  }
  const secondsBelow = (pid: number): number => {
    const { own = 0, ended = 0 } = all.get(pid) ?? {};
    const children = [...all].filter(([, { parent }]) => parent === pid);
    return own + ended + children.reduce((sum, [child]) => sum + secondsBelow(child), 0);
  };
  return pids.reduce((sum, pid) => sum + secondsBelow(pid), 0);
}

/** Parses the text of /proc/<pid>/stat. */
export function parseStat(stat: string): ProcessTimes {
  // The second field is a name in brackets that may hold anything; the third follows the last bracket.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0] = fields.slice(1);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
  return { parent, own: (user + system) / TICKS_A_SECOND, ended: (endedUser + endedSystem) / TICKS_A_SECOND };
}

function timesOf(pid: number): ProcessTimes | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // it has ended
  }
}
