/** Cold. When the memory of the program's code is given back. */
import type { Cron } from './cron.ts';

const FIRST_MILLISECONDS = 1000;
/** Later ones find what compiling has left, which goes on more and more rarely. */
const GROWTH = 10;

/** Calls `release` a second after the first tick, and each time ten times as long after it. */
export function releaseCodeInTime(cron: Cron, release: () => void): void {
  let start: number | undefined;
  let wait = FIRST_MILLISECONDS;
  cron.add((now) => {
    start ??= now;
    if (now - start < wait) return;
    wait *= GROWTH;
    release();
  });
}
