/** Warm. Zipmaps, the compact hashes of Redis before version 2.6, are only read. */

/**
 *     | fields (1), 254 and more for "count them" | fields | 0xff |
 *
 * A field is a length, its name, the length of the value, how many bytes behind the value are unused (1), the value, and
 * the unused bytes. A length is a byte below 254; or 254 and 4 bytes, little endian.
 *
 * Source: the format's published description (S. Saravanan, "Redis RDB Dump File Format").
 */
const COUNT_UNKNOWN = 254;
const LONG_LENGTH = 254;
const END = 0xff;

/** A flyweight that is led through a zipmap: names and values by turns. */
export class ZipmapReader {
  /** The name or value: bytes[start, end). */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Why the reading ended: true when it came to the proper end. */
  isSound = false;

  #from = 0;
  #limit = 0;
  #at = 0;
  #texts = 0;

  /** source[start, end) are read; nothing is known of them. */
  open(source: Uint8Array, start: number, end: number): void {
    this.bytes = source;
    this.#from = start;
    this.#limit = end;
    this.#at = start + 1;
    this.#texts = 0;
    this.isSound = false;
  }

  /** Goes to the next name or value. False at the end, or where something is wrong: then `isSound` is false. */
  next(): boolean {
    const { bytes } = this;
    const isValue = (this.#texts & 1) === 1;
    if (this.#at >= this.#limit) return false;
    if (bytes[this.#at] === END) {
      this.isSound = !isValue && this.#isEnd();
      return false;
    }
    const isLong = bytes[this.#at] === LONG_LENGTH;
    const lengthBytes = isLong ? 5 : 1;
    const start = this.#at + lengthBytes + (isValue ? 1 : 0);
    if (start >= this.#limit) return false;
    const length = isLong ? littleWord(bytes, this.#at + 1) : bytes[this.#at];
    const unused = isValue ? bytes[start - 1] : 0;
    this.start = start;
    this.end = start + length;
    this.#at = this.end + unused;
    this.#texts++;
    return this.#at < this.#limit;
  }

  #isEnd(): boolean {
    const said = this.bytes[this.#from];
    return this.#at === this.#limit - 1 && (said >= COUNT_UNKNOWN || said === this.#texts >> 1);
  }
}

function littleWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
