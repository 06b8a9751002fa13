import type { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Mode } from '../settings.ts';
import { findBigKeys } from './big-keys.ts';
import { findHotKeys } from './hot-keys.ts';
import { measureIntrinsicLatency } from './intrinsic-latency.ts';
import { reportKeyStatistics } from './key-statistics.ts';
import { measureLatency } from './latency.ts';
import { showLatencyDistribution } from './latency-distribution.ts';
import { testLru } from './lru-test.ts';
import { runPipe } from './pipe.ts';
import { listKeys } from './scan.ts';
import { fetchSnapshot } from './snapshot.ts';
import { printStat } from './stat.ts';

type ModeFunction = (session: Session, input: Readable) => Promise<number>;

/** In order of precedence: of several modes asked for, the first one runs. */
const modes: readonly (readonly [Mode, ModeFunction])[] = [
  ['latency', measureLatency],
  ['latency-history', measureLatency],
  ['latency-distribution', showLatencyDistribution],
  ['snapshot', fetchSnapshot],
  ['pipe', runPipe],
  ['big-keys', findBigKeys],
  ['memory-keys', findBigKeys],
  ['key-statistics', reportKeyStatistics],
  ['hot-keys', findHotKeys],
  ['stat', printStat],
  ['scan', listKeys],
  ['lru-test', testLru],
  ['intrinsic-latency', measureIntrinsicLatency],
];

/** Runs the mode that the options ask for, and returns the exit code. */
export function runMode(session: Session, input: Readable): Promise<number> {
  const chosen = modes.find(([name]) => session.settings.modes.has(name));
  if (chosen === undefined) throw new Failure('No such mode');
  return chosen[1](session, input);
}
