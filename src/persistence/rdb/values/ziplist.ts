/** Warm. Ziplists, the compact sequences of Redis before version 7, are only read. */
import { writeInt64, writeInteger } from '../../../memory/integers.ts';

/**
 *     | bytes in all (4) | offset of the last entry (4) | entries (2), 65535 for more | entries | 0xff |    little endian
 *
 * An entry is the length of the one before it (a byte below 254; or 254 and 4 bytes), an encoding, and its bytes:
 *
 *     00llllll                      text of 6 bits of length
 *     01llllll llllllll             14 bits, most significant first
 *     10______ and 4 bytes          32 bits, most significant first
 *     1100____ 1101____ 1110____    integer of 2, 4, 8 bytes, little endian
 *     11110000 11111110             integer of 3 bytes; of 1 byte
 *     1111iiii                      i - 1, for i from 1 to 13
 *
 * Source: the format's published description (S. Saravanan, "Redis RDB Dump File Format").
 */
const HEADER_BYTES = 10;
const COUNT_UNKNOWN = 65535;
const END = 0xff;
const LONG_LENGTH = 254;
const INTEGER_TEXT_BYTES_MAX = 20;

/** A flyweight that is led through a ziplist, entry by entry. */
export class ZiplistReader {
  /** The entry's text: bytes[start, end). An integer's digits stand in a scratch. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Why the reading ended: true when it came to the proper end, all that the header says being true. */
  isSound = false;

  readonly #digits = new Uint8Array(INTEGER_TEXT_BYTES_MAX);
  #source: Uint8Array = new Uint8Array(0);
  #from = 0;
  #limit = 0;
  #at = 0;
  #previousBytes = 0;
  #count = 0;

  /** source[start, end) are read; nothing is known of them. */
  open(source: Uint8Array, start: number, end: number): void {
    this.#source = source;
    this.#from = start;
    this.#limit = end;
    this.#at = start + HEADER_BYTES;
    this.#previousBytes = 0;
    this.#count = 0;
    this.isSound = false;
  }

  /** Goes to the next entry. False at the end, or where something is wrong: then `isSound` is false. */
  next(): boolean {
    if (this.#count === 0 && !this.#hasSize()) return false;
    const source = this.#source;
    const begin = this.#at;
    if (begin >= this.#limit) return false;
    if (source[begin] === END) {
      this.isSound = this.#isEnd(begin);
      return false;
    }
    const isLong = source[begin] === LONG_LENGTH;
    if (begin + (isLong ? 5 : 1) >= this.#limit) return false;
    const previous = isLong ? littleWord(source, begin + 1) : source[begin];
    if (previous !== this.#previousBytes) return false;
    const entryEnd = this.#readText(begin + (isLong ? 5 : 1));
    // The last byte is the end's.
    if (entryEnd < 0 || entryEnd >= this.#limit) return false;
    this.#previousBytes = entryEnd - begin;
    this.#at = entryEnd;
    this.#count++;
    return true;
  }

  #hasSize(): boolean {
    const size = this.#limit - this.#from;
    return size > HEADER_BYTES && littleWord(this.#source, this.#from) === size;
  }

  /** Whether the list may end at `at`, as far as its header is concerned. */
  #isEnd(at: number): boolean {
    const source = this.#source;
    const from = this.#from;
    const said = source[from + 8] | (source[from + 9] << 8);
    const last = at - this.#previousBytes - from;
    return (
      at === this.#limit - 1 &&
      littleWord(source, from + 4) === last &&
      (said === COUNT_UNKNOWN || said === this.#count)
    );
  }

  /** Reads encoding and text; returns where the entry ends, -1 if its encoding is none. Never reads behind the limit. */
  #readText(at: number): number {
    const source = this.#source;
    const first = source[at];
    switch (first >> 6) {
      case 0:
        return this.#setText(at + 1, first);
      case 1:
        return at + 2 > this.#limit ? -1 : this.#setText(at + 2, ((first & 0x3f) << 8) | source[at + 1]);
      case 2:
        return at + 5 > this.#limit ? -1 : this.#setText(at + 5, bigWord(source, at + 1));
      default:
        return this.#readInteger(first, at + 1);
    }
  }

  #setText(start: number, length: number): number {
    if (start + length > this.#limit) return -1;
    this.bytes = this.#source;
    this.start = start;
    this.end = start + length;
    return this.end;
  }

  #readInteger(encoding: number, at: number): number {
    const source = this.#source;
    if (encoding > 0xf0 && encoding < 0xfe) return this.#setInteger((encoding & 15) - 1, at);
    const size = integerBytes(encoding);
    if (size === 0 || at + size > this.#limit) return -1;
    if (size === 8) {
      this.#setDigits(
        writeInt64(littleWord(source, at + 4) | 0, littleWord(source, at) | 0, this.#digits, 0),
      );
      return at + 8;
    }
    let value = 0;
    for (let i = 0; i < size; i++) value |= source[at + i] << (8 * i);
    const unused = 32 - 8 * size;
    return this.#setInteger((value << unused) >> unused, at + size);
  }

  #setInteger(value: number, end: number): number {
    this.#setDigits(writeInteger(value, this.#digits, 0));
    return end;
  }

  #setDigits(end: number): void {
    this.bytes = this.#digits;
    this.start = 0;
    this.end = end;
  }
}

/** Bytes of an integer with this encoding, 0 if there is no such. */
function integerBytes(encoding: number): number {
  if (encoding === 0xfe) return 1;
  if (encoding === 0xf0) return 3;
  if (encoding === 0xc0) return 2;
  if (encoding === 0xd0) return 4;
  return encoding === 0xe0 ? 8 : 0;
}

function littleWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function bigWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
