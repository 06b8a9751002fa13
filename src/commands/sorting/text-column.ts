/** Hot. Many byte strings, one behind the other; outside the data set, for as long as a command needs them. */
import { copyBytes } from '../../memory/arena.ts';

const FIRST_BYTES = 4096;
const FIRST_COUNT = 128;

export class TextColumn {
  bytes = new Uint8Array(FIRST_BYTES);
  count = 0;
  /** String i is bytes[ends[i - 1], ends[i]); a Float64Array because a column may be longer than 2 GiB. */
  #ends = new Float64Array(FIRST_COUNT);

  add(from: Uint8Array, start: number, end: number): void {
    const at = this.end(this.count - 1);
    const length = end - start;
    if (at + length > this.bytes.length) this.#growBytes(at + length);
    if (this.count === this.#ends.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    copyBytes(from, start, this.bytes, at, length);
    this.#ends[this.count++] = at + length;
  }

  start(index: number): number {
    return this.end(index - 1);
  }

  end(index: number): number {
    return index < 0 ? 0 : this.#ends[index];
  }

  /** Negative, 0 or positive, as one string comes before, equals, or comes behind another, byte by byte. */
  compare(left: number, right: number): number {
    const { bytes } = this;
    let a = this.start(left);
    let b = this.start(right);
    const aEnd = this.end(left);
    const bEnd = this.end(right);
    for (; a < aEnd && b < bEnd; a++, b++) {
      const difference = bytes[a] - bytes[b];
      if (difference !== 0) return difference;
    }
    return aEnd - a - (bEnd - b);
  }

  #growBytes(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
