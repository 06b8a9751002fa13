/**
 * Hot. Single elements of a listpack, read and written in place where many of them follow each other.
 *
 *     encoding and content             then the length of both, readable backwards, in 1 to 5 bytes of 7 bits
 *
 *     0vvvvvvv                         integer of 0 to 127
 *     10llllll content                 string of up to 63 bytes
 *     110vvvvv vvvvvvvv                integer of 13 bits, signed
 *     1110llll llllllll content        string of up to 4095 bytes
 *     0xf0, 4 bytes of length, content
 *     0xf1 to 0xf4                     integers of 16, 24, 32 and 64 bits, signed; all of these little endian
 *     0xff                             the end of the listpack
 *
 * A string that is the text of an integer of 64 bits is kept as that integer. Source: the published format of listpacks.
 */
import { copyBytes } from '../../memory/arena.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInt64 } from '../../memory/integers.ts';

export const END = 0xff;
/** What an element takes at most beyond its content. */
export const ELEMENT_OVERHEAD_MAX = 10;
const INTEGER_TEXT_MAX = 20;
const TWO_32 = 2 ** 32;

/** Bytes of encoding and content of the element at bytes[at]; 0 when nothing can begin like this. */
export function contentBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  if (first < 0xc0) return 1 + (first & 0x3f);
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 2 + (((first & 0x0f) << 8) | bytes[at + 1]);
  switch (first) {
    case 0xf0:
      return 5 + littleWord(bytes, at + 1);
    case 0xf1:
      return 3;
    case 0xf2:
      return 4;
    case 0xf3:
      return 5;
    case 0xf4:
      return 9;
    default:
      return 0;
  }
}

/** How many bytes tell a length backwards. */
export function backBytes(length: number): number {
  if (length <= 127) return 1;
  if (length <= 16383) return 2;
  if (length <= 2097151) return 3;
  return length <= 268435455 ? 4 : 5;
}

/** The position behind the element at bytes[at]. */
export function skipElement(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  // Small integers and short strings, by far the most.
  if (first < 0x80) return at + 2;
  if (first < 0xc0) return at + 2 + (first & 0x3f);
  const length = contentBytes(bytes, at);
  return at + length + backBytes(length);
}

/** The position of the element that ends before `end`. */
export function elementBefore(bytes: Uint8Array, end: number): number {
  let at = end - 1;
  let length = bytes[at] & 127;
  let scale = 128;
  let size = 1;
  while ((bytes[at] & 128) !== 0 && size < 5) {
    at--;
    size++;
    length += (bytes[at] & 127) * scale;
    scale *= 128;
  }
  return end - size - length;
}

/** Writes at bytes[at] how long the element before is; returns the position behind. */
function writeBack(bytes: Uint8Array, at: number, length: number): number {
  if (length <= 127) {
    bytes[at] = length;
    return at + 1;
  }
  const size = backBytes(length);
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
  compared.read(bytes, at);
  if (compared.end - compared.start !== size) return false;
  for (let i = 0; i < size; i++) if (compared.bytes[compared.start + i] !== source[start + i]) return false;
  return true;
}

/** A flyweight: an element that was read. */
export class Element {
  /** The string, or the integer's text: bytes[start, end), valid until anything is read or written. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  readonly #text = new Uint8Array(24);

  /** Reads the element at bytes[at]; returns the position behind. */
  read(bytes: Uint8Array, at: number): number {
    const first = bytes[at];
    const length = contentBytes(bytes, at);
    const behind = at + length;
    if (first >= 0x80 && first < 0xc0) this.#string(bytes, at + 1, behind);
    else if (first >= 0xe0 && first < 0xf0) this.#string(bytes, at + 2, behind);
    else if (first === 0xf0) this.#string(bytes, at + 5, behind);
    else {
      this.bytes = this.#text;
      this.start = 0;
      readInteger(bytes, at);
      this.end = writeInt64(integerHigh, integerLow, this.#text, 0);
    }
    return behind + backBytes(length);
  }

  #string(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }
}

const compared = new Element();

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
