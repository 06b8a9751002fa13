/** Hot. The block that a key lives in: type, clock, expiry, the key's bytes and a small value. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';

/**
 *     word 0   | type (4 bits) | encoding (4 bits) | access clock (24 bits) |
 *     word 1   | flags (8 bits) | key length (8 bits) | length of the inline value (16 bits) |
 *     8 bytes  expiry in milliseconds of the epoch, if HAS_EXPIRY      (low word, high word)
 *     8 bytes  key length (word), 0 (word), if LONG_KEY                (keys above 255 bytes)
 *     8 bytes  fixed value, if FIXED                                   (see below)
 *     key bytes
 *     inline value bytes, if not FIXED
 *
 * A fixed value is an integer (low word, high word; encoding INT), or the reference and length of a block that holds the
 * bytes (encoding RAW), or of other types the root of the value and 0 (keyspace/value.ts).
 *
 * Invariants:
 * 1. A block holds exactly one record and is no smaller than `recordBytes`.
 * 2. Strings up to INLINE_BYTES_MAX are inline, longer ones are in a block of their own.
 */
export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_SORTED_SET = 3;
export const TYPE_HASH = 4;
export const TYPE_STREAM = 6;

export const HAS_EXPIRY = 1;
export const LONG_KEY = 2;
export const FIXED = 4;
/** The record is in its database's table of values whose elements may expire. */
export const ELEMENTS_EXPIRE = 8;
/** The snapshot that is being taken wants no more of the record: it was written early, or came later (keyspace/preserver.ts). */
export const PRESERVED = 16;
const SHAPE = HAS_EXPIRY | LONG_KEY | FIXED;

export const SHORT_KEY_BYTES_MAX = 255;
/** Copying this much when a value grows or a key is renamed costs less than a second block and its indirection. */
export const INLINE_BYTES_MAX = 8192;
const HEADER_BYTES = 8;

/** Bytes before the key, by the shape flags. */
export function keyOffset(flags: number): number {
  return HEADER_BYTES + ((flags & HAS_EXPIRY) << 3) + ((flags & LONG_KEY) << 2) + ((flags & FIXED) << 1);
}

/** Bytes that a record of this shape needs. */
export function recordBytes(flags: number, keyBytes: number, inlineBytes: number): number {
  return keyOffset(flags) + keyBytes + inlineBytes;
}

/** Index of the record's first word in `wordsOf`. */
export function wordIndex(record: number): number {
  return (record & SEGMENT_MASK) << 1;
}

export function wordsOf(arena: Arena, record: number): Int32Array {
  return arena.words[record >>> SEGMENT_SHIFT];
}

export function bytesOf(arena: Arena, record: number): Uint8Array {
  return arena.bytes[record >>> SEGMENT_SHIFT];
}

export function typeOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record)] & 15;
}

export function encodingOf(arena: Arena, record: number): number {
  return (wordsOf(arena, record)[wordIndex(record)] >>> 4) & 15;
}

export function setTypeAndEncoding(arena: Arena, record: number, type: number, encoding: number): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  words[at] = (words[at] & ~255) | type | (encoding << 4);
}

/** The access clock: 24 bits whose meaning the eviction policy gives (keyspace/access-clock.ts). */
export function clockOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record)] >>> 8;
}

export function setClock(arena: Arena, record: number, clock: number): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  words[at] = (words[at] & 255) | (clock << 8);
}

export function flagsOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record) + 1] & 255;
}

export function keyLengthOf(arena: Arena, record: number): number {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  const word1 = words[at + 1];
  return (word1 & LONG_KEY) === 0 ? (word1 >>> 8) & 255 : words[at + 2 + ((word1 & HAS_EXPIRY) << 1)];
}

/** Index of the key's first byte in `bytesOf`. */
export function keyStartOf(arena: Arena, record: number): number {
  return ((record & SEGMENT_MASK) << 3) + keyOffset(wordsOf(arena, record)[wordIndex(record) + 1] & SHAPE);
}

export function inlineLengthOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record) + 1] >>> 16;
}

export function setInlineLength(arena: Arena, record: number, bytes: number): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record) + 1;
  words[at] = (words[at] & 0xffff) | (bytes << 16);
}

/** Word index of the fixed value. REQUIRES: FIXED. */
export function fixedIndexOf(arena: Arena, record: number): number {
  const at = wordIndex(record);
  const flags = wordsOf(arena, record)[at + 1];
  return at + 2 + ((flags & HAS_EXPIRY) << 1) + (flags & LONG_KEY);
}

/** Expiry in milliseconds of the epoch, exact up to 2^53; -1 if there is none. */
export function expiryOf(arena: Arena, record: number): number {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  if ((words[at + 1] & HAS_EXPIRY) === 0) return -1;
  return words[at + 3] * 4294967296 + (words[at + 2] >>> 0);
}

/** Writes an expiry of 0 or more; exact up to 2^53. REQUIRES: HAS_EXPIRY. */
export function writeExpiry(arena: Arena, record: number, milliseconds: number): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  words[at + 2] = milliseconds | 0;
  words[at + 3] = Math.floor(milliseconds / 4294967296);
}

/**
 * Writes the header of a fresh record: everything but expiry, fixed value, key and value bytes.
 * `flags` must hold LONG_KEY exactly when the key is long.
 */
export function writeHeader(
  arena: Arena,
  record: number,
  typeAndEncoding: number,
  clock: number,
  flags: number,
  keyBytes: number,
  inlineBytes: number,
): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  words[at] = typeAndEncoding | (clock << 8);
  if ((flags & LONG_KEY) === 0) {
    words[at + 1] = flags | (keyBytes << 8) | (inlineBytes << 16);
    return;
  }
  words[at + 1] = flags | (inlineBytes << 16);
  const long = at + 2 + ((flags & HAS_EXPIRY) << 1);
  words[long] = keyBytes;
  words[long + 1] = 0;
}

/** Sets or clears a flag that does not change the record's shape. */
export function setFlag(arena: Arena, record: number, flag: number, on: boolean): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record) + 1;
  words[at] = on ? words[at] | flag : words[at] & ~flag;
}

/** Writes the expiry high * 2^32 + (low >>> 0). REQUIRES: HAS_EXPIRY. */
export function writeExpiryWords(arena: Arena, record: number, high: number, low: number): void {
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  words[at + 2] = low;
  words[at + 3] = high;
}

/** Gives a record the expiry of another one. REQUIRES: both have HAS_EXPIRY. */
export function copyExpiry(arena: Arena, from: number, to: number): void {
  const words = wordsOf(arena, from);
  const at = wordIndex(from);
  writeExpiryWords(arena, to, words[at + 3], words[at + 2]);
}

/** Word of the expiry with its higher bits; with `expiryLowOf` for what needs all 64 bits. REQUIRES: HAS_EXPIRY. */
export function expiryHighOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record) + 3];
}

/** REQUIRES: HAS_EXPIRY. */
export function expiryLowOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[wordIndex(record) + 2];
}
