/**
 * The bytes that a connection has received and its decoder has not yet used.
 *
 *     bytes    0 ........ start ........ end ........ capacity
 *              used        unread         free
 *
 * Invariants: 0 <= start <= scanned <= end <= bytes.length; no CR LF lies wholly in [start, scanned).
 * Growth doubles, so that appending n bytes costs O(n) in all; a line that arrives in pieces is scanned once.
 */
export class ReplyInput {
  #bytes = new Uint8Array(initialCapacity);
  #start = 0;
  #scanned = 0;
  #end = 0;

  /** Bytes received and not yet used. */
  get length(): number {
    return this.#end - this.#start;
  }

  append(chunk: Uint8Array): void {
    this.#reserve(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Length of the line at the start without its CR LF, or -1 when its end has not come. */
  lineLength(): number {
    const received = this.#bytes.subarray(0, this.#end);
    for (;;) {
      const at = received.indexOf(carriageReturn, this.#scanned);
      this.#scanned = at < 0 ? this.#end : at;
      if (at < 0 || at + 1 === this.#end) return -1;
      if (received[at + 1] === lineFeed) return at - this.#start;
      this.#scanned = at + 1;
    }
  }

  /** The byte at an offset from the start. REQUIRES: offset < length. */
  byteAt(offset: number): number {
    return this.#bytes[this.#start + offset]!;
  }

  /** A copy of the bytes between two offsets from the start. REQUIRES: to <= length. */
  copy(from: number, to: number): Uint8Array {
    return this.#bytes.slice(this.#start + from, this.#start + to);
  }

  /** Bytes between two offsets as text, one character a byte. For short, checked pieces only. */
  latin1(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.byteAt(i));
    return text;
  }

  /** Forgets bytes at the start. REQUIRES: count <= length. */
  skip(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.#rewind();
    this.#scanned = this.#start;
  }

  #rewind(): void {
    this.#start = 0;
    this.#end = 0;
    // One huge reply must not keep its memory for the rest of a connection's life.
    if (this.#bytes.length > keptCapacity) this.#bytes = new Uint8Array(initialCapacity);
  }

  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const unread = this.length;
    const target =
      unread + count <= this.#bytes.length / 2
        ? this.#bytes
        : new Uint8Array(Math.max(this.#bytes.length * 2, unread + count));
    target.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = target;
    this.#scanned -= this.#start;
    this.#start = 0;
    this.#end = unread;
  }
}

const initialCapacity = 16 * 1024;
const keptCapacity = 1024 * 1024;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
