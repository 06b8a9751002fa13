/**
 * Hot. Nodes of a stream: listpacks of entries, in Redis's form.
 *
 *     header          total bytes (4), number of elements (2; 65535: not counted), little endian
 *     master entry    entries | deleted entries | number of fields | field ... | 0
 *     each entry      flags | ms - master's | seq - master's | [number of fields | field | ] value ... | elements before this
 *     end             0xff
 *
 * The master entry's id is the node's key in the index; it is that of the first entry the node ever had. An entry whose
 * fields are the master's has SAME_FIELDS and gives values only. Deleted entries are marked and stay; a node without any
 * other goes. Source: the published description of Redis's streams.
 */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { END } from '../../memory/listpack-entry.ts';
import type { WideId } from '../../memory/wide-id.ts';
import {
  countElement,
  ELEMENT_OVERHEAD_MAX,
  elementEquals,
  skipElement,
  writeElement,
  writeIntegerElement,
  writeWordElement,
} from './element.ts';

export const DELETED = 1;
export const SAME_FIELDS = 2;
export const HEADER_BYTES = 6;
const ELEMENTS_UNCOUNTED = 65535;
/** Flags, both parts of the id, the number of fields and of elements, and the end. */
const ENTRY_OVERHEAD_MAX = 40;
/** Elements of an entry that has the master's fields, besides the values. */
const ENTRY_ELEMENTS = 3;

export function nodeBytesArray(arena: Arena, node: number): Uint8Array {
  return arena.bytes[node >>> SEGMENT_SHIFT];
}

/** Index of the node's first byte in `nodeBytesArray`. */
export function nodeStart(node: number): number {
  return (node & SEGMENT_MASK) << 3;
}

function setListpackBytes(arena: Arena, node: number, bytes: number): void {
  arena.words[node >>> SEGMENT_SHIFT][(node & SEGMENT_MASK) << 1] = bytes;
}

/** Entries that are not deleted. */
export function liveEntries(arena: Arena, node: number): number {
  return countElement(nodeBytesArray(arena, node), nodeStart(node) + HEADER_BYTES);
}

export function deletedEntries(arena: Arena, node: number): number {
  const bytes = nodeBytesArray(arena, node);
  return countElement(bytes, skipElement(bytes, nodeStart(node) + HEADER_BYTES));
}

/** Bytes of fields and values in words `index` to `index + 2 * pairs` of `source`, given by their offsets. */
export function pairBytes(offsets: Int32Array, index: number, pairs: number): number {
  let bytes = 0;
  for (let word = index; word < index + pairs * 2; word++)
    bytes += offsets[(word << 1) + 1] - offsets[word << 1];
  return bytes;
}

/** The most that an entry takes behind others; with its fields in the master entry too, twice that. */
export function entryBytesMax(bytes: number, pairs: number): number {
  return bytes + pairs * 2 * ELEMENT_OVERHEAD_MAX + ENTRY_OVERHEAD_MAX;
}

/** A node without entries whose master entry has the fields of the words given. May throw OutOfMemory. */
export function createNode(
  arena: Arena,
  capacity: number,
  source: Uint8Array,
  offsets: Int32Array,
  index: number,
  pairs: number,
): number {
  const node = arena.allocate(capacity);
  const bytes = nodeBytesArray(arena, node);
  const start = nodeStart(node);
  let at = writeWordElement(bytes, start + HEADER_BYTES, 0);
  at = writeWordElement(bytes, at, 0);
  at = writeWordElement(bytes, at, pairs);
  for (let word = index; word < index + pairs * 2; word += 2)
    at = writeElement(bytes, at, source, offsets[word << 1], offsets[(word << 1) + 1]);
  at = writeWordElement(bytes, at, 0);
  bytes[at] = END;
  setListpackBytes(arena, node, at + 1 - start);
  setElements(bytes, start, 0, pairs + 4);
  return node;
}

/** Whether the master entry has just these fields, in this order. */
function hasFields(
  bytes: Uint8Array,
  start: number,
  source: Uint8Array,
  offsets: Int32Array,
  index: number,
  pairs: number,
): boolean {
  let at = skipElement(bytes, skipElement(bytes, start + HEADER_BYTES));
  if (countElement(bytes, at) !== pairs) return false;
  at = skipElement(bytes, at);
  for (let word = index; word < index + pairs * 2; word += 2) {
    if (!elementEquals(bytes, at, source, offsets[word << 1], offsets[(word << 1) + 1])) return false;
    at = skipElement(bytes, at);
  }
  return true;
}

/** Adds an entry to a node. REQUIRES: its block has room (`entryBytesMax`). */
export function appendEntry(
  arena: Arena,
  node: number,
  master: WideId,
  id: WideId,
  source: Uint8Array,
  offsets: Int32Array,
  index: number,
  pairs: number,
): void {
  const bytes = nodeBytesArray(arena, node);
  const start = nodeStart(node);
  const same = hasFields(bytes, start, source, offsets, index, pairs);
  let at = start + listpackBytes(arena, node) - 1;
  at = writeWordElement(bytes, at, same ? SAME_FIELDS : 0);
  const borrow = id.msLow >>> 0 < master.msLow >>> 0 ? 1 : 0;
  at = writeIntegerElement(
    bytes,
    at,
    (id.msHigh - master.msHigh - borrow) | 0,
    (id.msLow - master.msLow) | 0,
  );
  const seqBorrow = id.seqLow >>> 0 < master.seqLow >>> 0 ? 1 : 0;
  at = writeIntegerElement(
    bytes,
    at,
    (id.seqHigh - master.seqHigh - seqBorrow) | 0,
    (id.seqLow - master.seqLow) | 0,
  );
  if (!same) at = writeWordElement(bytes, at, pairs);
  for (let word = same ? index + 1 : index; word < index + pairs * 2; word += same ? 2 : 1)
    at = writeElement(bytes, at, source, offsets[word << 1], offsets[(word << 1) + 1]);
  const elements = same ? pairs + ENTRY_ELEMENTS : pairs * 2 + ENTRY_ELEMENTS + 1;
  at = writeWordElement(bytes, at, elements);
  bytes[at] = END;
  setListpackBytes(arena, node, at + 1 - start);
  setElements(bytes, start, bytes[start + 4] | (bytes[start + 5] << 8), elements + 1);
  if (bytes[start + HEADER_BYTES] < 127) bytes[start + HEADER_BYTES]++;
  else setCounts(arena, node, liveEntries(arena, node) + 1, deletedEntries(arena, node));
}

function setElements(bytes: Uint8Array, start: number, before: number, added: number): void {
  const count = before === ELEMENTS_UNCOUNTED ? before : Math.min(before + added, ELEMENTS_UNCOUNTED);
  bytes[start + 4] = count & 0xff;
  bytes[start + 5] = count >> 8;
}

const counts = new Uint8Array(16);

/**
 * Writes the two counts at the head of the master entry; what is behind moves when they take another number of bytes, by
 * four at most. REQUIRES: the block has room for that.
 */
export function setCounts(arena: Arena, node: number, live: number, deleted: number): void {
  const bytes = nodeBytesArray(arena, node);
  const start = nodeStart(node);
  const from = start + HEADER_BYTES;
  const old = skipElement(bytes, skipElement(bytes, from));
  const size = writeWordElement(counts, writeWordElement(counts, 0, live), deleted);
  if (from + size !== old) {
    const total = listpackBytes(arena, node);
    bytes.copyWithin(from + size, old, start + total);
    setListpackBytes(arena, node, total + from + size - old);
  }
  for (let i = 0; i < size; i++) bytes[from + i] = counts[i];
}
