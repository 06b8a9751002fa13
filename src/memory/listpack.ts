/** Hot. A compact sequence of strings and integers in one block, in Redis's format. */
import { type Arena, OutOfMemory, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import {
  backLengthBytes,
  beginSearch,
  END,
  ListpackEntry as Entry,
  encodedBytes,
  entryBytes,
  entryEquals,
  headBytes,
  measure,
  readBackLength,
  writeEntry,
} from './listpack-entry.ts';

/**
 *     | bytes in all (4) | entries (2), 65535 for more | entries, see listpack-entry.ts | 0xff |      little endian
 *
 * A listpack is named by the reference of its block, which changes when it grows or shrinks. A position is an entry's offset
 * from the listpack's start; 0 is no entry. Texts that are put in must not lie in the listpack itself.
 *
 * Invariants:
 * 1. The count is exact, or 65535; then entries are counted by walking.
 * 2. The block is no smaller than the listpack.
 *
 * Source: the format's published description ("Listpack specification", S. Sanfilippo and others).
 */
const HEADER_BYTES = 6;
const COUNT_UNKNOWN = 65535;
const COUNT_AT = 4;
/** Blocks at least this much too large are exchanged when entries go. */
const SPARE_SHARE_MAX = 0.25;

export const BEFORE = 0;
export const AFTER = 1;

/** A listpack without entries, with room for `bytesHint` bytes. May throw OutOfMemory. */
export function createListpack(arena: Arena, bytesHint: number): number {
  const listpack = arena.allocate(Math.max(bytesHint, HEADER_BYTES + 1));
  const bytes = bytesOf(arena, listpack);
  const start = startOf(listpack);
  bytes[start + HEADER_BYTES] = END;
  setHeader(bytes, start, HEADER_BYTES + 1, 0);
  return listpack;
}

/** Bytes of the format; the block may be larger. */
export function listpackBytes(arena: Arena, listpack: number): number {
  return arena.words[listpack >>> SEGMENT_SHIFT][(listpack & SEGMENT_MASK) << 1];
}

export function listpackCount(arena: Arena, listpack: number): number {
  const bytes = bytesOf(arena, listpack);
  const start = startOf(listpack);
  const known = countAt(bytes, start);
  if (known !== COUNT_UNKNOWN) return known;
  let count = 0;
  for (let at = start + HEADER_BYTES; bytes[at] !== END; count++) at = behind(bytes, at);
  if (count < COUNT_UNKNOWN) setCount(bytes, start, count);
  return count;
}

/** The position of the first entry, 0 if there is none. */
export function firstEntry(arena: Arena, listpack: number): number {
  return bytesOf(arena, listpack)[startOf(listpack) + HEADER_BYTES] === END ? 0 : HEADER_BYTES;
}

/** The position of the last entry, 0 if there is none. */
export function lastEntry(arena: Arena, listpack: number): number {
  return previousEntry(arena, listpack, listpackBytes(arena, listpack) - 1);
}

/** The position of the entry behind the one at `position`, 0 if that is the last. */
export function nextEntry(arena: Arena, listpack: number, position: number): number {
  const bytes = bytesOf(arena, listpack);
  const start = startOf(listpack);
  const next = behind(bytes, start + position);
  return bytes[next] === END ? 0 : next - start;
}

/** The position of the entry before the one at `position`, 0 if that is the first. */
export function previousEntry(arena: Arena, listpack: number, position: number): number {
  if (position === HEADER_BYTES) return 0;
  const size = readBackLength(bytesOf(arena, listpack), startOf(listpack) + position);
  return position - size - backLengthBytes(size);
}

/** The position of the entry at `index`, counted from the end if it is negative; 0 if there is none. */
export function entryAt(arena: Arena, listpack: number, index: number): number {
  const count = countAt(bytesOf(arena, listpack), startOf(listpack));
  const isKnown = count !== COUNT_UNKNOWN;
  if (isKnown && (index >= count || index < -count)) return 0;
  let left = index;
  if (isKnown && index * 2 > count) left = index - count;
  else if (isKnown && index * 2 < -count) left = index + count;
  let position = left >= 0 ? firstEntry(arena, listpack) : lastEntry(arena, listpack);
  for (; left > 0 && position !== 0; left--) position = nextEntry(arena, listpack, position);
  for (; left < -1 && position !== 0; left++) position = previousEntry(arena, listpack, position);
  return position;
}

/** A flyweight: the text of an entry; see listpack-entry.ts. */
export class ListpackEntry extends Entry {
  read(arena: Arena, listpack: number, position: number): void {
    this.readAt(bytesOf(arena, listpack), startOf(listpack) + position);
  }
}

/**
 * The position of the first entry with the text bytes[start, end), from the one at `from` on; `skip` entries are passed over
 * after each that is compared. 0 if there is none, or `from` is 0.
 */
export function findEntry(
  arena: Arena,
  listpack: number,
  from: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  skip: number,
): number {
  if (from === 0) return 0;
  const own = bytesOf(arena, listpack);
  const listpackStart = startOf(listpack);
  beginSearch();
  for (let at = listpackStart + from; own[at] !== END; ) {
    if (entryEquals(own, at, bytes, start, end)) return at - listpackStart;
    at = behind(own, at);
    for (let i = 0; i < skip && own[at] !== END; i++) at = behind(own, at);
  }
  return 0;
}

/** Puts an entry behind all others; returns the listpack. May throw OutOfMemory; then nothing has changed. */
export function appendEntry(
  arena: Arena,
  listpack: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  return insertAt(arena, listpack, listpackBytes(arena, listpack) - 1, bytes, start, end);
}

/** Puts an entry before all others; returns the listpack. May throw OutOfMemory; then nothing has changed. */
export function prependEntry(
  arena: Arena,
  listpack: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  return insertAt(arena, listpack, HEADER_BYTES, bytes, start, end);
}

/** Puts an entry BEFORE or AFTER the one at `position`; returns the listpack. May throw OutOfMemory; then nothing has changed. */
export function insertEntry(
  arena: Arena,
  listpack: number,
  position: number,
  where: 0 | 1,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const own = startOf(listpack);
  const at = where === BEFORE ? position : behind(bytesOf(arena, listpack), own + position) - own;
  return insertAt(arena, listpack, at, bytes, start, end);
}

function insertAt(
  arena: Arena,
  listpack: number,
  position: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const size = measure(bytes, start, end);
  const moved = openGap(arena, listpack, position, 0, size);
  writeEntry(bytesOf(arena, moved), startOf(moved) + position, bytes, start, end);
  addCount(arena, moved, 1);
  return moved;
}

/** Gives the entry at `position` another text; returns the listpack. May throw OutOfMemory; then nothing has changed. */
export function replaceEntry(
  arena: Arena,
  listpack: number,
  position: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const own = startOf(listpack);
  const old = behind(bytesOf(arena, listpack), own + position) - own - position;
  const size = measure(bytes, start, end);
  const moved = openGap(arena, listpack, position, old, size);
  writeEntry(bytesOf(arena, moved), startOf(moved) + position, bytes, start, end);
  return moved;
}

/** Removes `count` entries (fewer at the end) from the one at `position` on; returns the listpack. */
export function deleteEntries(arena: Arena, listpack: number, position: number, count: number): number {
  const bytes = bytesOf(arena, listpack);
  const start = startOf(listpack);
  let at = start + position;
  let deleted = 0;
  for (; deleted < count && bytes[at] !== END; deleted++) at = behind(bytes, at);
  const total = listpackBytes(arena, listpack);
  moveBytes(bytes, at, start + position, start + total - at);
  arena.words[listpack >>> SEGMENT_SHIFT][(listpack & SEGMENT_MASK) << 1] = total - (at - start - position);
  addCount(arena, listpack, -deleted);
  return releaseSpare(arena, listpack);
}

/** Makes `size` bytes of the `old` ones at `position`, what follows stays behind them; returns the listpack. */
function openGap(arena: Arena, listpack: number, position: number, old: number, size: number): number {
  const total = listpackBytes(arena, listpack);
  const wanted = total - old + size;
  const moved = wanted > arena.sizeOf(listpack) ? arena.resize(listpack, wanted, total) : listpack;
  const bytes = bytesOf(arena, moved);
  const at = startOf(moved) + position;
  moveBytes(bytes, at + old, at + size, total - position - old);
  arena.words[moved >>> SEGMENT_SHIFT][(moved & SEGMENT_MASK) << 1] = wanted;
  return moved;
}

/** Exchanges the block for a smaller one when much of it is spare; without memory for that it stays. Returns the listpack. */
export function releaseSpare(arena: Arena, listpack: number): number {
  const total = listpackBytes(arena, listpack);
  const size = arena.sizeOf(listpack);
  if (size - total <= size * SPARE_SHARE_MAX || size <= 16) return listpack;
  try {
    return arena.resize(listpack, total, total);
  } catch (error) {
    if (error instanceof OutOfMemory) return listpack;
    throw error;
  }
}

/**
 * Whether bytes[start, end) are a listpack: its header and end, and with `deep` each entry and their number. For what comes
 * from outside.
 */
export function verifyListpack(bytes: Uint8Array, start: number, end: number, deep: boolean): boolean {
  const total = end - start;
  if (total < HEADER_BYTES + 1 || bytes[end - 1] !== END) return false;
  const said = bytes[start] | (bytes[start + 1] << 8) | (bytes[start + 2] << 16) | (bytes[start + 3] << 24);
  if (said !== total) return false;
  if (!deep) return true;
  let count = 0;
  let at = start + HEADER_BYTES;
  for (; at < end - 1; count++) {
    if (at + headBytes(bytes[at]) > end - 1) return false;
    const size = encodedBytes(bytes, at);
    const next = at + size + backLengthBytes(size);
    if (size === 0 || next > end - 1 || readBackLength(bytes, next) !== size) return false;
    at = next;
  }
  const known = countAt(bytes, start);
  return at === end - 1 && (known === COUNT_UNKNOWN || known === count);
}

function bytesOf(arena: Arena, listpack: number): Uint8Array {
  return arena.bytes[listpack >>> SEGMENT_SHIFT];
}

function startOf(listpack: number): number {
  return (listpack & SEGMENT_MASK) << 3;
}

/** Where the entry behind the one at byte `at` begins. */
function behind(bytes: Uint8Array, at: number): number {
  return at + entryBytes(bytes, at);
}

function countAt(bytes: Uint8Array, start: number): number {
  return bytes[start + COUNT_AT] | (bytes[start + COUNT_AT + 1] << 8);
}

function setCount(bytes: Uint8Array, start: number, count: number): void {
  bytes[start + COUNT_AT] = count;
  bytes[start + COUNT_AT + 1] = count >>> 8;
}

function setHeader(bytes: Uint8Array, start: number, total: number, count: number): void {
  for (let i = 0; i < 4; i++) bytes[start + i] = total >>> (8 * i);
  setCount(bytes, start, count);
}

function addCount(arena: Arena, listpack: number, change: number): void {
  const bytes = bytesOf(arena, listpack);
  const start = startOf(listpack);
  const count = countAt(bytes, start);
  // Too many to be told apart by the header: from now on they are counted by walking.
  if (count !== COUNT_UNKNOWN) setCount(bytes, start, Math.min(count + change, COUNT_UNKNOWN));
}

/** Below this many bytes a loop is faster than the built-in. */
const LOOP_BYTES_MAX = 48;

/** Moves bytes within an array; the ranges may overlap. */
function moveBytes(bytes: Uint8Array, from: number, to: number, count: number): void {
  if (from === to) return;
  if (count > LOOP_BYTES_MAX) bytes.copyWithin(to, from, from + count);
  else if (to < from) for (let i = 0; i < count; i++) bytes[to + i] = bytes[from + i];
  else for (let i = count - 1; i >= 0; i--) bytes[to + i] = bytes[from + i];
}
