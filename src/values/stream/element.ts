/**
 * Hot. Elements of a listpack (memory/listpack-entry.ts has their format) written one behind the other in one go, and read
 * where they are integers.
 */
import { copyBytes } from '../../memory/arena.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { backLengthBytes, encodedBytes, ListpackEntry, readBackLength } from '../../memory/listpack-entry.ts';

/** What an element takes at most beyond its content. */
export const ELEMENT_OVERHEAD_MAX = 10;
const INTEGER_TEXT_MAX = 20;
const TWO_32 = 2 ** 32;

/** The position behind the element at bytes[at]. */
export function skipElement(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  // Small integers and short strings, by far the most.
  if (first < 0x80) return at + 2;
  if (first < 0xc0) return at + 2 + (first & 0x3f);
  const length = encodedBytes(bytes, at);
  return at + length + backLengthBytes(length);
}

/** The position of the element that ends before `end`. */
export function elementBefore(bytes: Uint8Array, end: number): number {
  const length = bytes[end - 1] < 0x80 ? bytes[end - 1] : readBackLength(bytes, end);
  return end - length - backLengthBytes(length);
}

/** Writes at bytes[at] how long the element before is; returns the position behind. */
function writeBack(bytes: Uint8Array, at: number, length: number): number {
  if (length <= 127) {
    bytes[at] = length;
    return at + 1;
  }
  const size = backLengthBytes(length);
  let rest = length;
  for (let i = size - 1; i >= 0; i--) {
    bytes[at + i] = (rest % 128) | (i === 0 ? 0 : 128);
    rest = Math.floor(rest / 128);
  }
  return at + size;
}

/** Writes the integer high * 2^32 + (low >>> 0) as an element; returns the position behind. */
export function writeIntegerElement(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high === low >> 31) return writeWordElement(bytes, at, low);
  bytes[at] = 0xf4;
  putWord(bytes, at + 1, low);
  putWord(bytes, at + 5, high);
  bytes[at + 9] = 9;
  return at + 10;
}

/** Writes an int32 as an element; returns the position behind. */
export function writeWordElement(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value <= 127) {
    bytes[at] = value;
    bytes[at + 1] = 1;
    return at + 2;
  }
  if (value >= -4096 && value <= 4095) {
    bytes[at] = 0xc0 | ((value >> 8) & 0x1f);
    bytes[at + 1] = value & 0xff;
    bytes[at + 2] = 2;
    return at + 3;
  }
  let size = 4;
  if (value >= -32768 && value <= 32767) size = 2;
  else if (value >= -8388608 && value <= 8388607) size = 3;
  bytes[at] = 0xef + size;
  for (let i = 0; i < size; i++) bytes[at + 1 + i] = (value >> (i << 3)) & 0xff;
  bytes[at + 1 + size] = size + 1;
  return at + size + 2;
}

/** Writes source[start, end) as an element; returns the position behind. */
export function writeElement(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): number {
  const size = end - start;
  if (size <= INTEGER_TEXT_MAX && size > 0 && source[start] <= 0x39) {
    const value = parseInteger(source, start, end);
    if (value === WIDE_INTEGER) return writeIntegerElement(bytes, at, int64High, int64Low);
    if (value === (value | 0)) return writeWordElement(bytes, at, value | 0);
    if (!Number.isNaN(value)) return writeIntegerElement(bytes, at, Math.floor(value / TWO_32), value | 0);
  }
  let content = at;
  if (size < 64) {
    bytes[content++] = 0x80 | size;
  } else if (size < 4096) {
    bytes[content++] = 0xe0 | (size >> 8);
    bytes[content++] = size & 0xff;
  } else {
    bytes[content++] = 0xf0;
    putWord(bytes, content, size);
    content += 4;
  }
  copyBytes(source, start, bytes, content, size);
  return writeBack(bytes, content + size, content + size - at);
}

/** Whether the element at bytes[at] is the string source[start, end). */
export function elementEquals(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): boolean {
  const first = bytes[at];
  const size = end - start;
  if (first >= 0x80 && first < 0xc0) {
    if ((first & 0x3f) !== size) return false;
    for (let i = 0; i < size; i++) if (bytes[at + 1 + i] !== source[start + i]) return false;
    return true;
  }
  compared.readAt(bytes, at);
  if (compared.end - compared.start !== size) return false;
  for (let i = 0; i < size; i++) if (compared.bytes[compared.start + i] !== source[start + i]) return false;
  return true;
}

const compared = new ListpackEntry();

/** What `readInteger` read last: the integer is integerHigh * 2^32 + (integerLow >>> 0). */
export let integerHigh = 0;
export let integerLow = 0;

/** Reads the integer element at bytes[at] into `integerHigh` and `integerLow`. Returns false if it is none. */
export function readInteger(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  if (first < 0x80) return keep(first);
  if ((first & 0xe0) === 0xc0) return keep((((first & 0x1f) << 27) >> 19) | bytes[at + 1]);
  switch (first) {
    case 0xf1:
      return keep(((bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 16);
    case 0xf2:
      return keep(((bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >> 8);
    case 0xf3:
      return keep(littleWord(bytes, at + 1) | 0);
    case 0xf4:
      integerLow = littleWord(bytes, at + 1) | 0;
      integerHigh = littleWord(bytes, at + 5) | 0;
      return true;
    default:
      return false;
  }
}

function keep(value: number): true {
  integerLow = value;
  integerHigh = value >> 31;
  return true;
}

/** The integer element at bytes[at], which is known to be a count. */
export function countElement(bytes: Uint8Array, at: number): number {
  if (bytes[at] < 0x80) return bytes[at];
  readInteger(bytes, at);
  return integerLow >>> 0;
}

function littleWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >> 8) & 0xff;
  bytes[at + 2] = (value >> 16) & 0xff;
  bytes[at + 3] = (value >> 24) & 0xff;
}
