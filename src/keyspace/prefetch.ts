/** Hot. Reads ahead what lookups are going to need, for several keys at once, so that the waits for memory overlap. */
import { SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { firstTagged, tagOf } from '../memory/bucket.ts';
import { type HashKey, hashBytes } from '../memory/hash.ts';
import type { Database } from './database.ts';

/** Keys at a time: so many that their waits overlap, so few that all they need stays in the nearest cache. */
export const PREFETCH_KEYS = 16;
/** A longer key costs more to hash than a wait for memory. */
const KEY_BYTES_MAX = 64;
/** Records of small values reach into the cache line behind that of their first word. */
const NEXT_LINE_WORDS = 12;
const NOWHERE = new Uint8Array(0);

/**
 * A lookup that misses the caches waits 110 ns for the bucket and as much for the record: 37 % of what a pipelined GET cost,
 * half of an MSET of ten (100,000 keys, Bun 1.4, AMD EPYC). Read ahead for 16 keys, they cost a third of that: the
 * processor waits for several at once, as long as the loops that read do nothing else.
 *
 * The hashes are kept for the lookups that follow. Invariants:
 * 1. hashes[i] is the hash of bytes[starts[i], ends[i]); starts only grow, but for -1, which marks a key that has no hash here.
 * 2. Whoever has prefetched calls `forget` before `bytes` may hold something else.
 */
export class Prefetch {
  readonly #hashKey: HashKey;
  /** What was prefetched; of length 0 if nothing was. */
  bytes: Uint8Array = NOWHERE;
  readonly #starts = new Int32Array(PREFETCH_KEYS);
  readonly #ends = new Int32Array(PREFETCH_KEYS);
  readonly #hashes = new Int32Array(PREFETCH_KEYS);
  readonly #references = new Int32Array(PREFETCH_KEYS);
  #count = 0;
  #next = 0;
  /** What was read goes here, lest the reading be optimised away; of no meaning. */
  touched = 0;

  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey;
  }

  /**
   * Prefetches up to PREFETCH_KEYS keys of a database: key i is bytes[offsets[at], offsets[at + 1]) with
   * at = first + i * stride, in the order of their places.
   */
  load(
    database: Database,
    bytes: Uint8Array,
    offsets: Int32Array,
    first: number,
    stride: number,
    count: number,
  ): void {
    const { word0, word1 } = this.#hashKey;
    const starts = this.#starts;
    const ends = this.#ends;
    const hashes = this.#hashes;
    for (let i = 0; i < count; i++) {
      const start = offsets[first + i * stride];
      const end = offsets[first + i * stride + 1];
      const isShort = end - start <= KEY_BYTES_MAX;
      starts[i] = isShort ? start : -1;
      ends[i] = end;
      hashes[i] = isShort ? hashBytes(bytes, start, end, word0, word1) : 0;
    }
    this.bytes = bytes;
    this.#count = count;
    this.#next = 0;
    this.#read(database, count);
  }

  /** Drops all hashes. */
  forget(): void {
    this.bytes = NOWHERE;
  }

  /** What is probably the record of all keys that were loaded last, if they are the same; else 0. */
  get commonRecord(): number {
    const hashes = this.#hashes;
    for (let i = 1; i < this.#count; i++) if (hashes[i] !== hashes[0]) return 0;
    return this.#references[0];
  }

  /** The hash of a key in `this.bytes`: one that was prefetched, or computed now. */
  hashOf(start: number, end: number): number {
    const starts = this.#starts;
    let next = this.#next;
    while (next < this.#count && starts[next] < start) next++;
    this.#next = next;
    if (next < this.#count && starts[next] === start && this.#ends[next] === end) return this.#hashes[next];
    return hashBytes(this.bytes, start, end, this.#hashKey.word0, this.#hashKey.word1);
  }

  /** Reads what the hashes lead to: all buckets, then all records, each in a loop that does nothing else. */
  #read({ keys, arena }: Database, count: number): void {
    this.#references[0] = 0;
    if (keys.count === 0) return;
    const hashes = this.#hashes;
    const references = this.#references;
    const allWords = arena.words;
    let touched = 0;
    for (let i = 0; i < count; i++) references[i] = keys.bucketOf(hashes[i]);
    for (let i = 0; i < count; i++) {
      const bucket = references[i];
      touched ^= allWords[bucket >>> SEGMENT_SHIFT][(bucket & SEGMENT_MASK) << 1];
    }
    for (let i = 0; i < count; i++) {
      const bucket = references[i];
      const words = allWords[bucket >>> SEGMENT_SHIFT];
      references[i] = firstTagged(words, (bucket & SEGMENT_MASK) << 1, tagOf(hashes[i]));
    }
    for (let i = 0; i < count; i++) {
      const record = references[i];
      const words = allWords[record >>> SEGMENT_SHIFT];
      const at = (record & SEGMENT_MASK) << 1;
      touched ^= words[at] ^ words[at + NEXT_LINE_WORDS];
    }
    this.touched = touched;
  }
}
