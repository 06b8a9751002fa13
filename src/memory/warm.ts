/** Hot. Reads ahead what loops over many blocks are going to need, so that the waits for memory overlap. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import { BUCKET_WORDS, firstTagged, hashOfPlace, REFERENCES, tagOf } from './bucket.ts';
import type { Table } from './table.ts';

/** Blocks at a time: so many that their waits overlap, so few that all of them stay in the nearest caches. */
export const WARM_BLOCKS = 128;

const LINE_WORDS = 16;
/** Words from an entry's start to its key's end, if that is short. */
const KEY_REACH = 5;

const references = new Int32Array(WARM_BLOCKS);

/** What was read goes here, lest the reading be optimised away; of no meaning. */
const touched = new Int32Array(1);

/**
 * Reads the first word of the blocks items[from, to), at most WARM_BLOCKS of them, and the one `reach` words behind it: for
 * blocks that mostly go on in the cache line behind that of their first word. A block that is in no cache takes 110 ns, one of
 * several that are read in a loop which does nothing else, a fifth of that (Bun 1.4, AMD EPYC).
 */
export function warmBlocks(arena: Arena, items: Int32Array, from: number, to: number, reach: number): void {
  const allWords = arena.words;
  let read = 0;
  for (let i = from; i < to; i++) {
    const block = items[i];
    const words = allWords[block >>> SEGMENT_SHIFT];
    const at = (block & SEGMENT_MASK) << 1;
    // Not two exclusive ors: with a reach of 0 they would come to nothing, and nothing would be read.
    read = (read + words[at]) ^ words[at + reach];
  }
  touched[0] = read;
}

/** Reads every cache line of a block of so many bytes, so that the waits overlap for what would be looked up line by line. */
export function warmBlock(arena: Arena, block: number, bytes: number): void {
  const words = arena.words[block >>> SEGMENT_SHIFT];
  const start = (block & SEGMENT_MASK) << 1;
  let read = 0;
  for (let at = start; at < start + (bytes >>> 2); at += LINE_WORDS) read ^= words[at];
  touched[0] = read;
}

/** Reads the entries of `count` buckets of a table's segment, from the `first`th on, as far as their keys. */
export function warmBuckets(arena: Arena, segment: number, first: number, count: number): void {
  const words = arena.words[segment >>> SEGMENT_SHIFT];
  const start = ((segment & SEGMENT_MASK) << 1) + first * BUCKET_WORDS;
  // A free slot reads block 0, which is near.
  for (let bucket = start; bucket < start + count * BUCKET_WORDS; bucket += BUCKET_WORDS)
    warmBlocks(arena, words, bucket + REFERENCES, bucket + BUCKET_WORDS, KEY_REACH);
}

/**
 * Reads the next `count` buckets, at most WARM_BLOCKS, that a table's `scan` will visit from a cursor on, and their entries as far
 * as their keys.
 */
export function warmScan(table: Table, cursor: number, count: number): void {
  if (table.count === 0) return;
  const { arena } = table;
  // Segments that use fewer bits than the directory come several times: then fewer buckets are read.
  const width = 2 ** (26 - table.depth);
  for (let i = 0; i < count; i++) references[i] = table.bucketOf(hashOfPlace(cursor + i * width));
  warmBlocks(arena, references, 0, count, 0);
  for (let i = 0; i < count; i++) warmBuckets(arena, references[i], 0, 1);
}

/** Reads what lookups of these hashes in a table will: all buckets, then the entries that are probably sought. */
export function warmLookups(table: Table, hashes: Int32Array, count: number): void {
  if (table.count === 0) return;
  const { arena } = table;
  const allWords = arena.words;
  for (let i = 0; i < count; i++) references[i] = table.bucketOf(hashes[i]);
  warmBlocks(arena, references, 0, count, 0);
  for (let i = 0; i < count; i++) {
    const bucket = references[i];
    const words = allWords[bucket >>> SEGMENT_SHIFT];
    references[i] = firstTagged(words, (bucket & SEGMENT_MASK) << 1, tagOf(hashes[i]));
  }
  warmBlocks(arena, references, 0, count, 0);
}
