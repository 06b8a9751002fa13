/** Hot. How a record holds a string: as an integer, inline, or in a block of its own. */
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInt64 } from '../memory/integers.ts';
import type { Database } from './database.ts';
import {
  bytesOf,
  ENCODING_EMBSTR,
  ENCODING_INT,
  ENCODING_RAW,
  encodingOf,
  FIXED,
  fixedIndexOf,
  flagsOf,
  HAS_EXPIRY,
  INLINE_BYTES_MAX,
  inlineLengthOf,
  keyLengthOf,
  keyStartOf,
  TYPE_STRING,
  wordsOf,
  writeExpiry,
} from './record.ts';

/** Up to this length a string set as a whole is reported as "embstr". */
const EMBSTR_BYTES_MAX = 44;
/** Longer text is no integer. */
const INTEGER_TEXT_MAX = 20;
/** A block of its own grows to twice what is needed, but by no more than this. */
const SPARE_BYTES_MAX = 1024 * 1024;

const TYPE_INT = TYPE_STRING | (ENCODING_INT << 4);
const TYPE_RAW = TYPE_STRING | (ENCODING_RAW << 4);
const TYPE_EMBSTR = TYPE_STRING | (ENCODING_EMBSTR << 4);

/** Expiry arguments of `setString`. */
export const NO_EXPIRY = -1;
export const KEEP_EXPIRY = -2;

/** A flyweight: where the bytes of a string are. Valid until the keyspace changes or the view is moved. */
export class StringView {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  readonly #digits = new Uint8Array(24);

  /** Points at the string of a record. */
  read(arena: Arena, record: number): void {
    if ((flagsOf(arena, record) & FIXED) === 0) {
      this.bytes = bytesOf(arena, record);
      this.start = keyStartOf(arena, record) + keyLengthOf(arena, record);
      this.end = this.start + inlineLengthOf(arena, record);
      return;
    }
    const words = wordsOf(arena, record);
    const fixed = fixedIndexOf(arena, record);
    if (encodingOf(arena, record) === ENCODING_INT) {
      this.bytes = this.#digits;
      this.start = 0;
      this.end = writeInt64(words[fixed + 1], words[fixed], this.#digits, 0);
      return;
    }
    const block = words[fixed];
    this.bytes = arena.bytes[block >>> SEGMENT_SHIFT];
    this.start = (block & SEGMENT_MASK) << 3;
    this.end = this.start + words[fixed + 1];
  }
}

/** Length of a record's string in bytes. */
export function stringLength(arena: Arena, record: number): number {
  if ((flagsOf(arena, record) & FIXED) === 0) return inlineLengthOf(arena, record);
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  if (encodingOf(arena, record) !== ENCODING_INT) return words[fixed + 1];
  return writeInt64(words[fixed + 1], words[fixed], lengthScratch, 0);
}
const lengthScratch = new Uint8Array(24);

/**
 * Sets the key just looked up (as `record`, 0 if it is missing) to value[from, to); `expiry` in milliseconds of the epoch,
 * NO_EXPIRY or KEEP_EXPIRY. Another type's value is replaced. The value must not lie in the arena. Returns the record.
 * May throw OutOfMemory; then nothing has changed.
 */
export function setString(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  value: Uint8Array,
  from: number,
  to: number,
  expiry: number,
): number {
  const length = to - from;
  if (length <= INTEGER_TEXT_MAX) {
    const integer = parseInteger(value, from, to);
    if (integer === WIDE_INTEGER)
      return setWords(database, record, key, keyStart, keyEnd, int64Low, int64High, expiry);
    if (integer <= Number.MAX_SAFE_INTEGER)
      return setInteger(database, record, key, keyStart, keyEnd, integer, expiry);
  }
  const { arena } = database;
  if (length > INLINE_BYTES_MAX) {
    const block = arena.allocate(length);
    copyBytes(value, from, arena.bytes[block >>> SEGMENT_SHIFT], (block & SEGMENT_MASK) << 3, length);
    try {
      return setFixed(database, record, key, keyStart, keyEnd, TYPE_RAW, block, length, expiry);
    } catch (error) {
      arena.free(block);
      throw error;
    }
  }
  const type = length <= EMBSTR_BYTES_MAX ? TYPE_EMBSTR : TYPE_RAW;
  const target = prepare(database, record, key, keyStart, keyEnd, type, 0, length, expiry);
  const at = keyStartOf(arena, target) + (keyEnd - keyStart);
  copyBytes(value, from, bytesOf(arena, target), at, length);
  return target;
}

/** `setString` with the text of a safe integer. */
export function setInteger(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  value: number,
  expiry: number,
): number {
  const low = value | 0;
  const high = Math.floor(value / 4294967296);
  return setFixed(database, record, key, keyStart, keyEnd, TYPE_INT, low, high, expiry);
}

/** `setString` with the text of a 64-bit integer, high * 2^32 + (low >>> 0). */
export function setWords(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  low: number,
  high: number,
  expiry: number,
): number {
  return setFixed(database, record, key, keyStart, keyEnd, TYPE_INT, low, high, expiry);
}

/**
 * Makes the string of the record just found `length` bytes long and writable where a StringView then finds it; old bytes
 * stay up to the new length, new ones are zero. Returns the record. May throw OutOfMemory; then nothing has changed.
 */
export function resizeString(database: Database, record: number, length: number): number {
  const { arena } = database;
  const flags = flagsOf(arena, record) & HAS_EXPIRY;
  const old = stringLength(arena, record);
  if (encodingOf(arena, record) === ENCODING_RAW && (flagsOf(arena, record) & FIXED) !== 0) {
    resizeBlock(arena, record, old, length);
    return record;
  }
  view.read(arena, record);
  if (length <= INLINE_BYTES_MAX) {
    const target = database.reshapeFound(record, TYPE_RAW, flags, length);
    const at = keyStartOf(arena, target) + keyLengthOf(arena, target);
    // Inline bytes stay by themselves; the digits of an integer were in the view's own memory.
    if (view.bytes.length < 32) copyBytes(view.bytes, 0, bytesOf(arena, target), at, Math.min(old, length));
    if (length > old) bytesOf(arena, target).fill(0, at + old, at + length);
    return target;
  }
  const block = arena.allocate(length + Math.min(length, SPARE_BYTES_MAX));
  const start = (block & SEGMENT_MASK) << 3;
  copyBytes(view.bytes, view.start, arena.bytes[block >>> SEGMENT_SHIFT], start, old);
  arena.bytes[block >>> SEGMENT_SHIFT].fill(0, start + old, start + length);
  try {
    const target = database.reshapeFound(record, TYPE_RAW, flags | FIXED, 0);
    writeFixed(arena, target, block, length);
    return target;
  } catch (error) {
    arena.free(block);
    throw error;
  }
}
const view = new StringView();

function resizeBlock(arena: Arena, record: number, old: number, length: number): void {
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  let block = words[fixed];
  if (length > arena.sizeOf(block)) {
    block = arena.resize(block, length + Math.min(length, SPARE_BYTES_MAX), old);
    words[fixed] = block;
  }
  words[fixed + 1] = length;
  const start = (block & SEGMENT_MASK) << 3;
  if (length > old) arena.bytes[block >>> SEGMENT_SHIFT].fill(0, start + old, start + length);
}

function setFixed(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  type: number,
  word0: number,
  word1: number,
  expiry: number,
): number {
  const target = prepare(database, record, key, keyStart, keyEnd, type, FIXED, 0, expiry);
  writeFixed(database.arena, target, word0, word1);
  return target;
}

function writeFixed(arena: Arena, record: number, word0: number, word1: number): void {
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  words[fixed] = word0;
  words[fixed + 1] = word1;
}

/** A record of the wanted shape for the key, its old value released, its expiry set. */
function prepare(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  type: number,
  fixed: number,
  inlineBytes: number,
  expiry: number,
): number {
  const { arena } = database;
  if (record === 0) {
    const flags = expiry >= 0 ? fixed | HAS_EXPIRY : fixed;
    const added = database.add(type, flags, key, keyStart, keyEnd, inlineBytes);
    if (expiry >= 0) writeExpiry(arena, added, expiry);
    return added;
  }
  const oldFlags = flagsOf(arena, record);
  const expires = expiry >= 0 || (expiry === KEEP_EXPIRY && (oldFlags & HAS_EXPIRY) !== 0);
  // What the old value refers to is freed last, so that a failure changes nothing.
  const block = ownedBlock(database, record);
  const target = database.reshapeFound(record, type, expires ? fixed | HAS_EXPIRY : fixed, inlineBytes);
  if (block !== 0) arena.free(block);
  if (expiry >= 0) writeExpiry(arena, target, expiry);
  return target;
}

/** The block of a string that has one of its own, 0 if it has none. */
function ownedBlock(database: Database, record: number): number {
  const { arena } = database;
  if ((flagsOf(arena, record) & FIXED) === 0) return 0;
  if (encodingOf(arena, record) !== ENCODING_RAW) return 0;
  return wordsOf(arena, record)[fixedIndexOf(arena, record)];
}
