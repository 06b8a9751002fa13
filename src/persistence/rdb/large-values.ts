/** Warm. The large values that a snapshot has begun with, written a piece at a time. */
import type { LazyFree } from '../../keyspace/lazy-free.ts';
import type { Structure } from '../../values/structure.ts';
import { MemoryOutput } from './memory-output.ts';
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

/**
 * The stream of keys that goes to the file. While one value is written in pieces, keys that come meanwhile wait aside.
 *
 * Invariant: `#byRoot` has the current value and those that wait.
 */
export class LargeValues {
  readonly #main: RdbWriter;
  readonly #lazyFree: LazyFree;
  readonly #aside: MemoryOutput;
  readonly #asideWriter: RdbWriter;
  readonly #byRoot = new Map<number, Large>();
  readonly #waiting: Large[] = [];
  #current: Large | null = null;
  /** The databases that the last keys belong to, of the file and of those aside; -1 when it is not known. */
  #selected = -1;
  #selectedAside = -1;

  constructor(main: RdbWriter, lazyFree: LazyFree) {
    this.#main = main;
    this.#lazyFree = lazyFree;
    this.#aside = new MemoryOutput(main.output);
    this.#asideWriter = new RdbWriter(this.#aside.output);
  }

  /** Whether there is nothing to `advance`. */
  get isEmpty(): boolean {
    return this.#byRoot.size === 0 && !this.#main.output.isHolding;
  }

  /** Where a key of a database goes. */
  writerFor(index: number): RdbWriter {
    if (this.#current !== null) {
      if (index !== this.#selectedAside) this.#asideWriter.select(index);
      this.#selectedAside = index;
      return this.#asideWriter;
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
    const { output } = this.#main;
    if (output.isHolding) return output.handOver();
    this.#current ??= this.#beginFirst();
    const current = this.#current;
    // Much may wait aside.
    if (current !== null && !current.pieces.step()) this.#inHaste(() => this.#finish(current));
  }

  /** Writes the rest of a value that is about to change and does not bear that. */
  changing(root: number): void {
    const large = this.#byRoot.get(root);
    if (large === undefined || large.pieces.bearChange()) return;
    this.#inHaste(() => {
      while (large.pieces.step());
      this.#finish(large);
    });
  }

  /** Does what a command waits for: what goes into the file meanwhile is only kept. */
  #inHaste(write: () => void): void {
    const { output } = this.#main;
    output.inHaste = true;
    try {
      write();
    } finally {
      output.inHaste = false;
    }
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
    this.#main.output.abandon();
    this.#byRoot.clear();
    this.#waiting.length = 0;
    this.#current = null;
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
    if (this.#selectedAside < 0) return;
    this.#aside.moveTo(this.#main.output);
    this.#selected = this.#selectedAside;
    this.#selectedAside = -1;
  }

  #free({ released, pieces }: Large): void {
    if (released !== undefined) this.#lazyFree.addValue(released.structure, released.encoding, pieces.root);
  }
}
