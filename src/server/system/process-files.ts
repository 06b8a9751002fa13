/** Cold. Files that speak of the process: the pid file, and the kernel's knobs. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import type { Configuration } from '../config/configuration.ts';
import { oomScores } from '../config/kinds/lists.ts';
import type { Log } from '../log.ts';
import { getSystemErrorMessage } from './errors.ts';

const OOM_SCORE_FILE = '/proc/self/oom_score_adj';
const OOM_SCORE_MAX = 1000;

/** Writes the process id; a failure is only told. */
export function writePidFile(path: string, log: Log): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    log.warning(`Failed to write PID file: ${getSystemErrorMessage(error)}`);
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

/** Keeps what the kernel knows of how readily this process may be ended, when memory runs out, as the options say. */
export function followOomScore(configuration: Configuration, log: Log): void {
  let base: number | undefined;
  const apply = (): string | undefined => {
    const mode = configuration.text('oom-score-adj');
    if (mode === 'no' && base === undefined) return undefined;
    try {
      base ??= Number(readFileSync(OOM_SCORE_FILE, 'latin1'));
      const [score] = configuration.value('oom-score-adj-values', oomScores);
      const wanted = mode === 'no' ? base : mode === 'absolute' ? score : base + score;
      writeFileSync(OOM_SCORE_FILE, String(Math.max(-OOM_SCORE_MAX, Math.min(OOM_SCORE_MAX, wanted))));
      return undefined;
    } catch (error) {
      log.warning(`Unable to write oom_score_adj: ${getSystemErrorMessage(error)}`);
      return 'Failed to apply new oom_score_adj configuration, check server logs.';
    }
  };
  apply();
  configuration.onApply(['oom-score-adj', 'oom-score-adj-values'], apply);
}
