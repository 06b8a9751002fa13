/** Hot. How a record holds a string: as an integer, inline, or in a block of its own. */

import { type Arena, copyBytes, OutOfMemory, SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInt64 } from '../memory/integers.ts';
import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from '../values/encoding.ts';
import type { Database } from './database.ts';
import {
  bytesOf,
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
  wordIndex,
  wordsOf,
  writeExpiry,
} from './record.ts';
import { growBlock, releaseBlock } from './string-block.ts';

/** Up to this length a string set as a whole is reported as "embstr". */
const EMBSTR_BYTES_MAX = 44;
/** Longer text is no integer. */
const INTEGER_TEXT_MAX = 20;
/** A block of its own grows to twice what is needed, but by no more than this. */
const SPARE_BYTES_MAX = 1024 * 1024;

const TYPE_MASK = 15;
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
  return setBytes(database, record, key, keyStart, keyEnd, value, from, to, expiry);
}

/** `setString` for bytes that are kept as they are, even where they are an integer's text. */
export function setBytes(
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
  const { arena } = database;
  const length = to - from;
  if (length > INLINE_BYTES_MAX) {
    const block = arena.allocate(length);
    copyBytes(value, from, arena.bytes[block >>> SEGMENT_SHIFT], (block & SEGMENT_MASK) << 3, length);
    return setBlock(database, record, key, keyStart, keyEnd, block, length, expiry);
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

/** Replaces the integer of a record that holds one. */
export function replaceInteger(arena: Arena, record: number, value: number): void {
  writeFixed(arena, record, value | 0, Math.floor(value / 4294967296));
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
 * Adds a string of `length` zero bytes under the key just looked up in vain, writable where a StringView finds it. Returns
 * the record. May throw OutOfMemory; then nothing has changed.
 */
export function addString(
  database: Database,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  length: number,
): number {
  const { arena } = database;
  if (length <= INLINE_BYTES_MAX) {
    const record = database.add(TYPE_RAW, 0, key, keyStart, keyEnd, length);
    const at = keyStartOf(arena, record) + (keyEnd - keyStart);
    bytesOf(arena, record).fill(0, at, at + length);
    return record;
  }
  if (length > growthLeft(database)) throw new OutOfMemory(length);
  const block = arena.allocate(length);
  fillBlock(arena, block, 0, length);
  return setBlock(database, 0, key, keyStart, keyEnd, block, length, NO_EXPIRY);
}

/**
 * Makes the string of the record just found `length` bytes long, no less than it is, and writable where a StringView then
 * finds it; new bytes are zero. Returns the record. May throw OutOfMemory; then nothing has changed.
 */
export function resizeString(database: Database, record: number, length: number): number {
  const { arena } = database;
  const flags = flagsOf(arena, record);
  const isFixed = (flags & FIXED) !== 0;
  if (isFixed && encodingOf(arena, record) === ENCODING_RAW) {
    resizeBlock(database, record, length);
    return record;
  }
  view.read(arena, record);
  const old = view.end - view.start;
  if (length > INLINE_BYTES_MAX) return moveToBlock(database, record, flags & HAS_EXPIRY, length);
  const target = database.reshapeFound(record, TYPE_RAW, flags & HAS_EXPIRY, length);
  const bytes = bytesOf(arena, target);
  const at = keyStartOf(arena, target) + keyLengthOf(arena, target);
  // Inline bytes were moved with the record; an integer's digits are in the view.
  if (isFixed) copyBytes(view.bytes, 0, bytes, at, old);
  bytes.fill(0, at + old, at + length);
  return target;
}
const view = new StringView();

/** Gives the string in `view` a block of its own, with room to grow. */
function moveToBlock(database: Database, record: number, flags: number, length: number): number {
  const { arena } = database;
  const old = view.end - view.start;
  const block = arena.allocate(roomyLength(length, growthLeft(database)));
  copyBytes(view.bytes, view.start, arena.bytes[block >>> SEGMENT_SHIFT], (block & SEGMENT_MASK) << 3, old);
  fillBlock(arena, block, old, length);
  try {
    const target = database.reshapeFound(record, TYPE_RAW, flags | FIXED, 0);
    writeFixed(arena, target, block, length);
    return target;
  } catch (error) {
    arena.free(block);
    throw error;
  }
}

function resizeBlock(database: Database, record: number, length: number): void {
  const { arena } = database;
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  const old = words[fixed + 1];
  let block = words[fixed];
  const size = arena.sizeOf(block);
  if (length > size) {
    block = growBlock(arena, block, roomyLength(length, growthLeft(database) + size), old);
    words[fixed] = block;
  }
  words[fixed + 1] = length;
  fillBlock(arena, block, old, length);
}

/** How many bytes a string may take that it did not take before. */
function growthLeft(database: Database): number {
  return database.keyspace.growthBytesMax - database.arena.usedBytes;
}

/** The length of a block for a string, with room to grow as far as `bytesMax` allows. Throws OutOfMemory. */
function roomyLength(length: number, bytesMax: number): number {
  if (length > bytesMax) throw new OutOfMemory(length);
  return Math.min(bytesMax, length + Math.min(length, SPARE_BYTES_MAX));
}

/** Makes bytes [from, to) of a block zero. */
function fillBlock(arena: Arena, block: number, from: number, to: number): void {
  const start = (block & SEGMENT_MASK) << 3;
  arena.bytes[block >>> SEGMENT_SHIFT].fill(0, start + from, start + to);
}

/**
 * `setString` for a string in a block that the key takes over; should be longer than INLINE_BYTES_MAX. The block is freed
 * when OutOfMemory is thrown.
 */
export function setBlock(
  database: Database,
  record: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  block: number,
  length: number,
  expiry: number,
): number {
  try {
    return setFixed(database, record, key, keyStart, keyEnd, TYPE_RAW, block, length, expiry);
  } catch (error) {
    database.arena.free(block);
    throw error;
  }
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
  const words = wordsOf(arena, record);
  const at = wordIndex(record);
  const oldFlags = words[at + 1];
  const expires = expiry >= 0 || (expiry === KEEP_EXPIRY && (oldFlags & HAS_EXPIRY) !== 0);
  const flags = expires ? fixed | HAS_EXPIRY : fixed;
  const old = words[at] & 255;
  // A string's block is freed last, so that a failure changes nothing.
  const block = old === TYPE_RAW && (oldFlags & FIXED) !== 0 ? words[fixedIndexOf(arena, record)] : 0;
  const target =
    (old & TYPE_MASK) === TYPE_STRING
      ? database.reshapeFound(record, type, flags, inlineBytes)
      : database.replaceFound(record, type, flags, inlineBytes);
  if (block !== 0) releaseBlock(arena, block);
  if (expiry >= 0) writeExpiry(arena, target, expiry);
  return target;
}
