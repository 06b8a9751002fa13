/** Hot. The 24 bits by which eviction judges a key: when it was used, how often, or when it was written. */
import type { Keyspace } from './keyspace.ts';

/** What reading or writing a key does to its clock. */
export const TOUCH_NONE = 0;
/** Least recently used: the clock is the time in seconds. */
export const TOUCH_LRU = 1;
/** Least frequently used: 16 bits of minutes at the last decay, 8 bits of a logarithmic counter. */
export const TOUCH_LFU = 2;

export const CLOCK_MAX = 0xffffff;
/** A new key starts here, so that it is not the next to be evicted. */
export const LFU_INITIAL = 5;

/** Seconds, in 24 bits. */
export function lruClock(now: number): number {
  return Math.floor(now / 1000) & CLOCK_MAX;
}

/** The clock that a use of a key whose clock was `clock` leaves. */
export function touchedClock(keyspace: Keyspace, clock: number): number {
  if (keyspace.touchMode === TOUCH_LRU) return keyspace.lruNow;
  const counter = increased(keyspace, decayed(keyspace, clock));
  return (minutes(keyspace.now) << 8) | counter;
}

/** The counter of an LFU clock as it stands now: less one for every `lfuDecayMinutes` since the last decay. */
export function decayed(keyspace: Keyspace, clock: number): number {
  const counter = clock & 255;
  if (keyspace.lfuDecayMinutes === 0) return counter;
  const elapsed = (minutes(keyspace.now) - (clock >>> 8)) & 0xffff;
  return Math.max(0, counter - Math.floor(elapsed / keyspace.lfuDecayMinutes));
}

/** The clock of a key that is being created. */
export function freshClock(keyspace: Keyspace): number {
  return keyspace.touchMode === TOUCH_LFU
    ? (minutes(keyspace.now) << 8) | LFU_INITIAL
    : lruClock(keyspace.now);
}

/** Seconds since an LRU clock was set. */
export function idleSeconds(keyspace: Keyspace, clock: number): number {
  return (lruClock(keyspace.now) - clock) & CLOCK_MAX;
}

function increased(keyspace: Keyspace, counter: number): number {
  if (counter === 255) return 255;
  const base = Math.max(0, counter - LFU_INITIAL);
  return keyspace.random.fraction() < 1 / (base * keyspace.lfuLogFactor + 1) ? counter + 1 : counter;
}

function minutes(now: number): number {
  return Math.floor(now / 60000) & 0xffff;
}
