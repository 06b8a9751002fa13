/** Hot. A hash table's bucket: one cache line of tags and references, and the places in scan order. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';

/**
 *     bucket: | 12 tags (1 byte each, 0 = free) | reference of an overflow bucket, 0 = none | 12 entry references |
 *
 * Functions take the words of the arena's segment and the index of the bucket's first word.
 */
export const BUCKET_WORDS = 16;
export const BUCKET_BYTES = 64;
export const BUCKET_SLOTS = 12;
export const CHAIN = 3;
export const REFERENCES = 4;

/** The tag of a hash: 1..255. */
export function tagOf(hash: number): number {
  const tag = (hash >>> 6) & 255;
  return tag === 0 ? 255 : tag;
}

/** How many places there are; a number above all of them. */
export const PLACES = 2 ** 32;

/** Where a hash stands in scan order: an unsigned 32-bit number. */
export function placeOf(hash: number): number {
  return ((reverse6(hash & 63) << 26) | (hash >>> 6)) >>> 0;
}

/** The hash that stands at a place. */
export function hashOfPlace(place: number): number {
  return (place << 6) | reverse6(place >>> 26);
}

export function reverse6(bits: number): number {
  return (
    ((bits & 1) << 5) |
    ((bits & 2) << 3) |
    ((bits & 4) << 1) |
    ((bits & 8) >> 1) |
    ((bits & 16) >> 3) |
    ((bits & 32) >> 5)
  );
}

/** Index of a free slot in a bucket, -1 if all are used. */
export function freeSlot(words: Int32Array, bucket: number): number {
  for (let group = 0; group < 3; group++) {
    const tags = words[bucket + group];
    // Exact for the lowest zero byte, which is the one taken.
    const zero = (tags - 0x01010101) & ~tags & 0x80808080;
    if (zero !== 0) return (group << 2) + ((31 - Math.clz32(zero & -zero)) >>> 3);
  }
  return -1;
}

/** The first entry of a bucket that has a tag, 0 if none has: probably the one that a lookup will compare. */
export function firstTagged(words: Int32Array, bucket: number, tag: number): number {
  const tags = Math.imul(tag, 0x01010101);
  for (let group = 0; group < 3; group++) {
    const difference = words[bucket + group] ^ tags;
    const hits = (difference - 0x01010101) & ~difference & 0x80808080;
    if (hits === 0) continue;
    return words[bucket + REFERENCES + (group << 2) + ((31 - Math.clz32(hits & -hits)) >>> 3)];
  }
  return 0;
}

export function setTag(words: Int32Array, bucket: number, index: number, tag: number): void {
  const at = bucket + (index >>> 2);
  const shift = (index & 3) << 3;
  words[at] = (words[at] & ~(255 << shift)) | (tag << shift);
}

function getTag(words: Int32Array, bucket: number, index: number): number {
  return (words[bucket + (index >>> 2)] >>> ((index & 3) << 3)) & 255;
}

/** Calls `visit` for all entries of a bucket and its overflow chain. */
export function visitChain(arena: Arena, home: number, visit: (entry: number) => void): void {
  let reference = home;
  while (reference !== 0) {
    const words = arena.words[reference >>> SEGMENT_SHIFT];
    const bucket = (reference & SEGMENT_MASK) << 1;
    for (let i = 0; i < BUCKET_SLOTS; i++) {
      const entry = words[bucket + REFERENCES + i];
      if (entry !== 0) visit(entry);
    }
    reference = words[bucket + CHAIN];
  }
}

/** The `wanted`th entry of a bucket and its chain, 0 if there are fewer. */
export function nthOfChain(arena: Arena, home: number, wanted: number): number {
  let left = wanted;
  let reference = home;
  while (reference !== 0) {
    const words = arena.words[reference >>> SEGMENT_SHIFT];
    const bucket = (reference & SEGMENT_MASK) << 1;
    for (let i = 0; i < BUCKET_SLOTS; i++) {
      const entry = words[bucket + REFERENCES + i];
      if (entry !== 0 && left-- === 0) return entry;
    }
    reference = words[bucket + CHAIN];
  }
  return 0;
}

/** Frees overflow buckets that have become empty, behind the bucket `home`; returns how many. */
export function tidyChain(arena: Arena, home: number): number {
  let words = arena.words[home >>> SEGMENT_SHIFT];
  let bucket = (home & SEGMENT_MASK) << 1;
  let freed = 0;
  while (words[bucket + CHAIN] !== 0) {
    const next = words[bucket + CHAIN];
    const nextWords = arena.words[next >>> SEGMENT_SHIFT];
    const nextBucket = (next & SEGMENT_MASK) << 1;
    if ((nextWords[nextBucket] | nextWords[nextBucket + 1] | nextWords[nextBucket + 2]) === 0) {
      words[bucket + CHAIN] = nextWords[nextBucket + CHAIN];
      arena.free(next);
      freed++;
    } else {
      words = nextWords;
      bucket = nextBucket;
    }
  }
  return freed;
}

/** Moves what stands in overflow buckets into the holes of the first, then frees the empty ones; returns how many. */
export function compactChain(arena: Arena, home: number): number {
  const homeWords = arena.words[home >>> SEGMENT_SHIFT];
  const homeBucket = (home & SEGMENT_MASK) << 1;
  let reference = homeWords[homeBucket + CHAIN];
  while (reference !== 0) {
    const words = arena.words[reference >>> SEGMENT_SHIFT];
    const bucket = (reference & SEGMENT_MASK) << 1;
    for (let i = 0; i < BUCKET_SLOTS; i++) {
      if (words[bucket + REFERENCES + i] === 0) continue;
      const hole = freeSlot(homeWords, homeBucket);
      if (hole < 0) return tidyChain(arena, home);
      homeWords[homeBucket + REFERENCES + hole] = words[bucket + REFERENCES + i];
      setTag(homeWords, homeBucket, hole, getTag(words, bucket, i));
      words[bucket + REFERENCES + i] = 0;
      setTag(words, bucket, i, 0);
    }
    reference = words[bucket + CHAIN];
  }
  return tidyChain(arena, home);
}

/** Frees the overflow buckets of a bucket; returns how many they were. */
export function freeOverflow(arena: Arena, home: number): number {
  let count = 0;
  let reference = arena.words[home >>> SEGMENT_SHIFT][((home & SEGMENT_MASK) << 1) + CHAIN];
  for (; reference !== 0; count++) {
    const next = arena.words[reference >>> SEGMENT_SHIFT][((reference & SEGMENT_MASK) << 1) + CHAIN];
    arena.free(reference);
    reference = next;
  }
  return count;
}

/** Checks the tags of all entries of a bucket and its chain, and that no overflow bucket is empty; throws. For tests. */
export function verifyChain(arena: Arena, home: number, hashOf: (entry: number) => number): void {
  for (let reference = home; reference !== 0; ) {
    const words = arena.words[reference >>> SEGMENT_SHIFT];
    const bucket = (reference & SEGMENT_MASK) << 1;
    let entries = 0;
    for (let i = 0; i < BUCKET_SLOTS; i++) {
      const entry = words[bucket + REFERENCES + i];
      const tag = getTag(words, bucket, i);
      if ((entry === 0) !== (tag === 0)) throw new Error('Table: tag without entry');
      if (entry === 0) continue;
      if (tag !== tagOf(hashOf(entry))) throw new Error('Table: wrong tag');
      entries++;
    }
    if (reference !== home && entries === 0) throw new Error('Table: empty overflow bucket');
    reference = words[bucket + CHAIN];
  }
}
