/** Cold. How long the values of a database are, by power of two, without counting at every write. */
import type { Database } from '../../keyspace/database.ts';
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { stringLength } from '../../keyspace/string-value.ts';

/** Counts of values by length: slot 0 for length 0, slot n for lengths of 2^(n-1) to 2^n - 1. */
export type SizeCounts = Float64Array;

const SLOTS = 64;
/** Keys counted while somebody waits for the answer: about a millisecond. */
const KEYS_AT_ONCE = 10_000;
/** Keys counted at each tick of the cron. */
const KEYS_PER_TICK = 5_000;
/** Without anybody asking for so many milliseconds the counting stops. */
const INTEREST_MILLISECONDS = 60_000;

/**
 * Keeping exact counts would cost every write a look at the old length. Instead the keys are walked when somebody asks: a
 * small database as a whole at once, a large one in slices at the cron's ticks, round after round as long as somebody
 * asks now and then. What is told is the last round's result, or, before the first is through, the part that was seen,
 * scaled up (the walk is in the order of hashes, so a part is a fair sample).
 */
export class KeySizeSurvey {
  readonly #database: Database;
  #askedAt = 0;
  #cursor = 0;
  #seen = 0;
  #counts: SizeCounts = new Float64Array(SLOTS);
  #complete: SizeCounts | undefined;
  readonly #visit = (record: number): void => {
    this.#seen++;
    if (typeOf(this.#database.arena, record) === TYPE_STRING)
      this.#counts[slotOf(stringLength(this.#database.arena, record))]++;
  };

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts of the strings' lengths, as well as they are known. `now` in milliseconds. */
  ask(now: number): SizeCounts {
    this.#askedAt = now;
    const { size } = this.#database;
    if (size <= KEYS_AT_ONCE) {
      this.#startOver();
      do this.#cursor = this.#database.keys.scan(this.#cursor, this.#visit);
      while (this.#cursor !== 0);
      const counts = this.#counts;
      this.#complete = undefined;
      this.#startOver();
      return counts;
    }
    if (this.#complete !== undefined) return this.#complete;
    if (this.#seen < KEYS_AT_ONCE) this.#walk(KEYS_AT_ONCE);
    if (this.#complete !== undefined) return this.#complete;
    return this.#counts.map((count) => Math.round((count * size) / this.#seen));
  }

  /** Goes on with a large database that somebody has asked about; at every tick. */
  tick(now: number): void {
    if (this.#database.size <= KEYS_AT_ONCE || now - this.#askedAt > INTEREST_MILLISECONDS) return;
    this.#walk(KEYS_PER_TICK);
  }

  #walk(keys: number): void {
    const end = this.#seen + keys;
    while (this.#seen < end) {
      this.#cursor = this.#database.keys.scan(this.#cursor, this.#visit);
      if (this.#cursor !== 0) continue;
      this.#complete = this.#counts;
      this.#startOver();
      return;
    }
  }

  #startOver(): void {
    this.#cursor = 0;
    this.#seen = 0;
    this.#counts = new Float64Array(SLOTS);
  }
}

function slotOf(length: number): number {
  return length === 0 ? 0 : 32 - Math.clz32(length);
}
