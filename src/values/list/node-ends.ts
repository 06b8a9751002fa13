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
const LISTPACK_COUNT_AT = 4;
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
  const size = measure(bytes, start, end);
  let gap = gapOf(arena, node);
  if (gap < size) gap = openGap(arena, node, gap, size);
  const left = gap - size;
  const data = getField(arena, node, DATA);
  const at = ((data & SEGMENT_MASK) << 3) + LISTPACK_HEADER_BYTES + left;
  writeEntry(arena.bytes[data >>> SEGMENT_SHIFT], at, bytes, start, end);
  setGap(arena, node, left);
  note(arena, node, data, size, 1);
}

/** Adds an entry behind all others. May throw OutOfMemory; then nothing has changed. */
export function pushBack(arena: Arena, node: number, bytes: Uint8Array, start: number, end: number): void {
  const size = measure(bytes, start, end);
  const total = getField(arena, node, BYTES);
  let data = getField(arena, node, DATA);
  if (gapOf(arena, node) + total + size > arena.sizeOf(data)) {
    closeGap(arena, node);
    if (total + size > arena.sizeOf(data)) {
      data = arena.resize(data, total + size, total);
      setField(arena, node, DATA, data);
    }
  }
  const own = arena.bytes[data >>> SEGMENT_SHIFT];
  own[writeEntry(own, endOf(arena, node, data), bytes, start, end)] = END;
  note(arena, node, data, size, 1);
}

/** Removes the first entry, which must not be the only one. */
export function popFront(arena: Arena, node: number): void {
  const gap = gapOf(arena, node);
  const data = getField(arena, node, DATA);
  const bytes = arena.bytes[data >>> SEGMENT_SHIFT];
  const size = entryBytes(bytes, ((data & SEGMENT_MASK) << 3) + LISTPACK_HEADER_BYTES + gap);
  setGap(arena, node, gap + size);
  note(arena, node, data, -size, -1);
  tighten(arena, node, data);
}

/** Removes the last entry, which must not be the only one. */
export function popBack(arena: Arena, node: number): void {
  const data = getField(arena, node, DATA);
  const bytes = arena.bytes[data >>> SEGMENT_SHIFT];
  const end = endOf(arena, node, data);
  const last = lastOf(bytes, end);
  bytes[last] = END;
  note(arena, node, data, last - end, -1);
  tighten(arena, node, data);
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

/** Gives back a block's memory when much of it is spare. */
function tighten(arena: Arena, node: number, data: number): void {
  const total = getField(arena, node, BYTES);
  const size = arena.sizeOf(data);
  if (size - total <= size >> 2) return;
  closeGap(arena, node);
  setField(arena, node, DATA, releaseSpare(arena, data));
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

/** A node's listpack has become larger by `size` bytes and `count` entries. */
function note(arena: Arena, node: number, data: number, size: number, count: number): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const at = (node & SEGMENT_MASK) << 1;
  words[at + COUNT] += count;
  const total = words[at + BYTES] + size;
  words[at + BYTES] = total;
  arena.words[data >>> SEGMENT_SHIFT][(data & SEGMENT_MASK) << 1] = total;
  const bytes = arena.bytes[data >>> SEGMENT_SHIFT];
  const countAt = ((data & SEGMENT_MASK) << 3) + LISTPACK_COUNT_AT;
  const known = bytes[countAt] | (bytes[countAt + 1] << 8);
  if (known === LISTPACK_COUNT_UNKNOWN) return;
  bytes[countAt] = known + count;
  bytes[countAt + 1] = (known + count) >>> 8;
}
