/** Hot. The 24 bits by which eviction judges a key: when it was used, how often, or when it was written. */
import type { EvictionMeasure } from './eviction-policy.ts';
import type { Keyspace } from './keyspace.ts';

/** What reading or writing a key does to its clock. */
export const TOUCH_NONE = 0;
/** Least recently used: the clock is the time in seconds. */
export const TOUCH_LRU = 1;
/** Least frequently used: 16 bits of minutes at the last decay, 8 bits of a logarithmic counter. */
export const TOUCH_LFU = 2;
/** Least recently modified: as LRU, but reading leaves the clock alone. */
export const TOUCH_LRM = 4;
/** The modes in which reading touches. */
export const TOUCH_BY_READING = TOUCH_LRU | TOUCH_LFU;

export const CLOCK_MAX = 0xffffff;
/** A new key starts here, so that it is not the next to be evicted. */
export const LFU_INITIAL = 5;
export const LFU_MAX = 255;

/** The mode that a measure of eviction needs; those that look at no clock keep the one of LRU for OBJECT IDLETIME. */
export function touchModeFor(measure: EvictionMeasure): number {
  if (measure === 'lfu') return TOUCH_LFU;
  return measure === 'lrm' ? TOUCH_LRM : TOUCH_LRU;
}

/** Seconds, in 24 bits. */
export function lruClock(now: number): number {
  return Math.floor(now / 1000) & CLOCK_MAX;
}

/** The clock that a use of a key whose clock was `clock` leaves. */
export function touchedClock(keyspace: Keyspace, clock: number): number {
  if (keyspace.touchMode !== TOUCH_LFU) return keyspace.lruNow;
  const counter = increased(keyspace, decayed(keyspace, clock));
  return (minutes(keyspace.now) << 8) | counter;
}

/** The counter of an LFU clock as it stands now: less one for every `lfuDecayMinutes` since the last decay. */
export function decayed(keyspace: Keyspace, clock: number): number {
  const counter = clock & LFU_MAX;
  if (keyspace.lfuDecayMinutes === 0) return counter;
  const elapsed = (minutes(keyspace.now) - (clock >>> 8)) & 0xffff;
  return Math.max(0, counter - Math.floor(elapsed / keyspace.lfuDecayMinutes));
}

/** The clock of a key that is being created. */
export function freshClock(keyspace: Keyspace): number {
  return keyspace.policy.measure === 'lfu'
    ? (minutes(keyspace.now) << 8) | LFU_INITIAL
    : lruClock(keyspace.now);
}

/** The LFU clock of a key that was used as often as `frequency` (0..255) says. */
export function frequencyClock(keyspace: Keyspace, frequency: number): number {
  return (minutes(keyspace.now) << 8) | frequency;
}

/** The LRU clock of a key that was not used for so many seconds; more than a clock can tell are as many as it can. */
export function idleClock(keyspace: Keyspace, seconds: number): number {
  return (lruClock(keyspace.now) - Math.min(seconds, CLOCK_MAX)) & CLOCK_MAX;
}

/** Seconds since an LRU clock was set. */
export function idleSeconds(keyspace: Keyspace, clock: number): number {
  return (lruClock(keyspace.now) - clock) & CLOCK_MAX;
}

function increased(keyspace: Keyspace, counter: number): number {
  if (counter === LFU_MAX) return LFU_MAX;
  const base = Math.max(0, counter - LFU_INITIAL);
  return keyspace.random.fraction() < 1 / (base * keyspace.lfuLogFactor + 1) ? counter + 1 : counter;
}

function minutes(now: number): number {
  return Math.floor(now / 60000) & 0xffff;
}
