/** Hot. Frees in slices what is too much to be freed at once: big values, and the tables of databases that were flushed. */
import type { Structure } from '../values/structure.ts';
import type { KeyTable } from './key-table.ts';
import type { Keyspace } from './keyspace.ts';
import { releaseValue } from './release.ts';
import type { TimeBudget } from './time-budget.ts';

/** The tables of a database, taken out of it. `expiring` holds some of the entries of `keys`. */
export interface DetachedTables {
  readonly keys: KeyTable;
  readonly expiring: KeyTable;
}

/** A value whose record is gone; `root` is what is left of it. */
interface DetachedValue {
  readonly structure: Structure;
  readonly encoding: number;
  root: number;
}

/** Blocks of a value that are freed between two looks at the clock. */
const BLOCKS_A_STEP = 256;

const noVisit = (): void => {};

/**
 * Invariants:
 * 1. Nobody but this queue refers to what is in it.
 * 2. The expiring table goes first, without its entries: they belong to the table of keys.
 */
export class LazyFree {
  /** Keys that wait to be freed, and that were freed since the start. */
  pendingObjects = 0;
  freedObjects = 0;
  /** Whether FLUSHDB and FLUSHALL work in the background when they are not told; lazyfree-lazy-user-flush. */
  byDefault = false;
  /**
   * Whether others are told to free in the background (UNLINK in place of DEL) what expired, was evicted, or was emptied by a
   * command; lazyfree-lazy-expire, -eviction, -server-del. Here it is the size alone that decides.
   */
  unlinksExpired = false;
  unlinksEvicted = false;
  unlinksEmptied = false;
  /** Called when there is something to free: whoever runs slices listens. */
  onAdded: () => void = () => {};
  readonly #keyspace: Keyspace;
  readonly #queue: (DetachedTables | DetachedValue)[] = [];
  /** How far the first tables of the queue are taken apart. */
  #slot = 0;
  readonly #freeRecord = (record: number): void => {
    releaseValue(this.#keyspace, record, this);
    this.#keyspace.arena.free(record);
    this.pendingObjects--;
    this.freedObjects++;
  };

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  get isPending(): boolean {
    return this.#queue.length > 0;
  }

  /** Takes over tables, to free them later. */
  add(tables: DetachedTables): void {
    this.pendingObjects += tables.keys.count;
    this.#queue.push(tables);
    this.onAdded();
  }

  /** Takes over a value, to free it later. */
  addValue(structure: Structure, encoding: number, root: number): void {
    this.pendingObjects++;
    this.#queue.push({ structure, encoding, root });
    this.onAdded();
  }

  /** Frees until the budget is spent or nothing is left; returns whether something is left. */
  run(budget: TimeBudget): boolean {
    while (this.#queue.length > 0) {
      this.#step();
      if (budget.spent) break;
    }
    return this.#queue.length > 0;
  }

  /** Frees one piece: a segment of a table, some hundred keys, or a part of a value. Returns whether something is left. */
  runOnce(): boolean {
    if (this.#queue.length > 0) this.#step();
    return this.#queue.length > 0;
  }

  #step(): void {
    const first = this.#queue[0];
    if ('structure' in first) {
      this.#freeSome(first);
      return;
    }
    const { keys, expiring } = first;
    if (expiring.count > 0) {
      this.#slot = expiring.takeApart(this.#slot, noVisit);
      return;
    }
    this.#slot = keys.takeApart(this.#slot, this.#freeRecord);
    if (this.#slot === 0) this.#queue.shift();
  }

  #freeSome(value: DetachedValue): void {
    value.root = value.structure.freeSome(value.encoding, value.root, BLOCKS_A_STEP);
    if (value.root !== 0) return;
    this.#queue.shift();
    this.pendingObjects--;
    this.freedObjects++;
  }
}
