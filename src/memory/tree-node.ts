/** Hot. The nodes of a counted tree (counted-tree.ts), and moving slots within and between them. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';

/**
 *     bytes 0..15      slots in use; next leaf; previous leaf (0 for none); unused
 *     16..511          62 scores, doubles
 *     512..759         62 entries
 *     760..1255        inner nodes only: 62 children, 62 counts
 *
 * So a leaf takes a block of 768 bytes, an inner node one of 1280. SCORES counts in doubles, the others in words.
 */
export const CAPACITY = 62;
export const NEXT = 1;
export const PREVIOUS = 2;
const HEADER_WORDS = 4;
export const SCORES = HEADER_WORDS / 2;
export const ENTRIES = HEADER_WORDS + 2 * CAPACITY;
export const CHILDREN = ENTRIES + CAPACITY;
export const COUNTS = CHILDREN + CAPACITY;
export const LEAF_BYTES = CHILDREN * 4;
export const INNER_BYTES = (COUNTS + CAPACITY) * 4;

/** A node without slots in use. May throw OutOfMemory. */
export function createNode(arena: Arena, bytes: number): number {
  const node = arena.allocate(bytes);
  const at = (node & SEGMENT_MASK) << 1;
  arena.words[node >>> SEGMENT_SHIFT].fill(0, at, at + HEADER_WORDS);
  return node;
}

/** The slot of an entry. REQUIRES: it is in the node, in slot `from` or behind. */
export function slotOfEntry(arena: Arena, node: number, from: number, entry: number): number {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const at = (node & SEGMENT_MASK) << 1;
  for (let slot = from; slot < words[at]; slot++) if (words[at + ENTRIES + slot] === entry) return slot;
  throw new Error('tree node: an element is not where it belongs');
}

/** Makes slot `slot` free by moving it and those behind it up by one. REQUIRES: the node is not full. */
export function openSlot(arena: Arena, node: number, slot: number, isInner: boolean): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const doubles = arena.doubles[node >>> SEGMENT_SHIFT];
  const at = (node & SEGMENT_MASK) << 1;
  const scores = (node & SEGMENT_MASK) + SCORES;
  const count = words[at];
  for (let i = count; i > slot; i--) doubles[scores + i] = doubles[scores + i - 1];
  for (let i = at + ENTRIES + count; i > at + ENTRIES + slot; i--) words[i] = words[i - 1];
  if (isInner) {
    for (let i = at + CHILDREN + count; i > at + CHILDREN + slot; i--) words[i] = words[i - 1];
    for (let i = at + COUNTS + count; i > at + COUNTS + slot; i--) words[i] = words[i - 1];
  }
  words[at] = count + 1;
}

/** Moves the slots behind slot `slot` down by one. */
export function removeSlot(arena: Arena, node: number, slot: number, isInner: boolean): void {
  const words = arena.words[node >>> SEGMENT_SHIFT];
  const doubles = arena.doubles[node >>> SEGMENT_SHIFT];
  const at = (node & SEGMENT_MASK) << 1;
  const scores = (node & SEGMENT_MASK) + SCORES;
  const last = words[at] - 1;
  for (let i = slot; i < last; i++) doubles[scores + i] = doubles[scores + i + 1];
  for (let i = at + ENTRIES + slot; i < at + ENTRIES + last; i++) words[i] = words[i + 1];
  if (isInner) {
    for (let i = at + CHILDREN + slot; i < at + CHILDREN + last; i++) words[i] = words[i + 1];
    for (let i = at + COUNTS + slot; i < at + COUNTS + last; i++) words[i] = words[i + 1];
  }
  words[at] = last;
}

/** How many elements are below the slots before `slot` of the inner node at words[at ...], which has `total` below it. */
export function countsBefore(words: Int32Array, at: number, slot: number, total: number): number {
  const first = at + COUNTS;
  const last = first + words[at];
  let sum = 0;
  if (slot < words[at] >>> 1) {
    for (let i = first; i < first + slot; i++) sum += words[i];
    return sum;
  }
  for (let i = first + slot; i < last; i++) sum += words[i];
  return total - sum;
}

/** Copies `count` slots of one node to another; says nothing of how many either has then. */
export function copySlots(
  arena: Arena,
  from: number,
  fromSlot: number,
  to: number,
  toSlot: number,
  count: number,
  isInner: boolean,
): void {
  arena.copy(from, (SCORES + fromSlot) * 8, to, (SCORES + toSlot) * 8, count * 8);
  arena.copy(from, (ENTRIES + fromSlot) * 4, to, (ENTRIES + toSlot) * 4, count * 4);
  if (!isInner) return;
  arena.copy(from, (CHILDREN + fromSlot) * 4, to, (CHILDREN + toSlot) * 4, count * 4);
  arena.copy(from, (COUNTS + fromSlot) * 4, to, (COUNTS + toSlot) * 4, count * 4);
}
