/** Hot. What a connection received but its owner has not consumed yet: the partial request. */
import { copyBytes } from './bytes.ts';

/** Capacities start here and double. */
const CAPACITY_MIN_BYTES = 64;
/** A buffer up to this is not worth shrinking. */
const SHRINK_ABOVE_BYTES = 4096;
/** A buffer this many times larger than what it holds is replaced by a smaller one. */
const SHRINK_RATIO = 4;

const NOTHING = new Uint8Array(0);

/**
 * Invariants:
 * 1. 0 <= start <= end <= bytes.length; bytes[start, end) are unconsumed and in order.
 * 2. Capacity follows what really arrived, never what a request announces: a peer pays for memory with bytes.
 * 3. Appending n bytes to m kept ones moves O(n) bytes on average, whatever is consumed between.
 */
export class KeptInput {
  bytes = NOTHING;
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** Adds a copy of source[start, end). */
  append(source: Uint8Array, start: number, end: number): void {
    this.makeRoom(end - start);
    copyBytes(this.bytes, this.end, source, start, end);
    this.end += end - start;
  }

  /** Makes room for `count` bytes behind `end`: by moving what is kept to the front if much was consumed, else by growing. */
  makeRoom(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const length = this.end - this.start;
    if (this.start >= length && length + count <= this.bytes.length) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      this.#moveTo(Math.max(length + count, length * 2));
    }
    this.start = 0;
    this.end = length;
  }

  /** Forgets the first `count` bytes, and gives memory back when little is left of much. */
  consume(count: number): void {
    this.start += count;
    if (this.start === this.end) {
      this.clear();
      return;
    }
    const length = this.end - this.start;
    if (this.bytes.length > SHRINK_ABOVE_BYTES && this.bytes.length > length * SHRINK_RATIO) {
      this.#moveTo(length);
      this.start = 0;
      this.end = length;
    }
  }

  clear(): void {
    this.bytes = NOTHING;
    this.start = 0;
    this.end = 0;
  }

  #moveTo(capacity: number): void {
    const grown = new Uint8Array(roundUp(capacity));
    copyBytes(grown, 0, this.bytes, this.start, this.end);
    this.bytes = grown;
  }
}

function roundUp(capacity: number): number {
  let rounded = CAPACITY_MIN_BYTES;
  while (rounded < capacity) rounded *= 2;
  return rounded;
}
