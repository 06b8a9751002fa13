/** Hot where nobody waits. Commands that wait for a key: BLPOP, BZPOPMIN, XREAD and their like. */
import { isFiniteExtended, parseExtended } from '../memory/extended.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../memory/integers.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Call } from './call.ts';

/** What a command waits for when no key has anything for it. */
export interface Wait {
  /** The words that name the keys, each once or more. */
  readonly keys: readonly number[];
  /** The type (TYPE_ of keyspace/record.ts) that a key must have to be worth another try. */
  readonly type: number;
  /** Whether a key that is gone or of another type is worth one too: the command then fails (XREADGROUP). */
  readonly triesWithoutKey: boolean;
  /** Milliseconds of the epoch when the time is up; 0 for never. */
  readonly until: number;
  /** Writes the reply for when it is. */
  readonly timedOut: (reply: Reply) => void;
  /** Milliseconds of the epoch when another try is worth it though nothing has changed; absent or infinite for never. */
  readonly again?: number;
}

/** Makes clients wait; see server/blocking/. */
export interface Waiting {
  /**
   * The client of the call waits, and the command is executed again, from its start, whenever a change may have made one of
   * its keys ready; it then calls this again, or replies and is done.
   */
  wait(call: Call, wait: Wait): void;
  /** Those who wait for the key at word `index` may try again, though nothing is told of it. */
  touch(call: Call, index: number): void;
}

/** The reply of most commands whose time is up. */
export function replyNullArray(reply: Reply): void {
  reply.nullArray();
}

const NEGATIVE = 'ERR timeout is negative';
const OUT_OF_RANGE = 'ERR timeout is out of range';
const TIMEOUT_MAX = 2 ** 63;

/**
 * When the time is up that word `index` gives in seconds, perhaps with a fraction: milliseconds of the epoch, 0 for never; -1
 * after having replied with an error.
 */
export function secondsTimeout(call: Call, index: number): number {
  const { arguments: words } = call;
  const seconds = parseExtended(words.bytes, words.start(index), words.end(index));
  if (seconds === null) return refuse(call, 'ERR timeout is not a float or out of range');
  if (seconds.mantissa === 0n) return 0;
  const hasEnd = isFiniteExtended(seconds);
  const milliseconds = hasEnd
    ? Math.ceil(Number(seconds.mantissa) * 2 ** seconds.exponent * 1000)
    : TIMEOUT_MAX;
  if (seconds.mantissa < 0n) return milliseconds === 0 ? 0 : refuse(call, NEGATIVE);
  if (milliseconds >= TIMEOUT_MAX) return refuse(call, OUT_OF_RANGE);
  // What rounds to nothing is still some time.
  return momentAfter(call, Math.max(1, milliseconds));
}

/** As `secondsTimeout`, for whole milliseconds. */
export function millisecondsTimeout(call: Call, index: number): number {
  const { arguments: words } = call;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(value)) return refuse(call, 'ERR timeout is not an integer or out of range');
  if (value === WIDE_INTEGER) return momentAfter(call, int64High * 2 ** 32);
  return momentAfter(call, value);
}

function momentAfter(call: Call, milliseconds: number): number {
  if (milliseconds < 0) return refuse(call, NEGATIVE);
  if (milliseconds > 0 && milliseconds >= TIMEOUT_MAX - call.keyspace.now) return refuse(call, OUT_OF_RANGE);
  return milliseconds === 0 ? 0 : call.keyspace.now + milliseconds;
}

function refuse(call: Call, error: string): -1 {
  call.reply.error(error);
  return -1;
}
