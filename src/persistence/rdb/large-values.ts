/** Warm. The large values that a snapshot has begun with, written a piece at a time. */
import type { LazyFree } from '../../keyspace/lazy-free.ts';
import type { Structure } from '../../values/structure.ts';
import { MemoryOutput } from './memory-output.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';
import { RdbWriter } from './writer.ts';

/** A value of which something is still to be written. */
interface Large {
  readonly index: number;
  /** All of the key but its value. */
  readonly head: MemoryOutput;
  readonly pieces: ValuePieces;
  /** How to free it: its key is gone. */
  released: { readonly structure: Structure; readonly encoding: number } | undefined;
}

/** Keys that wait until the value that is being written is complete. */
class Aside {
  readonly memory: MemoryOutput;
  readonly writer: RdbWriter;
  /** The database that the last key belongs to; -1 while there is none. */
  selected = -1;

  constructor(target: RdbOutput) {
    this.memory = new MemoryOutput(target);
    this.writer = new RdbWriter(this.memory.output);
  }
}

/**
 * The stream of keys that goes to the file. While one value is written in pieces, keys that come meanwhile wait aside.
 *
 * Invariants:
 * 1. `#byRoot` has the current value and those that wait.
 * 2. Nothing is aside while there is neither a current value nor something that moves.
 */
export class LargeValues {
  readonly #main: RdbWriter;
  readonly #lazyFree: LazyFree;
  readonly #byRoot = new Map<number, Large>();
  readonly #waiting: Large[] = [];
  #current: Large | null = null;
  #aside: Aside;
  /** Keys that have waited and are moving to the file. */
  #moving: Aside | null = null;
  /** The database that the file's last key belongs to; -1 when there is none. */
  #selected = -1;

  constructor(main: RdbWriter, lazyFree: LazyFree) {
    this.#main = main;
    this.#lazyFree = lazyFree;
    this.#aside = new Aside(main.output);
  }

  /** Whether there is nothing to `advance`. */
  get isEmpty(): boolean {
    return this.#byRoot.size === 0 && this.#moving === null;
  }

  /** Where a key of a database goes. */
  writerFor(index: number): RdbWriter {
    if (this.#current !== null || this.#moving !== null) {
      const aside = this.#aside;
      if (index !== aside.selected) aside.writer.select(index);
      aside.selected = index;
      return aside.writer;
    }
    if (index !== this.#selected) this.#main.select(index);
    this.#selected = index;
    return this.#main;
  }

  /** Begins with a value, whose key `head` writes. */
  open(index: number, pieces: ValuePieces, head: (writer: RdbWriter) => void): void {
    const output = new MemoryOutput(this.#main.output);
    head(new RdbWriter(output.output));
    const large = { index, pieces, head: output, released: undefined };
    this.#byRoot.set(pieces.root, large);
    this.#waiting.push(large);
  }

  /** Writes a piece. */
  advance(): void {
    if (this.#moving !== null) return this.#move(this.#moving);
    this.#current ??= this.#beginFirst();
    if (this.#current !== null && !this.#current.pieces.step()) this.#finish(this.#current);
  }

  changing(root: number): void {
    this.#byRoot.get(root)?.pieces.prepareForChanges();
  }

  released(structure: Structure, encoding: number, root: number): boolean {
    const large = this.#byRoot.get(root);
    if (large === undefined) return false;
    large.released = { structure, encoding };
    return true;
  }

  abandon(): void {
    for (const large of this.#byRoot.values()) {
      large.pieces.abandon();
      this.#free(large);
    }
    this.#byRoot.clear();
    this.#waiting.length = 0;
    this.#current = null;
    this.#moving = null;
  }

  #beginFirst(): Large | null {
    const first = this.#waiting.shift();
    if (first === undefined) return null;
    const { output } = this.writerFor(first.index);
    first.head.moveTo(output);
    first.pieces.begin(output);
    return first;
  }

  #finish(large: Large): void {
    this.#byRoot.delete(large.pieces.root);
    this.#free(large);
    this.#current = null;
    this.#moveAside();
  }

  /** Begins to move what waits aside, if there is anything. */
  #moveAside(): void {
    if (this.#aside.selected < 0) return;
    this.#moving = this.#aside;
    this.#aside = new Aside(this.#main.output);
  }

  #move(moving: Aside): void {
    if (moving.memory.moveSome(this.#main.output)) return;
    this.#selected = moving.selected;
    this.#moving = null;
    this.#moveAside();
  }

  #free({ released, pieces }: Large): void {
    if (released !== undefined) this.#lazyFree.addValue(released.structure, released.encoding, pieces.root);
  }
}
