/** Cold. Files that speak of the process: the pid file, and the kernel's knobs. */
import { unlinkSync, writeFileSync } from 'node:fs';
import type { Log } from '../log.ts';
import { getSystemErrorMessage } from './errors.ts';

/** Writes the process id; a failure is only told. */
export function writePidFile(path: string, log: Log): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    log.warning(`Failed to write PID file ${path}: ${getSystemErrorMessage(error)}`);
  }
}

export function removePidFile(path: string, log: Log): void {
  log.notice('Removing the pid file.');
  try {
    unlinkSync(path);
  } catch (error) {
    log.warning(`Failed to remove PID file ${path}: ${getSystemErrorMessage(error)}`);
  }
}

/** Tells the kernel how readily this process may be ended when memory runs out. */
export function setOomScore(score: number, relative: boolean, base: number, log: Log): void {
  const value = Math.max(-1000, Math.min(1000, relative ? base + score : score));
  try {
    writeFileSync('/proc/self/oom_score_adj', String(value));
  } catch (error) {
    log.warning(`Unable to write oom_score_adj: ${getSystemErrorMessage(error)}`);
  }
}
