/** Hot. Bytes on their way out of the program. */

/** Where bytes go when an output is full or done; see `Output.reserve`. */
export interface Overflow {
  /**
   * Called when `needed` more bytes do not fit behind `output.length`. Must leave `output.bytes` with that much room
   * behind `output.length`, either by replacing `output.bytes` with a larger copy, or by taking the complete bytes
   * [taken, length) away and moving `output.length` back.
   */
  overflow(output: Output, needed: number): void;
}

/** Doubles the buffer: the simplest overflow, for outputs that somebody else empties. */
export const growing: Overflow = {
  overflow(output: Output, needed: number): void {
    let capacity = output.bytes.length * 2;
    while (capacity < output.length + needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(output.bytes.subarray(0, output.length));
    output.bytes = grown;
  },
};

/**
 * A buffer that replies are written to, straight into `bytes` at `length`.
 *
 * Invariants:
 * 1. `length <= bytes.length`; bytes[0, length) are written and in order.
 * 2. A writer calls `reserve(n)` before it writes n bytes, and reads `bytes` and `length` again after it: both may change.
 */
export class Output {
  bytes: Uint8Array;
  length = 0;
  /** Bytes that overflows have taken away: `taken + length` only grows while one reply is written. */
  taken = 0;
  readonly #overflow: Overflow;

  constructor(capacity: number, overflow: Overflow = growing) {
    this.bytes = new Uint8Array(capacity);
    this.#overflow = overflow;
  }

  /** Makes room for `count` bytes behind `length`. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.#overflow.overflow(this, count);
  }
}
