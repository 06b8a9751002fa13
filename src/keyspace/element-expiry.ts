/** Hot. Removes elements (fields of hashes) whose time has come though nobody asks for them, in slices of the event loop. */
import { ReferenceList } from '../memory/reference-list.ts';
import type { Database } from './database.ts';
import { DEL, HEXPIRED } from './events.ts';
import type { Keyspace } from './keyspace.ts';
import { bytesOf, encodingOf, keyLengthOf, keyStartOf } from './record.ts';
import { scanBatch } from './scan.ts';
import type { TimeBudget } from './time-budget.ts';
import { rootOf, setRoot } from './value.ts';

/** Values looked at in a round. Most are passed over after one look at their earliest expiry. */
const ROUND_VALUES = 100;
/** Another round follows at once where more than this percentage of a round had expired elements. */
const STALE_PERCENT_MAX = 10;

/**
 * As keyspace/expiry.ts does for keys: each database's values with expiring elements are walked by a cursor, a round after
 * the other, as long as rounds find much to do and there is time.
 */
export class ActiveElementExpiry {
  readonly #keyspace: Keyspace;
  readonly #met = new ReferenceList();
  /** Names of the elements that a value has lost, for who passes that on. */
  readonly #names: Uint8Array[] = [];
  readonly #addName = (bytes: Uint8Array, start: number, end: number): void => {
    this.#names.push(bytes.slice(start, end));
  };
  /** Where the next slice begins. */
  #database = 0;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  /** One slice. `keyspace.now` must be current. Returns whether many expired elements seem to be left. */
  run(budget: TimeBudget): boolean {
    const { databases, deletesExpired } = this.#keyspace;
    if (!deletesExpired) return false;
    for (let calm = 0; calm < databases.length; ) {
      if (this.#database >= databases.length) this.#database = 0;
      const database = databases[this.#database];
      const stale = database.withExpiringElements.count > 0 && this.#round(database, budget);
      if (!stale) {
        calm++;
        this.#database++;
      } else if (budget.spent) {
        return true;
      }
    }
    return false;
  }

  /** Looks at some values; returns whether there was much to remove. */
  #round(database: Database, budget: TimeBudget): boolean {
    const met = this.#met;
    met.clear();
    database.elementExpiryCursor = scanBatch(
      database.withExpiringElements,
      database.elementExpiryCursor,
      ROUND_VALUES,
      met,
    );
    let stale = 0;
    for (let i = 0; i < met.count; i++) {
      if (!this.#reclaim(database, met.items[i], budget)) continue;
      stale++;
      // A value that took all of the time is looked at again, with those behind it.
      if (budget.spent) return true;
    }
    return stale * 100 > met.count * STALE_PERCENT_MAX;
  }

  /** Removes what has expired from a value, as far as there is time; returns whether there was any. */
  #reclaim(database: Database, record: number, budget: TimeBudget): boolean {
    const { arena, structures, now } = this.#keyspace;
    const { hashes } = structures;
    if (this.#keyspace.preserver !== null) preserve(database, record);
    const visitor = this.#keyspace.removals === null ? null : this.#addName;
    let removed = 0;
    do {
      removed += hashes.removeExpired(encodingOf(arena, record), rootOf(arena, record), now, visitor);
      setRoot(arena, record, encodingOf(arena, record), hashes.rootAfter);
    } while (hashes.mayHaveMore && !budget.spent);
    if (removed === 0) return false;
    this.#keyspace.expiredElements += removed;
    this.#settle(database, record);
    return true;
  }

  /** Tells of the removal; a value without elements goes, one without expiring elements is no longer looked at. */
  #settle(database: Database, record: number): void {
    const { arena, structures } = this.#keyspace;
    const encoding = encodingOf(arena, record);
    const root = rootOf(arena, record);
    const start = keyStartOf(arena, record);
    const end = start + keyLengthOf(arena, record);
    const key = bytesOf(arena, record).slice(start, end);
    // Nobody has changed anything, so it is announced, not counted.
    this.#keyspace.announce(database, HEXPIRED, key, 0, key.length);
    const { removals } = this.#keyspace;
    if (removals !== null) removals.elementsExpired(database, key, this.#names.splice(0));
    find(database, record);
    if (structures.hashes.count(encoding, root) === 0) {
      database.removeFound(record);
      this.#keyspace.announce(database, DEL, key, 0, key.length);
    } else if (!structures.hashes.expires(encoding, root)) {
      database.forgetExpiringElements(record);
    }
  }
}

function preserve(database: Database, record: number): void {
  find(database, record);
  database.preserve(record);
}

function find(database: Database, record: number): void {
  if (!database.findRecord(record, database.keys.hashOf(record)))
    throw new Error('ActiveElementExpiry: a record is not in its table');
}
