/** Hot. A large hash, set or sorted set in pieces: the entries of its table, as they were when this was made. */
import { SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { placeOf } from '../../memory/bucket.ts';
import type { Table } from '../../memory/table.ts';
import type { EntryWatcher } from '../../memory/watchers.ts';
import { MemoryOutput } from './memory-output.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** What is to be known of the value's type. */
export interface TableForm {
  /** A table for the pieces alone; its state stands in the root's first words. */
  readonly table: Table;
  /** Writes what comes before the entries, of which there are so many. */
  head(output: RdbOutput, count: number): void;
  entry(output: RdbOutput, entry: number): void;
}

/** Values of fewer entries are written at once. */
export const LARGE_TABLE_ENTRIES = 2048;

/** Buckets of about ten entries each in a piece. */
const BUCKETS_A_PIECE = 4;

/**
 * The walk follows the table's scan order, as a snapshot's follows that of keys (persistence/snapshot.ts). An entry that it
 * has not reached is written just before it changes; until the pieces have an output, into memory.
 *
 * Invariant: an entry of the beginning is unwritten if and only if its place is not below `#cursor` and it is not in
 * `#handled`, which holds entries that the walk has still to meet: those that were written early, or came later.
 */
export class TablePieces implements ValuePieces, EntryWatcher {
  readonly root: number;
  readonly #form: TableForm;
  readonly #count: number;
  readonly #handled = new Set<number>();
  readonly #early: MemoryOutput;
  #output: RdbOutput;
  #cursor = 0;
  #checksPlaces = false;
  #written = 0;
  readonly #visit = (entry: number): void => this.#meet(entry);

  /** For an output like `target`. */
  constructor(form: TableForm, root: number, target: RdbOutput) {
    this.#form = form;
    this.root = root;
    this.#early = new MemoryOutput(target);
    this.#output = this.#early.output;
    this.#attach();
    this.#count = form.table.count;
    form.table.arena.tableWatchers.add(root, this);
  }

  begin(output: RdbOutput): void {
    this.#form.head(output, this.#count);
    this.#early.moveTo(output);
    this.#output = output;
  }

  step(): boolean {
    const { table } = this.#form;
    this.#attach();
    for (let i = 0; i < BUCKETS_A_PIECE; i++) {
      this.#checksPlaces = table.bucketStart(this.#cursor) !== this.#cursor;
      const next = table.scan(this.#cursor, this.#visit);
      if (next === 0) {
        this.#end();
        return false;
      }
      this.#cursor = next;
    }
    return true;
  }

  prepareForChanges(): void {}

  abandon(): void {
    this.#form.table.arena.tableWatchers.remove(this.root);
  }

  changing(entry: number, hash: number): void {
    if (placeOf(hash) < this.#cursor || this.#handled.has(entry)) return;
    this.#write(entry);
    this.#handled.add(entry);
  }

  added(entry: number, hash: number): void {
    if (placeOf(hash) >= this.#cursor) this.#handled.add(entry);
  }

  /** Commands may have changed the table since. */
  #attach(): void {
    const { table } = this.#form;
    table.attach(table.arena.words[this.root >>> SEGMENT_SHIFT], (this.root & SEGMENT_MASK) << 1);
  }

  #meet(entry: number): void {
    if (this.#handled.delete(entry)) return;
    const { table } = this.#form;
    if (this.#checksPlaces && placeOf(table.hashOf(entry)) < this.#cursor) return;
    this.#write(entry);
  }

  #write(entry: number): void {
    this.#written++;
    this.#form.entry(this.#output, entry);
  }

  #end(): void {
    this.abandon();
    if (this.#written !== this.#count)
      throw new Error(`TablePieces: ${this.#written} entries were written of ${this.#count}`);
  }
}
