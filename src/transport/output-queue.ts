/** Hot. Bytes of one connection that the kernel has not taken yet, in a chain of chunks. */
import { copyBytes } from './bytes.ts';

/** A chunk is at least this large, so that the runtime never moves its memory (the kernel may be told its address). */
export const CHUNK_BYTES_MIN = 4096;
const CHUNK_BYTES_MAX = 1 << 20;
/** Freed chunks of the smallest size are used again, this many at most. */
const SPARE_CHUNKS_MAX = 256;

/** bytes[start, end) are to be sent; what is behind `end` is room for more unless the chunk is full. */
class Chunk {
  readonly bytes: Uint8Array;
  start = 0;
  end: number;
  next: Chunk | undefined;
  /** Where `bytes` lies, for transports that tell the kernel; 0 until one asks. */
  address = 0;

  constructor(bytes: Uint8Array, end: number) {
    this.bytes = bytes;
    this.end = end;
  }
}

const spare: Chunk[] = [];

/**
 * Invariants:
 * 1. `length` is the sum of end - start over the chain; no chunk in the chain is empty.
 * 2. A chunk's bytes never move; a sender may hold on to [start, end) while more is appended.
 */
export class OutputQueue {
  first: Chunk | undefined;
  #last: Chunk | undefined;
  length = 0;

  /** Adds a copy of source[start, end). */
  append(source: Uint8Array, start: number, end: number): void {
    this.length += end - start;
    let from = start;
    while (from < end) {
      let last = this.#last;
      if (last === undefined || last.end === last.bytes.length) {
        last = this.#link(takeChunk(end - from, this.length));
      }
      const count = Math.min(end - from, last.bytes.length - last.end);
      copyBytes(last.bytes, last.end, source, from, from + count);
      last.end += count;
      from += count;
    }
  }

  /** Puts a copy of source[start, end) before everything else. REQUIRES: no sender holds on to the first chunk. */
  prepend(source: Uint8Array, start: number, end: number): void {
    const chunk = takeChunk(end - start, 0);
    const rest = Math.max(0, end - start - chunk.bytes.length);
    if (rest > 0) this.prepend(source, end - rest, end);
    const count = end - start - rest;
    copyBytes(chunk.bytes, 0, source, start, start + count);
    chunk.end = count;
    chunk.next = this.first;
    if (this.first === undefined) this.#last = chunk;
    this.first = chunk;
    this.length += count;
  }

  /** Adds bytes[0, end) without a copy. The caller gives the buffer away; it must be a large one (`CHUNK_BYTES_MIN`). */
  adopt(bytes: Uint8Array, end: number): void {
    if (end === 0) return;
    this.length += end;
    this.#link(new Chunk(bytes, end));
  }

  /** Forgets the first `count` bytes, which the kernel took. REQUIRES: no more than the first chunk holds. */
  sent(count: number): void {
    const first = this.first!;
    first.start += count;
    this.length -= count;
    if (first.start < first.end) return;
    this.first = first.next;
    if (this.first === undefined) this.#last = undefined;
    recycle(first);
  }

  clear(): void {
    for (let chunk = this.first; chunk !== undefined; ) {
      const next: Chunk | undefined = chunk.next;
      recycle(chunk);
      chunk = next;
    }
    this.abandon();
  }

  /** As `clear`, but leaves the chunks alone: the kernel may still be reading one. */
  abandon(): void {
    this.first = undefined;
    this.#last = undefined;
    this.length = 0;
  }

  #link(chunk: Chunk): Chunk {
    if (this.#last === undefined) this.first = chunk;
    else this.#last.next = chunk;
    this.#last = chunk;
    return chunk;
  }
}

/** Chunks grow with the queue: little for a small reply, few for a huge one. */
function takeChunk(needed: number, queued: number): Chunk {
  let capacity = CHUNK_BYTES_MIN;
  const wanted = Math.max(needed, queued >> 1);
  while (capacity < wanted && capacity < CHUNK_BYTES_MAX) capacity *= 2;
  const reused = capacity === CHUNK_BYTES_MIN ? spare.pop() : undefined;
  return reused ?? new Chunk(new Uint8Array(capacity), 0);
}

function recycle(chunk: Chunk): void {
  chunk.next = undefined;
  if (chunk.bytes.length !== CHUNK_BYTES_MIN || spare.length >= SPARE_CHUNKS_MAX) return;
  chunk.start = 0;
  chunk.end = 0;
  spare.push(chunk);
}
