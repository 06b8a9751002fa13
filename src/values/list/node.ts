/** Hot. The nodes of a quicklist, and the header that holds them together. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';

/**
 *     header:  | first node | last node | elements | nodes |
 *     node:    | previous | next | data | elements | bytes of the data | kind |
 *
 * The data are a listpack; or with PLAIN the bytes of one element; or with COMPRESSED, which only listpacks are, the length
 * of an LZF stream (word) and the stream; or with GAPPED a listpack with a gap (node-ends.ts), whose bytes stand above the
 * kind's bits. `bytes` is always the size of the data as they are when they are neither compressed nor have a gap.
 */
export const FIRST = 0;
export const LAST = 1;
export const TOTAL = 2;
export const NODES = 3;
export const HEADER_BYTES = 16;

export const PREVIOUS = 0;
export const NEXT = 1;
export const DATA = 2;
export const COUNT = 3;
export const BYTES = 4;
export const KIND = 5;
export const NODE_BYTES = 24;

export const PACKED = 0;
export const PLAIN = 1;
export const COMPRESSED = 2;
export const GAPPED = 3;
export const KIND_BITS = 2;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** Whether a node's data are a listpack, be it with a gap. */
export function isOpenListpack(arena: Arena, node: number): boolean {
  const kind = getField(arena, node, KIND) & KIND_MASK;
  return kind === PACKED || kind === GAPPED;
}

/** A word of a header or node. */
export function getField(arena: Arena, block: number, field: number): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & SEGMENT_MASK) << 1) + field];
}

export function setField(arena: Arena, block: number, field: number, value: number): void {
  arena.words[block >>> SEGMENT_SHIFT][((block & SEGMENT_MASK) << 1) + field] = value;
}

/** Frees a node that is in no list any more, with its data. */
export function freeNode(arena: Arena, node: number): void {
  arena.free(getField(arena, node, DATA));
  arena.free(node);
}

/** A node in no list yet; it takes over the data. May throw OutOfMemory; then the data are freed. */
export function createNode(arena: Arena, data: number, count: number, bytes: number, kind: number): number {
  let node: number;
  try {
    node = arena.allocate(NODE_BYTES);
  } catch (error) {
    arena.free(data);
    throw error;
  }
  setField(arena, node, PREVIOUS, 0);
  setField(arena, node, NEXT, 0);
  setField(arena, node, DATA, data);
  setField(arena, node, COUNT, count);
  setField(arena, node, BYTES, bytes);
  setField(arena, node, KIND, kind);
  return node;
}
