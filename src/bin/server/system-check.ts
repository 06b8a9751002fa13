/** Cold. --check-system: whether settings of the kernel stand in the way. */
import { backlogLimit, openFilesLimit } from '../../server/system/kernel-limits.ts';

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
    run: () =>
      compare(backlogLimit(), BACKLOG, (limit) => {
        const remedy = `sysctl net.core.somaxconn=${BACKLOG}`;
        return `the kernel lets no more than ${limit} connections wait: ${remedy}`;
      }),
  },
  {
    name: 'open-files',
    run: () =>
      compare(openFilesLimit(), DESCRIPTORS, (limit) => {
        const remedy = `ulimit -n ${DESCRIPTORS}`;
        return `no more than ${limit} files may be open, which is less than 10000 clients need: ${remedy}`;
      }),
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

function compare(
  limit: number | undefined,
  needed: number,
  explain: (limit: number) => string,
): string | undefined | null {
  if (limit === undefined) return null;
  return limit >= needed ? undefined : explain(limit);
}
