/** Hot. A field of a large hash with its value: one block. */
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';

/**
 *     word      | flags (2 bits) | field length (10 bits) | value length (20 bits) |
 *     2 words   field length, value length, if LONG: one of them does not fit above, where both are 0 then
 *     2 words   expiry in milliseconds of the epoch (low word, high word), if HAS_EXPIRY
 *     field bytes, value bytes
 *
 * The field starts at a word, so that it is compared four bytes at a time.
 */
const HAS_EXPIRY = 1;
const LONG = 2;
const FIELD_SHIFT = 2;
const FIELD_BYTES_MAX = 1023;
const VALUE_SHIFT = 12;
const VALUE_BYTES_MAX = 0xfffff;
const NO_EXPIRY = -1;

function flagsFor(fieldBytes: number, valueBytes: number, expiry: number): number {
  const long = fieldBytes > FIELD_BYTES_MAX || valueBytes > VALUE_BYTES_MAX ? LONG : 0;
  return expiry === NO_EXPIRY ? long : long | HAS_EXPIRY;
}

/** Words before the field. */
function headerWords(flags: number): number {
  return 1 + (flags & LONG) + ((flags & HAS_EXPIRY) << 1);
}

/** Bytes that an entry needs; `expiry` is -1 for none. */
export function entryBytes(fieldBytes: number, valueBytes: number, expiry: number): number {
  return headerWords(flagsFor(fieldBytes, valueBytes, expiry)) * 4 + fieldBytes + valueBytes;
}

function wordsOf(arena: Arena, entry: number): Int32Array {
  return arena.words[entry >>> SEGMENT_SHIFT];
}

export function fieldLengthOf(arena: Arena, entry: number): number {
  const words = wordsOf(arena, entry);
  const at = (entry & SEGMENT_MASK) << 1;
  const word = words[at];
  return (word & LONG) === 0 ? (word >>> FIELD_SHIFT) & FIELD_BYTES_MAX : words[at + 1];
}

export function valueLengthOf(arena: Arena, entry: number): number {
  const words = wordsOf(arena, entry);
  const at = (entry & SEGMENT_MASK) << 1;
  const word = words[at];
  return (word & LONG) === 0 ? word >>> VALUE_SHIFT : words[at + 2];
}

/** Index of the field's first byte in the bytes of the entry's segment; the value follows. */
export function fieldStartOf(arena: Arena, entry: number): number {
  const at = (entry & SEGMENT_MASK) << 1;
  return (at + headerWords(wordsOf(arena, entry)[at])) << 2;
}

/** In milliseconds of the epoch; -1 for none. */
export function entryExpiryOf(arena: Arena, entry: number): number {
  const words = wordsOf(arena, entry);
  const at = (entry & SEGMENT_MASK) << 1;
  const word = words[at];
  if ((word & HAS_EXPIRY) === 0) return NO_EXPIRY;
  const expiry = at + 1 + (word & LONG);
  return words[expiry + 1] * 4294967296 + (words[expiry] >>> 0);
}

/** REQUIRES: the entry has an expiry. */
export function writeEntryExpiry(arena: Arena, entry: number, expiry: number): void {
  const words = wordsOf(arena, entry);
  const at = (entry & SEGMENT_MASK) << 1;
  const to = at + 1 + (words[at] & LONG);
  words[to] = expiry | 0;
  words[to + 1] = Math.floor(expiry / 4294967296);
}

/** A new entry; the field is fields[fieldStart, fieldEnd), the value values[valueStart, valueEnd). May throw OutOfMemory. */
export function createEntry(
  arena: Arena,
  fields: Uint8Array,
  fieldStart: number,
  fieldEnd: number,
  values: Uint8Array,
  valueStart: number,
  valueEnd: number,
  expiry: number,
): number {
  const fieldBytes = fieldEnd - fieldStart;
  const valueBytes = valueEnd - valueStart;
  const entry = arena.allocate(entryBytes(fieldBytes, valueBytes, expiry));
  writeLengths(arena, entry, fieldBytes, valueBytes, expiry);
  const start = fieldStartOf(arena, entry);
  const target = arena.bytes[entry >>> SEGMENT_SHIFT];
  copyBytes(fields, fieldStart, target, start, fieldBytes);
  copyBytes(values, valueStart, target, start + fieldBytes, valueBytes);
  return entry;
}

function writeLengths(
  arena: Arena,
  entry: number,
  fieldBytes: number,
  valueBytes: number,
  expiry: number,
): void {
  const words = wordsOf(arena, entry);
  const at = (entry & SEGMENT_MASK) << 1;
  const flags = flagsFor(fieldBytes, valueBytes, expiry);
  if ((flags & LONG) === 0) {
    words[at] = flags | (fieldBytes << FIELD_SHIFT) | (valueBytes << VALUE_SHIFT);
  } else {
    words[at] = flags;
    words[at + 1] = fieldBytes;
    words[at + 2] = valueBytes;
  }
  if (expiry !== NO_EXPIRY) writeEntryExpiry(arena, entry, expiry);
}

/**
 * Overwrites the value where the entry stands. REQUIRES: `entryBytes` of it, with the expiry that the entry has, is not more
 * than the block's size, and both lengths need LONG as before.
 */
export function overwriteValue(
  arena: Arena,
  entry: number,
  values: Uint8Array,
  valueStart: number,
  valueEnd: number,
): void {
  const fieldBytes = fieldLengthOf(arena, entry);
  const expiry = entryExpiryOf(arena, entry);
  writeLengths(arena, entry, fieldBytes, valueEnd - valueStart, expiry);
  const target = arena.bytes[entry >>> SEGMENT_SHIFT];
  copyBytes(values, valueStart, target, fieldStartOf(arena, entry) + fieldBytes, valueEnd - valueStart);
}

/** Whether lengths stand in words of their own. */
export function isLong(fieldBytes: number, valueBytes: number): boolean {
  return fieldBytes > FIELD_BYTES_MAX || valueBytes > VALUE_BYTES_MAX;
}
