/**
 * Hot. The nodes of an IdTree.
 *
 *     word 0    entries in use | level << 16              a leaf has level 0
 *     word 1    previous leaf, 0 = none                   leaves only
 *     word 2    next leaf, 0 = none                       leaves only
 *     word 3    entries that there is room for
 *     entries   leaf:  id (4 words), value (as many words as the tree's values have)
 *               inner: id (4 words), child (1 word)
 */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import { compareIdAt, type WideId } from './wide-id.ts';

export const NODE_PREVIOUS = 1;
export const NODE_NEXT = 2;
const NODE_CAPACITY = 3;
export const NODE_HEADER = 4;
export const ID_WORDS = 4;
export const INNER_ENTRY = ID_WORDS + 1;
/** A full node: searching it takes six comparisons, moving its entries some 100 ns. */
export const ENTRIES_MAX = 63;
const ENTRIES_MIN = 2;

export function nodeWords(arena: Arena, node: number): Int32Array {
  return arena.words[node >>> SEGMENT_SHIFT];
}

/** Index of the node's first word in `nodeWords`. */
export function nodeIndex(node: number): number {
  return (node & SEGMENT_MASK) << 1;
}

export function countOf(arena: Arena, node: number): number {
  return nodeWords(arena, node)[nodeIndex(node)] & 0xffff;
}

export function setCount(arena: Arena, node: number, count: number): void {
  const words = nodeWords(arena, node);
  const at = nodeIndex(node);
  words[at] = (words[at] & ~0xffff) | count;
}

export function levelOf(arena: Arena, node: number): number {
  return nodeWords(arena, node)[nodeIndex(node)] >>> 16;
}

export function capacityOf(arena: Arena, node: number): number {
  return nodeWords(arena, node)[nodeIndex(node) + NODE_CAPACITY];
}

/** A node without entries. May throw OutOfMemory. */
export function createNode(arena: Arena, level: number, capacity: number, entryWords: number): number {
  const node = arena.allocate((NODE_HEADER + Math.max(capacity, ENTRIES_MIN) * entryWords) * 4);
  const words = nodeWords(arena, node);
  const at = nodeIndex(node);
  words[at] = level << 16;
  words[at + NODE_PREVIOUS] = 0;
  words[at + NODE_NEXT] = 0;
  words[at + NODE_CAPACITY] = Math.max(capacity, ENTRIES_MIN);
  return node;
}

/** Makes room for another entry in a node that is full but below ENTRIES_MAX; returns where it is now. May throw OutOfMemory. */
export function growNode(arena: Arena, node: number, entryWords: number): number {
  const old = capacityOf(arena, node);
  const capacity = Math.min(ENTRIES_MAX, old * 2);
  const kept = (NODE_HEADER + old * entryWords) * 4;
  const moved = arena.resize(node, (NODE_HEADER + capacity * entryWords) * 4, kept);
  nodeWords(arena, moved)[nodeIndex(moved) + NODE_CAPACITY] = capacity;
  return moved;
}

/** Index of the first entry of a node whose id is not below `id`; the count if there is none. */
export function lowerBound(arena: Arena, node: number, entryWords: number, id: WideId): number {
  const words = nodeWords(arena, node);
  const base = nodeIndex(node);
  let low = 0;
  let high = words[base] & 0xffff;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIdAt(words, base + NODE_HEADER + middle * entryWords, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the child of an inner node under which an id belongs. */
export function childIndex(arena: Arena, node: number, id: WideId): number {
  const at = lowerBound(arena, node, INNER_ENTRY, id);
  const words = nodeWords(arena, node);
  const base = nodeIndex(node);
  if (at < (words[base] & 0xffff) && compareIdAt(words, base + NODE_HEADER + at * INNER_ENTRY, id) === 0)
    return at;
  return at === 0 ? 0 : at - 1;
}

export function childAt(arena: Arena, node: number, index: number): number {
  return nodeWords(arena, node)[nodeIndex(node) + NODE_HEADER + index * INNER_ENTRY + ID_WORDS];
}

/** Opens a gap for an entry at `index` of a node that has room, and counts it; returns the word index of the entry. */
export function openEntry(arena: Arena, node: number, index: number, entryWords: number): number {
  const words = nodeWords(arena, node);
  const base = nodeIndex(node);
  const count = words[base] & 0xffff;
  const at = base + NODE_HEADER + index * entryWords;
  if (index < count) words.copyWithin(at + entryWords, at, base + NODE_HEADER + count * entryWords);
  words[base]++;
  return at;
}

/** Takes the entry at `index` out of a node. */
export function closeEntry(arena: Arena, node: number, index: number, entryWords: number): void {
  const words = nodeWords(arena, node);
  const base = nodeIndex(node);
  const count = words[base] & 0xffff;
  const at = base + NODE_HEADER + index * entryWords;
  if (index < count - 1) words.copyWithin(at, at + entryWords, base + NODE_HEADER + count * entryWords);
  words[base]--;
}
