/** Hot. Bits of byte strings. Bit 0 is the most significant one of the first byte. */

/** From this many bytes on, words are worth a view of the memory (60 ns). */
const WORDS_FROM_BYTES = 128;

/** The byte strings begin at multiples of this in their memory when words are used on them. */
const WORD_BYTES = 4;

function wordsFrom(bytes: Uint8Array, at: number, count: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + at, count);
}

function countInWord(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many bits of bytes[start, end) are set. */
export function countBits(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  let at = start;
  if (end - start >= WORDS_FROM_BYTES) {
    while (((bytes.byteOffset + at) & (WORD_BYTES - 1)) !== 0) total += countInWord(bytes[at++]);
    const words = wordsFrom(bytes, at, (end - at) >>> 2);
    for (let i = 0; i < words.length; i++) total += countInWord(words[i]);
    at += words.length << 2;
  }
  for (; at < end; at++) total += countInWord(bytes[at]);
  return total;
}

/** How many of the bits [from, to) of the string at `start` are set. */
export function countBitRange(bytes: Uint8Array, start: number, from: number, to: number): number {
  if (from >= to) return 0;
  const first = start + Math.floor(from / 8);
  const last = start + Math.floor((to - 1) / 8);
  const outside = bytes[first] & ~(0xff >>> (from % 8));
  const behind = bytes[last] & (0xff >>> (((to - 1) % 8) + 1));
  return countBits(bytes, first, last + 1) - countInWord(outside) - countInWord(behind);
}

/** Place of the first bit of the value `bit` (0 or 1) among the bits [from, to) of the string at `start`, -1 if there is none. */
export function findBit(bytes: Uint8Array, start: number, from: number, to: number, bit: number): number {
  const other = bit === 1 ? 0 : 0xff;
  let at = from;
  while (at < to && at % 8 !== 0) {
    if (bitAt(bytes, start, at) === bit) return at;
    at++;
  }
  let byte = start + at / 8;
  const end = start + Math.floor(to / 8);
  if (at < to) {
    byte = skipBytes(bytes, byte, end, other);
    at = (byte - start) * 8;
  }
  for (; at < to; at++) if (bitAt(bytes, start, at) === bit) return at;
  return -1;
}

/** The first place in bytes[start, end) whose byte is not `value`, `end` if there is none. */
function skipBytes(bytes: Uint8Array, start: number, end: number, value: number): number {
  let at = start;
  if (end - start >= WORDS_FROM_BYTES) {
    while (((bytes.byteOffset + at) & (WORD_BYTES - 1)) !== 0) {
      if (bytes[at] !== value) return at;
      at++;
    }
    const words = wordsFrom(bytes, at, (end - at) >>> 2);
    const repeated = value === 0 ? 0 : -1;
    let i = 0;
    while (i < words.length && words[i] === repeated) i++;
    at += i << 2;
  }
  while (at < end && bytes[at] === value) at++;
  return at;
}

/** Bit `place` of the string at `start`: 0 or 1. */
export function bitAt(bytes: Uint8Array, start: number, place: number): number {
  return (bytes[start + Math.floor(place / 8)] >>> (7 - (place % 8))) & 1;
}

/** Sets or clears bit `place` of the string at `start`. */
export function setBitAt(bytes: Uint8Array, start: number, place: number, bit: number): void {
  const at = start + Math.floor(place / 8);
  const mask = 0x80 >>> (place % 8);
  bytes[at] = bit === 1 ? bytes[at] | mask : bytes[at] & ~mask;
}

/** The unsigned integer in `width` bits from `place` on; bits behind `end` count as zero. */
export function readUnsigned(
  bytes: Uint8Array,
  start: number,
  end: number,
  place: number,
  width: number,
): bigint {
  let value = 0n;
  const first = Math.floor(place / 8);
  const last = Math.floor((place + width - 1) / 8);
  for (let i = first; i <= last; i++) value = (value << 8n) | BigInt(start + i < end ? bytes[start + i] : 0);
  return BigInt.asUintN(width, value >> BigInt(7 - ((place + width - 1) % 8)));
}

/** Writes the lowest `width` bits of an integer from bit `place` on. */
export function writeUnsigned(
  bytes: Uint8Array,
  start: number,
  place: number,
  width: number,
  value: bigint,
): void {
  let rest = BigInt.asUintN(width, value);
  for (let at = place + width - 1; at >= place; at--, rest >>= 1n)
    setBitAt(bytes, start, at, Number(rest & 1n));
}
