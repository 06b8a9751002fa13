/** Hot. Walks over all keys of a keyspace, at once or in slices between commands, and writes them as they are at its start. */

import type { KeyTable } from '../keyspace/key-table.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import type { DetachedTables } from '../keyspace/lazy-free.ts';
import type { Preserver } from '../keyspace/preserver.ts';
import { FIXED, flagsOf, PRESERVED, setFlag } from '../keyspace/record.ts';
import { createStructures } from '../keyspace/structures.ts';
import type { TimeBudget } from '../keyspace/time-budget.ts';
import { rootOf } from '../keyspace/value.ts';
import { PLACES, placeOf } from '../memory/bucket.ts';
import { warmScan } from '../memory/warm.ts';
import type { Structure } from '../values/structure.ts';
import type { ValueStore } from './rdb/value-codec.ts';
import type { SnapshotFormat } from './snapshot-format.ts';

/** Writes all keys now. Throws what the format's sink throws. */
export function writeAll(keyspace: Keyspace, format: SnapshotFormat): void {
  format.begin();
  for (const { keys, expiring, index } of keyspace.databases) {
    if (keys.count === 0) continue;
    format.database(index, keys.count, expiring.count);
    const write = (record: number): void => format.record(index, record);
    let slot = 0;
    do {
      keys.warm(slot);
      slot = keys.walk(slot, write);
    } while (slot !== 0);
  }
  format.end();
}

/** A store for whoever reads values while commands are at work on others. */
export function separateStore(keyspace: Keyspace): ValueStore {
  return { arena: keyspace.arena, hashKey: keyspace.hashKey, structures: createStructures(keyspace) };
}

/** A table as it was when the snapshot began. */
interface Source {
  readonly index: number;
  readonly keys: KeyTable;
  readonly keyCount: number;
  readonly expiryCount: number;
}

/** Buckets that are written between two looks at the clock. */
const BUCKETS_A_STEP = 2;
/** So many steps' buckets are read ahead. */
const STEPS_AHEAD = 4;

/**
 * The data set at the moment when this was made, written in slices. The walk follows the tables' scan order; a record
 * that it has not reached is written early, just before it changes, and then carries the flag PRESERVED, as do records
 * that come into parts that the walk has still to see. So each record of that moment is written exactly once, as it was,
 * and the extra memory is what the sink has not yet got rid of: at most the file's bytes of records that changed meanwhile.
 *
 * Invariants, while `keyspace.preserver` is this:
 * 1. A record of the start is unwritten if and only if it is `unseen`.
 * 2. PRESERVED is set only in records that the walk has still to meet, which clears it.
 */
export class SlicedSnapshot implements Preserver {
  readonly #keyspace: Keyspace;
  readonly #format: SnapshotFormat;
  readonly #sources: Source[];
  /** Of the databases by table; those of tables that are walked. */
  readonly #indexes = new Map<KeyTable, number>();
  #detached: DetachedTables[] = [];
  #source = 0;
  #steps = 0;
  readonly keysTotal: number;
  keysWritten = 0;
  #isAnnounced = false;
  /** Whether the walk over the current table has come to its end. */
  #isWalked = false;
  #isCancelled = false;
  readonly #visit = (record: number): void => this.#meet(record);
  /** The first place that counts in the bucket that is being walked: what lies before has been met. */
  #boundary = 0;
  #checksPlaces = false;

  /** Begins. REQUIRES: the keyspace has no other preserver. Throws what the format's sink throws; then nothing has begun. */
  constructor(keyspace: Keyspace, format: SnapshotFormat) {
    if (keyspace.preserver !== null) throw new Error('SlicedSnapshot: another snapshot is being taken');
    this.#keyspace = keyspace;
    this.#format = format;
    format.begin();
    this.#sources = keyspace.databases
      .filter(({ keys }) => keys.count > 0)
      .map(({ index, keys, expiring }) => ({
        index,
        keys,
        keyCount: keys.count,
        expiryCount: expiring.count,
      }));
    this.keysTotal = this.#sources.reduce((sum, { keyCount }) => sum + keyCount, 0);
    for (const { keys, index } of this.#sources) {
      keys.unseenFrom = 0;
      this.#indexes.set(keys, index);
    }
    keyspace.preserver = this;
  }

  /** Writes until the budget is spent; returns whether something is left. Throws what the sink throws: then cancel. */
  run(budget: TimeBudget): boolean {
    while (this.#source < this.#sources.length) {
      if (this.#format.isUnfinished) this.#format.advance();
      else if (this.#isWalked) this.#leave();
      else this.#step(this.#sources[this.#source]);
      if (budget.spent) return true;
    }
    this.#finish();
    return false;
  }

  /** Writes no more. Returns whether the walk has to go on all the same, because of the marks in the records. */
  cancel(): boolean {
    this.#isCancelled = true;
    this.#format.abandon();
    return this.#keyspace.preserver === this;
  }

  changing(table: KeyTable, record: number, hash: number): void {
    if (this.#isCancelled) return;
    const { arena } = this.#keyspace;
    if (this.#format.isUnfinished && (flagsOf(arena, record) & FIXED) !== 0)
      this.#format.changing(rootOf(arena, record));
    if (!isUnseen(table, hash)) return;
    if ((flagsOf(arena, record) & PRESERVED) !== 0) return;
    const index = this.#indexes.get(table);
    if (index === undefined) throw new Error('SlicedSnapshot: a record of a table that is not walked');
    this.keysWritten++;
    this.#format.recordEarly(index, record);
    setFlag(arena, record, PRESERVED, true);
  }

  added(table: KeyTable, record: number, hash: number): void {
    if (isUnseen(table, hash)) setFlag(this.#keyspace.arena, record, PRESERVED, true);
  }

  detached(tables: DetachedTables): boolean {
    if (tables.keys.unseenFrom === PLACES && !this.#format.isUnfinished) return false;
    this.#detached.push(tables);
    return true;
  }

  released(structure: Structure, encoding: number, root: number): boolean {
    return this.#format.released(structure, encoding, root);
  }

  #step(source: Source): void {
    const { keys, index } = source;
    if (!this.#isAnnounced && !this.#isCancelled)
      this.#format.database(index, source.keyCount, source.expiryCount);
    this.#isAnnounced = true;
    if (this.#steps++ % STEPS_AHEAD === 0) warmScan(keys, keys.unseenFrom, STEPS_AHEAD * BUCKETS_A_STEP);
    for (let i = 0; i < BUCKETS_A_STEP; i++) {
      const from = keys.unseenFrom;
      this.#boundary = from;
      // After shrinking, a bucket may cover places that the walk has passed.
      this.#checksPlaces = keys.bucketStart(from) !== from;
      const next = keys.scan(from, this.#visit);
      keys.unseenFrom = next === 0 ? PLACES : next;
      if (next !== 0) continue;
      this.#isWalked = true;
      return;
    }
  }

  #meet(record: number): void {
    const { arena } = this.#keyspace;
    if ((flagsOf(arena, record) & PRESERVED) !== 0) {
      setFlag(arena, record, PRESERVED, false);
      return;
    }
    if (this.#isCancelled) return;
    const { keys, index } = this.#sources[this.#source];
    if (this.#checksPlaces && placeOf(keys.hashOf(record)) < this.#boundary) return;
    this.keysWritten++;
    this.#format.recordInPieces(index, record);
  }

  /** Goes on to the next table. Nobody needs what was detached of those before. */
  #leave(): void {
    this.#source++;
    this.#isAnnounced = false;
    this.#isWalked = false;
    const unseen = this.#detached.filter(({ keys }) => keys.unseenFrom !== PLACES);
    for (const tables of this.#detached) if (!unseen.includes(tables)) this.#keyspace.lazyFree.add(tables);
    this.#detached = unseen;
  }

  #finish(): void {
    this.#keyspace.preserver = null;
    if (!this.#isCancelled) this.#format.end();
  }
}

function isUnseen(table: KeyTable, hash: number): boolean {
  return table.unseenFrom !== PLACES && placeOf(hash) >= table.unseenFrom;
}
