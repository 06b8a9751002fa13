/** Hot. How a listpack holds one entry: its encoding, and the length behind it that is read backwards. */
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInt64, writeInteger } from './integers.ts';

/**
 *     0iiiiiii                      an integer from 0 to 127
 *     10llllll bytes                a string of up to 63 bytes
 *     110iiiii iiiiiiii             an integer of 13 bits, most significant first, two's complement
 *     1110llll llllllll bytes       a string of up to 4095 bytes
 *     11110000 4 bytes of length    a longer string
 *     11110001, 2, 3, 4             an integer of 16, 24, 32 or 64 bits
 *     11111111                      the end of the listpack
 *
 * All but the two marked cases least significant byte first. Behind each entry stands its length in 1 to 5 groups of 7 bits,
 * the last byte the least significant, with the upper bit set in all but the first, so that it is read from its end. Text
 * that is an integer in its only form is always kept as an integer.
 */
export const END = 0xff;

const STRING_6 = 0x80;
const INTEGER_13 = 0xc0;
const STRING_12 = 0xe0;
const STRING_32 = 0xf0;
const INTEGER_16 = 0xf1;
const INTEGER_24 = 0xf2;
const INTEGER_32 = 0xf3;
const INTEGER_64 = 0xf4;
const INTEGER_TEXT_MAX = 20;

/** What `measure` has found: the encoding's first byte (for strings, without a length), and an integer's value. */
let kind = 0;
let high = 0;
let low = 0;

/** Chooses the encoding of bytes[start, end) for `writeEntry`; returns the bytes it takes, the length behind it included. */
export function measure(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= INTEGER_TEXT_MAX && readInteger(bytes, start, end)) {
    const size = integerBytes();
    return size + 1;
  }
  let size: number;
  if (length < 64) {
    kind = STRING_6;
    size = 1 + length;
  } else if (length < 4096) {
    kind = STRING_12;
    size = 2 + length;
  } else {
    kind = STRING_32;
    size = 5 + length;
  }
  return size + backLengthBytes(size);
}

/** Reads an integer into `high` and `low`; returns whether the bytes are one. */
function readInteger(bytes: Uint8Array, start: number, end: number): boolean {
  // Most text is told from a number by its first byte.
  const first = bytes[start];
  if (start === end || (first !== 0x2d && (first < 0x30 || first > 0x39))) return false;
  const value = parseInteger(bytes, start, end);
  if (value === WIDE_INTEGER) {
    high = int64High;
    low = int64Low;
    return true;
  }
  if (Number.isNaN(value)) return false;
  low = value | 0;
  high = Math.floor(value / 4294967296);
  return true;
}

/** Sets `kind` for the integer in `high` and `low`; returns the bytes of its encoding. */
function integerBytes(): number {
  if (high !== low >> 31) {
    kind = INTEGER_64;
    return 9;
  }
  if (low >= 0 && low <= 127) {
    kind = 0;
    return 1;
  }
  if (low >= -4096 && low <= 4095) {
    kind = INTEGER_13;
    return 2;
  }
  if (low === (low << 16) >> 16) {
    kind = INTEGER_16;
    return 3;
  }
  if (low === (low << 8) >> 8) {
    kind = INTEGER_24;
    return 4;
  }
  kind = INTEGER_32;
  return 5;
}

/** Writes what `measure` was just called for to target[at ...]; returns the position behind it. */
export function writeEntry(
  target: Uint8Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const behind =
    kind === STRING_6 || kind === STRING_12 || kind === STRING_32
      ? writeString(target, at, bytes, start, end)
      : writeNumber(target, at);
  return writeBackLength(target, behind, behind - at);
}

function writeString(target: Uint8Array, at: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let to = at;
  if (kind === STRING_6) {
    target[to++] = STRING_6 | length;
  } else if (kind === STRING_12) {
    target[to++] = STRING_12 | (length >>> 8);
    target[to++] = length;
  } else {
    target[to++] = STRING_32;
    for (let rest = length, i = 0; i < 4; i++, rest >>>= 8) target[to++] = rest;
  }
  if (length < 64) for (let i = 0; i < length; i++) target[to + i] = bytes[start + i];
  else target.set(bytes.subarray(start, end), to);
  return to + length;
}

function writeNumber(target: Uint8Array, at: number): number {
  if (kind === 0) {
    target[at] = low;
    return at + 1;
  }
  if (kind === INTEGER_13) {
    target[at] = INTEGER_13 | ((low >> 8) & 0x1f);
    target[at + 1] = low;
    return at + 2;
  }
  target[at] = kind;
  const words = kind === INTEGER_64 ? 8 : kind - INTEGER_16 + 2;
  let rest = low;
  for (let i = 0; i < words; i++) {
    if (i === 4) rest = high;
    target[at + 1 + i] = rest;
    rest >>= 8;
  }
  return at + 1 + words;
}

/** How many bytes the length `size` of an entry takes behind it. */
export function backLengthBytes(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

function writeBackLength(target: Uint8Array, at: number, size: number): number {
  const count = backLengthBytes(size);
  let rest = size;
  for (let i = count - 1; i >= 0; i--) {
    target[at + i] = (rest & 127) | (i === 0 ? 0 : 128);
    rest >>>= 7;
  }
  return at + count;
}

/** The length that ends before `end`; the entry began that many bytes and `backLengthBytes` of it before. */
export function readBackLength(bytes: Uint8Array, end: number): number {
  let size = 0;
  let scale = 1;
  for (let at = end - 1; ; at--) {
    size += (bytes[at] & 127) * scale;
    if ((bytes[at] & 128) === 0 || scale > 2 ** 28) return size;
    scale *= 128;
  }
}

/** Bytes of the encoding that starts at `at`, without the length behind it; 0 if it is none. */
export function encodedBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < STRING_6) return 1;
  if (first < INTEGER_13) return 1 + (first & 63);
  if (first < STRING_12) return 2;
  if (first < STRING_32) return 2 + (((first & 15) << 8) | bytes[at + 1]);
  if (first === STRING_32) return 5 + length32(bytes, at);
  if (first === INTEGER_64) return 9;
  return first < INTEGER_64 ? first - INTEGER_16 + 3 : 0;
}

/** Whether an entry that begins with this byte is a text of less than 64 bytes: that byte, the text, and a byte of length. */
export function isShortText(first: number): boolean {
  return first >= STRING_6 && first < INTEGER_13;
}

/** How many bytes the text of such an entry has. */
export function shortTextBytes(first: number): number {
  return first & 63;
}

/** Whether an entry that begins with this byte is a text of 64 to 4095 bytes: two bytes, the text, and two bytes of length. */
export function isMediumText(first: number): boolean {
  return first >= STRING_12 && first < STRING_32;
}

/** How many bytes the text of such an entry at `at` has. */
export function mediumTextBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at] & 15) << 8) | bytes[at + 1];
}

/** Whether an entry that begins with this byte is an integer of up to 32 bits. */
export function isSmallInteger(first: number): boolean {
  return (
    first < STRING_6 ||
    (first >= INTEGER_13 && first < STRING_12) ||
    (first >= INTEGER_16 && first <= INTEGER_32)
  );
}

/** The value of such an entry at `at`. */
export function smallIntegerAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < STRING_6) return first;
  const low8 = bytes[at + 1];
  if (first < STRING_12) return ((((first & 0x1f) << 8) | low8) << 19) >> 19;
  const low16 = low8 | (bytes[at + 2] << 8);
  if (first === INTEGER_16) return (low16 << 16) >> 16;
  const low24 = low16 | (bytes[at + 3] << 16);
  return first === INTEGER_24 ? (low24 << 8) >> 8 : low24 | (bytes[at + 4] << 24);
}

/** Bytes of the entry that starts at `at`, with the length behind it. */
export function entryBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  // Small integers and short strings, by far the most.
  if (first < STRING_6) return 2;
  if (first < INTEGER_13) return 2 + (first & 63);
  const size = encodedBytes(bytes, at);
  return size + backLengthBytes(size);
}

function length32(bytes: Uint8Array, at: number): number {
  return (bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24)) >>> 0;
}

/** Bytes of the encoding's head that have to be there before `encodedBytes` may be asked. */
export function headBytes(first: number): number {
  if (first === STRING_32) return 5;
  return first >= STRING_12 && first < STRING_32 ? 2 : 1;
}

/** Whether the entry at `at` is an integer; then it is in `high` and `low`. */
function decodeInteger(bytes: Uint8Array, at: number): boolean {
  if (isSmallInteger(bytes[at])) {
    low = smallIntegerAt(bytes, at);
    high = low >> 31;
    return true;
  }
  if (bytes[at] !== INTEGER_64) return false;
  low = bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24);
  high = bytes[at + 5] | (bytes[at + 6] << 8) | (bytes[at + 7] << 16) | (bytes[at + 8] << 24);
  return true;
}

/** Where the bytes of the string at `at` begin. */
function stringStart(bytes: Uint8Array, at: number): number {
  return at + (bytes[at] < INTEGER_13 ? 1 : bytes[at] < STRING_32 ? 2 : 5);
}

/** What is sought; `soughtIsInteger` is found out when the first integer is met. */
let soughtHigh = 0;
let soughtLow = 0;
let soughtIsInteger = false;
let soughtIsRead = false;

/** A search begins: what was found out about the last one's text is forgotten. */
export function beginSearch(): void {
  soughtIsRead = false;
}

/** Whether the entry at `at` has the text sought[start, end), the same since `beginSearch`. */
export function entryEquals(
  bytes: Uint8Array,
  at: number,
  sought: Uint8Array,
  start: number,
  end: number,
): boolean {
  const first = bytes[at];
  if (first >= STRING_6 && (first < INTEGER_13 || (first >= STRING_12 && first <= STRING_32))) {
    const from = stringStart(bytes, at);
    const length = end - start;
    if (at + encodedBytes(bytes, at) - from !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== sought[start + i]) return false;
    return true;
  }
  if (!soughtIsRead) {
    soughtIsRead = true;
    soughtIsInteger = end - start <= INTEGER_TEXT_MAX && readInteger(sought, start, end);
    soughtHigh = high;
    soughtLow = low;
  }
  return soughtIsInteger && decodeInteger(bytes, at) && high === soughtHigh && low === soughtLow;
}

/** A flyweight: the text of an entry. Valid until the listpack changes or the flyweight is moved. */
export class ListpackEntry {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  isInteger = false;
  readonly #digits = new Uint8Array(24);

  /** Reads the entry at byte `at` of a segment. An integer's digits are put into a scratch of this flyweight. */
  readAt(bytes: Uint8Array, at: number): void {
    const first = bytes[at];
    if (!isShortText(first)) {
      this.#readRare(bytes, at);
      return;
    }
    this.isInteger = false;
    // Noting an object costs the garbage collector's bookkeeping, even if it is the same one.
    if (this.bytes !== bytes) this.bytes = bytes;
    this.start = at + 1;
    this.end = at + 1 + shortTextBytes(first);
  }

  #readRare(bytes: Uint8Array, at: number): void {
    this.isInteger = decodeInteger(bytes, at);
    if (this.isInteger) {
      this.bytes = this.#digits;
      this.start = 0;
      this.end =
        high === low >> 31 ? writeInteger(low, this.#digits, 0) : writeInt64(high, low, this.#digits, 0);
      return;
    }
    this.bytes = bytes;
    this.start = stringStart(bytes, at);
    this.end = at + encodedBytes(bytes, at);
  }
}
