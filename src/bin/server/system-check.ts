/** Cold. --check-system: whether settings of the kernel stand in the way. */
import { readFileSync } from 'node:fs';

/** Redis's default of tcp-backlog, and descriptors for its default of maxclients. */
const BACKLOG = 511;
const DESCRIPTORS = 10_032;

interface Check {
  readonly name: string;
  /** What is wrong and what to do; undefined if all is well, null if it cannot be told. */
  run(): string | undefined | null;
}

const checks: readonly Check[] = [
  {
    name: 'tcp-backlog',
    run() {
      const limit = numberIn('/proc/sys/net/core/somaxconn', /(\d+)/);
      if (limit === null || limit >= BACKLOG) return limit === null ? null : undefined;
      return `the kernel lets no more than ${limit} connections wait: sysctl net.core.somaxconn=${BACKLOG}`;
    },
  },
  {
    name: 'open-files',
    run() {
      const limit = numberIn('/proc/self/limits', /^Max open files\s+(\d+)/m);
      if (limit === null || limit >= DESCRIPTORS) return limit === null ? null : undefined;
      return `no more than ${limit} files may be open, which is less than 10000 clients need: ulimit -n ${DESCRIPTORS}`;
    },
  },
  // Nothing is forked: neither overcommitting nor large pages make a difference.
  { name: 'overcommit', run: () => undefined },
  { name: 'THP', run: () => undefined },
];

/** Prints a line or two for each check; returns whether all is well. */
export function checkSystem(write: (text: string) => void): boolean {
  let isWell = true;
  for (const { name, run } of checks) {
    const problem = run();
    if (problem === undefined) write(`[${name}]...OK\n`);
    else if (problem === null) write(`[${name}]...skipped\n`);
    else write(`[${name}]...WARNING:\n${problem}\n`);
    if (typeof problem === 'string') isWell = false;
  }
  return isWell;
}

function numberIn(path: string, pattern: RegExp): number | null {
  try {
    const found = pattern.exec(readFileSync(path, 'latin1'));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}
