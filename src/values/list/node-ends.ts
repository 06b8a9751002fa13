/** Hot. Adding and removing entries at the ends of a node's listpack. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { releaseSpare } from '../../memory/listpack.ts';
import {
  backLengthBytes,
  END,
  entryBytes,
  type ListpackEntry,
  measure,
  readBackLength,
  writeEntry,
} from '../../memory/listpack-entry.ts';
import { BYTES, COUNT, DATA, GAPPED, getField, KIND, KIND_BITS, PACKED, setField } from './node.ts';

/**
 * In a listpack all entries move when one is added or removed at the front. Here they stay, and a gap is left between the
 * listpack's header and the first of them:
 *
 *     | bytes in all | entries | gap | entry | entry ... | 0xff | spare |
 *
 * The header says what it would say without the gap. Whoever wants a proper listpack calls `closeGap` first.
 */
const LISTPACK_HEADER_BYTES = 6;
const LISTPACK_COUNT_UNKNOWN = 65535;

/** Bytes of the gap; 0 in nodes of all kinds but GAPPED. */
function gapOf(arena: Arena, node: number): number {
  return getField(arena, node, KIND) >>> KIND_BITS;
}

function setGap(arena: Arena, node: number, gap: number): void {
  setField(arena, node, KIND, gap === 0 ? PACKED : GAPPED | (gap << KIND_BITS));
}

/** Reads the first entry. REQUIRES: PACKED or GAPPED; so do the others. */
export function readFront(arena: Arena, node: number, entry: ListpackEntry): void {
  const data = getField(arena, node, DATA);
  entry.readAt(
    arena.bytes[data >>> SEGMENT_SHIFT],
    ((data & SEGMENT_MASK) << 3) + LISTPACK_HEADER_BYTES + gapOf(arena, node),
  );
}

/** Reads the last entry. */
export function readBack(arena: Arena, node: number, entry: ListpackEntry): void {
  const data = getField(arena, node, DATA);
  const bytes = arena.bytes[data >>> SEGMENT_SHIFT];
  entry.readAt(bytes, lastOf(bytes, endOf(arena, node, data)));
}

/** Adds an entry before all others. May throw OutOfMemory; then nothing has changed. */
export function pushFront(arena: Arena, node: number, bytes: Uint8Array, start: number, end: number): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const fields = (node & SEGMENT_MASK) << 1;
  const size = measure(bytes, start, end);
  const gap = words[fields + KIND] >>> KIND_BITS;
  const left = (gap < size ? openGap(arena, node, gap, size) : gap) - size;
  words[fields + KIND] = left === 0 ? PACKED : GAPPED | (left << KIND_BITS);
  const data = words[fields + DATA];
  const own = arena.bytes[data >>> SEGMENT_SHIFT];
  const at = (data & SEGMENT_MASK) << 3;
  writeEntry(own, at + LISTPACK_HEADER_BYTES + left, bytes, start, end);
  note(arena, words, fields, size, 1);
}

/** Adds an entry behind all others. May throw OutOfMemory; then nothing has changed. */
export function pushBack(arena: Arena, node: number, bytes: Uint8Array, start: number, end: number): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const fields = (node & SEGMENT_MASK) << 1;
  const size = measure(bytes, start, end);
  const needed = (words[fields + KIND] >>> KIND_BITS) + words[fields + BYTES] + size;
  if (needed > arena.sizeOf(words[fields + DATA])) makeRoomBehind(arena, node, size);
  const data = words[fields + DATA];
  const own = arena.bytes[data >>> SEGMENT_SHIFT];
  const at = ((data & SEGMENT_MASK) << 3) + (words[fields + KIND] >>> KIND_BITS) + words[fields + BYTES] - 1;
  own[writeEntry(own, at, bytes, start, end)] = END;
  note(arena, words, fields, size, 1);
}

/** Removes the first entry, which must not be the only one. */
export function popFront(arena: Arena, node: number): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const fields = (node & SEGMENT_MASK) << 1;
  const gap = words[fields + KIND] >>> KIND_BITS;
  const data = words[fields + DATA];
  const at = ((data & SEGMENT_MASK) << 3) + LISTPACK_HEADER_BYTES + gap;
  const size = entryBytes(arena.bytes[data >>> SEGMENT_SHIFT], at);
  words[fields + KIND] = GAPPED | ((gap + size) << KIND_BITS);
  note(arena, words, fields, -size, -1);
  if (isLoose(arena, data, words[fields + BYTES])) tighten(arena, node);
}

/** Removes the last entry, which must not be the only one. */
export function popBack(arena: Arena, node: number): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const fields = (node & SEGMENT_MASK) << 1;
  const data = words[fields + DATA];
  const bytes = arena.bytes[data >>> SEGMENT_SHIFT];
  const end = endOf(arena, node, data);
  const last = lastOf(bytes, end);
  bytes[last] = END;
  note(arena, words, fields, last - end, -1);
  if (isLoose(arena, data, words[fields + BYTES])) tighten(arena, node);
}

/** Makes a node with a gap a PACKED one. */
export function closeGap(arena: Arena, node: number): void {
  const gap = gapOf(arena, node);
  if (gap === 0) return;
  const data = getField(arena, node, DATA);
  const to = ((data & SEGMENT_MASK) << 3) + LISTPACK_HEADER_BYTES;
  const count = getField(arena, node, BYTES) - LISTPACK_HEADER_BYTES;
  arena.bytes[data >>> SEGMENT_SHIFT].copyWithin(to, to + gap, to + gap + count);
  setGap(arena, node, 0);
}

/** Moves the entries to the end of the block, or of a larger one, so that there is a gap of `size`; returns how large it is. */
function openGap(arena: Arena, node: number, gap: number, size: number): number {
  const total = getField(arena, node, BYTES);
  const data = getField(arena, node, DATA);
  const moved = total + size > arena.sizeOf(data) ? arena.allocate(total + size) : data;
  const opened = arena.sizeOf(moved) - total;
  const from = LISTPACK_HEADER_BYTES + gap;
  const to = LISTPACK_HEADER_BYTES + opened;
  const count = total - LISTPACK_HEADER_BYTES;
  if (moved === data) {
    const start = (data & SEGMENT_MASK) << 3;
    arena.bytes[data >>> SEGMENT_SHIFT].copyWithin(start + to, start + from, start + from + count);
  } else {
    arena.copy(data, 0, moved, 0, LISTPACK_HEADER_BYTES);
    arena.copy(data, from, moved, to, count);
    arena.free(data);
    setField(arena, node, DATA, moved);
  }
  setGap(arena, node, opened);
  return opened;
}

/** Makes the block so large that `size` bytes fit behind the entries. */
function makeRoomBehind(arena: Arena, node: number, size: number): void {
  closeGap(arena, node);
  const data = getField(arena, node, DATA);
  const total = getField(arena, node, BYTES);
  if (total + size > arena.sizeOf(data)) setField(arena, node, DATA, arena.resize(data, total + size, total));
}

/** Whether much of a block is spare. */
function isLoose(arena: Arena, data: number, bytes: number): boolean {
  const size = arena.sizeOf(data);
  return size - bytes > size >> 2;
}

/** Gives spare memory back. */
function tighten(arena: Arena, node: number): void {
  closeGap(arena, node);
  setField(arena, node, DATA, releaseSpare(arena, getField(arena, node, DATA)));
}

/** Index of the byte behind the last entry. */
function endOf(arena: Arena, node: number, data: number): number {
  return ((data & SEGMENT_MASK) << 3) + gapOf(arena, node) + getField(arena, node, BYTES) - 1;
}

/** Where the entry begins that ends before `end`. */
function lastOf(bytes: Uint8Array, end: number): number {
  const size = readBackLength(bytes, end);
  return end - size - backLengthBytes(size);
}

/** Notes in a node and the header of its listpack that this has become larger by `size` bytes and `count` entries. */
function note(arena: Arena, words: Int32Array, fields: number, size: number, count: number): void {
  const data = words[fields + DATA];
  const total = words[fields + BYTES] + size;
  words[fields + COUNT] += count;
  words[fields + BYTES] = total;
  const own = arena.words[data >>> SEGMENT_SHIFT];
  const header = (data & SEGMENT_MASK) << 1;
  own[header] = total;
  // The count is the lower half of the second word.
  const known = own[header + 1] & LISTPACK_COUNT_UNKNOWN;
  if (known !== LISTPACK_COUNT_UNKNOWN) own[header + 1] += count;
}
