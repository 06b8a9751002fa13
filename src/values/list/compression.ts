/** Warm. Nodes in the middle of long lists, compressed. */
import { type Arena, OutOfMemory, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { compressLzf, decompressLzf } from '../../memory/lzf.ts';
import { BYTES, COMPRESSED, DATA, getField, KIND, PACKED, setField } from './node.ts';
import { closeGap } from './node-ends.ts';

/** Less is not worth the work; less gain neither. */
const BYTES_MIN = 48;
const GAIN_BYTES_MIN = 8;
const LENGTH_BYTES = 4;

let scratch = new Uint8Array(8192);

/** Compresses a node's listpack if that makes it smaller. */
export function compressNode(arena: Arena, node: number): void {
  const bytes = getField(arena, node, BYTES);
  closeGap(arena, node);
  if (getField(arena, node, KIND) !== PACKED || bytes < BYTES_MIN) return;
  if (scratch.length < bytes) scratch = new Uint8Array(bytes * 2);
  const data = getField(arena, node, DATA);
  const start = (data & SEGMENT_MASK) << 3;
  const size = compressLzf(
    arena.bytes[data >>> SEGMENT_SHIFT],
    start,
    start + bytes,
    scratch,
    0,
    bytes - GAIN_BYTES_MIN,
  );
  if (size === 0) return;
  let block: number;
  try {
    block = arena.allocate(LENGTH_BYTES + size);
  } catch (error) {
    if (error instanceof OutOfMemory) return; // It stays as it is, which is correct too.
    throw error;
  }
  setField(arena, block, 0, size);
  const to = ((block & SEGMENT_MASK) << 3) + LENGTH_BYTES;
  arena.bytes[block >>> SEGMENT_SHIFT].set(scratch.subarray(0, size), to);
  arena.free(data);
  setField(arena, node, DATA, block);
  setField(arena, node, KIND, COMPRESSED);
}

/** Makes a node that is COMPRESSED or GAPPED a PACKED one. May throw OutOfMemory; then nothing has changed. */
export function packNode(arena: Arena, node: number): void {
  closeGap(arena, node);
  decompressNode(arena, node);
}

/** Makes a node that is COMPRESSED a PACKED one. May throw OutOfMemory; then nothing has changed. */
export function decompressNode(arena: Arena, node: number): void {
  if (getField(arena, node, KIND) !== COMPRESSED) return;
  const bytes = getField(arena, node, BYTES);
  const block = getField(arena, node, DATA);
  const data = arena.allocate(bytes);
  const from = ((block & SEGMENT_MASK) << 3) + LENGTH_BYTES;
  const source = arena.bytes[block >>> SEGMENT_SHIFT];
  const target = arena.bytes[data >>> SEGMENT_SHIFT];
  const end = from + getField(arena, block, 0);
  if (!decompressLzf(source, from, end, target, (data & SEGMENT_MASK) << 3, bytes))
    throw new Error('List: a compressed node is damaged');
  arena.free(block);
  setField(arena, node, DATA, data);
  setField(arena, node, KIND, PACKED);
}

/** The stream of a compressed node: its block's first byte in the segment, and its length. */
export function streamOf(arena: Arena, node: number): { bytes: Uint8Array; start: number; end: number } {
  const block = getField(arena, node, DATA);
  const start = ((block & SEGMENT_MASK) << 3) + LENGTH_BYTES;
  return { bytes: arena.bytes[block >>> SEGMENT_SHIFT], start, end: start + getField(arena, block, 0) };
}
