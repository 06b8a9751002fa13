/** Hot. Deletes keys whose time has come though nobody asks for them, in slices of the event loop. */

import { ReferenceList } from '../memory/reference-list.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';
import { expiryOf } from './record.ts';
import { scanBatch } from './scan.ts';
import type { TimeBudget } from './time-budget.ts';

/** Keys looked at in a round; each step of effort adds a quarter. A round takes some ten microseconds. */
const ROUND_KEYS = 100;
/** Another round follows at once where more than this percentage of a round had expired; each step of effort takes one off. */
const STALE_PERCENT_MAX = 10;
/** Weights of the latest round in the averages kept for INFO. */
const TTL_WEIGHT = 0.02;
const STALE_WEIGHT = 0.05;

/**
 * Each database with expiring keys is walked by a cursor, a round of keys after the other. A round is a fair sample, so
 * one with few expired keys ends the work on its database: then a slice costs next to nothing. When many have expired
 * at once, rounds follow each other until the slice's budget is spent, and the next slice goes on at the same place.
 */
export class ActiveExpiry {
  /** 1 to 10: how many expired keys are tolerated; active-expire-effort. */
  effort = 1;
  /** DEBUG SET-ACTIVE-EXPIRE. */
  enabled = true;
  /** About how many percent of the keys that should be gone are there still. */
  stalePercent = 0;
  /** Slices that ended with work left. */
  budgetsSpent = 0;
  readonly #keyspace: Keyspace;
  readonly #met = new ReferenceList();
  /** Where the next slice begins. */
  #database = 0;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  /** One slice. `keyspace.now` must be current. Returns whether many expired keys seem to be left. */
  run(budget: TimeBudget): boolean {
    const { databases, deletesExpired } = this.#keyspace;
    if (!this.enabled || !deletesExpired) return false;
    for (let calm = 0; calm < databases.length; ) {
      if (this.#database >= databases.length) this.#database = 0;
      const database = databases[this.#database];
      const stale = database.expiring.count > 0 && this.#round(database);
      if (!stale) {
        calm++;
        this.#database++;
      } else if (budget.spent) {
        this.budgetsSpent++;
        return true;
      }
    }
    return false;
  }

  /** Looks at some keys and deletes the expired ones; returns whether there were many. */
  #round(database: Database): boolean {
    const { arena, now } = this.#keyspace;
    const found = this.#met;
    found.clear();
    const wanted = ROUND_KEYS + ((this.effort - 1) * ROUND_KEYS) / 4;
    database.expiryCursor = scanBatch(database.expiring, database.expiryCursor, wanted, found);
    let remaining = 0;
    let expired = 0;
    const { items, count } = found;
    for (let i = 0; i < count; i++) {
      const left = expiryOf(arena, items[i]) - now;
      if (left < 0) items[expired++] = items[i];
      else remaining += left;
    }
    for (let i = 0; i < expired; i++) this.#expire(database, items[i]);
    if (count > expired) noteTtl(database, remaining / (count - expired));
    const percent = count === 0 ? 0 : (expired * 100) / count;
    this.stalePercent += (percent - this.stalePercent) * STALE_WEIGHT;
    return percent > STALE_PERCENT_MAX - (this.effort - 1);
  }

  #expire(database: Database, record: number): void {
    if (database.findRecord(record, database.keys.hashOf(record)))
      this.#keyspace.expireFound(database, record, true);
  }
}

function noteTtl(database: Database, average: number): void {
  database.averageTtl =
    database.averageTtl === 0 ? average : database.averageTtl + (average - database.averageTtl) * TTL_WEIGHT;
}
