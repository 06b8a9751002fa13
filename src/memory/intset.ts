/** Hot. A sorted array of different integers, in Redis's format: the compact form of a set of numbers. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInt64 } from './integers.ts';

/**
 *     | bytes an integer: 2, 4 or 8 (word) | how many (word) | integers, ascending |     all little endian
 *
 * The set is one block of the arena, as large as it has to be for its integers. An integer of 64 bits is passed as two
 * words, `high` and `low`: value = high * 2^32 + (low >>> 0).
 *
 * Invariants:
 * 1. Integers ascend strictly.
 * 2. Once an integer needed a width, all have it for good.
 */
const HEADER_BYTES = 8;
const TEXT_BYTES_MAX = 20;

/** The integer that `parseMember` or `memberAt` has read last. */
export let memberHigh = 0;
export let memberLow = 0;

/** A set without members. */
export function createIntset(arena: Arena): number {
  const set = arena.allocate(HEADER_BYTES);
  const at = (set & SEGMENT_MASK) << 1;
  const words = arena.words[set >>> SEGMENT_SHIFT];
  words[at] = 2;
  words[at + 1] = 0;
  return set;
}

export function intsetCount(arena: Arena, set: number): number {
  return arena.words[set >>> SEGMENT_SHIFT][((set & SEGMENT_MASK) << 1) + 1];
}

/** Bytes of the format; the block may be larger. */
export function intsetBytes(arena: Arena, set: number): number {
  return HEADER_BYTES + widthOf(arena, set) * intsetCount(arena, set);
}

/** Reads bytes[start, end) into `memberHigh` and `memberLow`; returns whether it is an integer in its only form. */
export function parseMember(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > TEXT_BYTES_MAX) return false;
  const value = parseInteger(bytes, start, end);
  if (value === WIDE_INTEGER) {
    memberHigh = int64High;
    memberLow = int64Low;
    return true;
  }
  if (Number.isNaN(value)) return false;
  memberHigh = Math.floor(value / 4294967296);
  memberLow = value | 0;
  return true;
}

/** Reads the integer at `index` into `memberHigh` and `memberLow`. */
function memberAt(arena: Arena, set: number, index: number): void {
  const segment = set >>> SEGMENT_SHIFT;
  const at = (set & SEGMENT_MASK) << 1;
  const words = arena.words[segment];
  const width = words[at];
  if (width === 8) {
    memberLow = words[at + 2 + index * 2];
    memberHigh = words[at + 3 + index * 2];
    return;
  }
  if (width === 4) memberLow = words[at + 2 + index];
  else {
    const pair = words[at + 2 + (index >>> 1)];
    memberLow = (index & 1) === 0 ? (pair << 16) >> 16 : pair >> 16;
  }
  memberHigh = memberLow >> 31;
}

/** Writes the integer at `index` as decimal text to target[at ...], 20 bytes at most; returns how many. */
export function writeMember(
  arena: Arena,
  set: number,
  index: number,
  target: Uint8Array,
  at: number,
): number {
  memberAt(arena, set, index);
  return writeInt64(memberHigh, memberLow, target, at);
}

/** The index of an integer; if it is missing, -1 - the index where it belongs. */
export function findMember(arena: Arena, set: number, high: number, low: number): number {
  let from = 0;
  let to = intsetCount(arena, set);
  while (from < to) {
    const middle = (from + to) >>> 1;
    memberAt(arena, set, middle);
    if (memberHigh === high && memberLow === low) return middle;
    const isBelow = memberHigh !== high ? memberHigh < high : memberLow >>> 0 < low >>> 0;
    if (isBelow) from = middle + 1;
    else to = middle;
  }
  return -1 - from;
}

/** Adds an integer that is missing; returns where the set is now. May throw OutOfMemory; then nothing has changed. */
export function insertMember(arena: Arena, set: number, high: number, low: number): number {
  const width = Math.max(widthFor(high, low), widthOf(arena, set));
  const count = intsetCount(arena, set);
  const index = -1 - findMember(arena, set, high, low);
  const used = intsetBytes(arena, set);
  const moved = arena.resize(set, HEADER_BYTES + width * (count + 1), used);
  if (width !== widthOf(arena, moved)) widen(arena, moved, width, count);
  const start = ((moved & SEGMENT_MASK) << 3) + HEADER_BYTES;
  const bytes = arena.bytes[moved >>> SEGMENT_SHIFT];
  const at = start + index * width;
  bytes.copyWithin(at + width, at, start + count * width);
  writeAt(bytes, at, width, high, low);
  arena.words[moved >>> SEGMENT_SHIFT][((moved & SEGMENT_MASK) << 1) + 1] = count + 1;
  return moved;
}

/** Removes the integer at `index`; returns where the set is now. */
export function removeMember(arena: Arena, set: number, index: number): number {
  const width = widthOf(arena, set);
  const count = intsetCount(arena, set);
  const start = ((set & SEGMENT_MASK) << 3) + HEADER_BYTES;
  const at = start + index * width;
  arena.bytes[set >>> SEGMENT_SHIFT].copyWithin(at, at + width, start + count * width);
  arena.words[set >>> SEGMENT_SHIFT][((set & SEGMENT_MASK) << 1) + 1] = count - 1;
  const needed = HEADER_BYTES + width * (count - 1);
  // Half of a block is given back, not each integer, so that removing never has to allocate in vain.
  return needed * 2 <= arena.sizeOf(set) ? arena.resize(set, needed, needed) : set;
}

/** Whether bytes[start, end) are a set in this format, its order included if `deep`. For what comes from outside. */
export function isIntset(bytes: Uint8Array, start: number, end: number, deep: boolean): boolean {
  if (end - start < HEADER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const width = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  if (width !== 2 && width !== 4 && width !== 8) return false;
  if (count === 0 || HEADER_BYTES + width * count !== end - start) return false;
  if (!deep) return true;
  for (let index = 1; index < count; index++)
    if (integerIn(view, width, index - 1) >= integerIn(view, width, index)) return false;
  return true;
}

function integerIn(view: DataView, width: number, index: number): bigint {
  const at = HEADER_BYTES + width * index;
  if (width === 8) return view.getBigInt64(at, true);
  return BigInt(width === 4 ? view.getInt32(at, true) : view.getInt16(at, true));
}

function widthOf(arena: Arena, set: number): number {
  return arena.words[set >>> SEGMENT_SHIFT][(set & SEGMENT_MASK) << 1];
}

function widthFor(high: number, low: number): number {
  if (high !== low >> 31) return 8;
  return low === (low << 16) >> 16 ? 2 : 4;
}

/** Gives the `count` integers more bytes each, the last first, so that none is overwritten before it was read. */
function widen(arena: Arena, set: number, width: number, count: number): void {
  const bytes = arena.bytes[set >>> SEGMENT_SHIFT];
  const start = ((set & SEGMENT_MASK) << 3) + HEADER_BYTES;
  for (let index = count - 1; index >= 0; index--) {
    memberAt(arena, set, index);
    writeAt(bytes, start + index * width, width, memberHigh, memberLow);
  }
  arena.words[set >>> SEGMENT_SHIFT][(set & SEGMENT_MASK) << 1] = width;
}

function writeAt(bytes: Uint8Array, start: number, width: number, high: number, low: number): void {
  let rest = low;
  for (let at = start; at < start + width; at++) {
    if (at === start + 4) rest = high;
    bytes[at] = rest;
    rest >>= 8;
  }
}
