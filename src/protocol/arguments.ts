/** Hot. The words of one request, as offsets into the buffer that they were received in. */

const KEPT_CAPACITY = 4096;
/** How many characters `String.fromCharCode` may take at once. */
const CHUNK = 4096;

/**
 * A flyweight: one instance is filled by the parser for request after request.
 *
 * Invariants:
 * 1. Word i is bytes[offsets[2i], offsets[2i + 1]), for i < count. Word 0 is the command's name.
 * 2. The bytes are valid until the command returns; whoever keeps them copies them.
 */
export class Arguments {
  count = 0;
  bytes: Uint8Array = new Uint8Array(0);
  offsets = new Int32Array(KEPT_CAPACITY);

  start(index: number): number {
    return this.offsets[index << 1];
  }

  end(index: number): number {
    return this.offsets[(index << 1) + 1];
  }

  length(index: number): number {
    return this.offsets[(index << 1) + 1] - this.offsets[index << 1];
  }

  /**
   * The word, or its first `bytesMax` bytes, as a string of one character a byte; for names, patterns and numbers on cold
   * paths.
   */
  text(index: number, bytesMax = Number.POSITIVE_INFINITY): string {
    const start = this.start(index);
    const end = Math.min(this.end(index), start + bytesMax);
    let text = '';
    for (let at = start; at < end; at += CHUNK)
      text += String.fromCharCode(...this.bytes.subarray(at, Math.min(at + CHUNK, end)));
    return text;
  }

  /** The word as errors quote it: up to a zero byte, where C strings end, and no more than `bytesMax` bytes. */
  quoted(index: number, bytesMax: number): string {
    const start = this.start(index);
    const end = Math.min(this.end(index), start + bytesMax);
    let text = '';
    for (let at = start; at < end && this.bytes[at] !== 0; at++) text += String.fromCharCode(this.bytes[at]);
    return text;
  }

  /** A copy of the word that may be kept. */
  copy(index: number): Uint8Array {
    return this.bytes.slice(this.start(index), this.end(index));
  }

  /** Copies of all words, for what outlives the request (slow log, MONITOR, propagation). */
  copyAll(): Uint8Array[] {
    return Array.from({ length: this.count }, (_, index) => this.copy(index));
  }

  /** Whether the word is `lower` (in lower case ASCII letters, digits, signs), in any letter case. */
  is(index: number, lower: string): boolean {
    const start = this.start(index);
    if (this.end(index) - start !== lower.length) return false;
    for (let i = 0; i < lower.length; i++) {
      const byte = this.bytes[start + i];
      const folded = byte >= 65 && byte <= 90 ? byte | 32 : byte;
      if (folded !== lower.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Whether two words are the same bytes. */
  equal(index: number, other: number): boolean {
    const length = this.length(index);
    if (this.length(other) !== length) return false;
    const start = this.start(index);
    const otherStart = this.start(other);
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== this.bytes[otherStart + i]) return false;
    return true;
  }

  /** Makes room for the offsets of `count` words; those set so far stay. */
  reserve(count: number): void {
    if (count * 2 <= this.offsets.length) return;
    const offsets = new Int32Array(Math.max(count * 2, this.offsets.length * 2));
    offsets.set(this.offsets);
    this.offsets = offsets;
  }

  /** Forgets what an unusually long request needed. */
  trim(): void {
    if (this.offsets.length > KEPT_CAPACITY * 16) this.offsets = new Int32Array(KEPT_CAPACITY);
  }

  /** Takes words that were put together elsewhere (scripts, queued transactions, the append-only file). Copies them. */
  assign(words: readonly Uint8Array[]): void {
    const total = words.reduce((sum, word) => sum + word.length, 0);
    this.bytes = new Uint8Array(total);
    this.reserve(words.length);
    this.count = words.length;
    let at = 0;
    for (const [index, word] of words.entries()) {
      this.bytes.set(word, at);
      this.offsets[index << 1] = at;
      at += word.length;
      this.offsets[(index << 1) + 1] = at;
    }
  }
}
