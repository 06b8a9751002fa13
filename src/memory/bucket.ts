/** Hot. A hash table's bucket: one cache line of tags and references, and the places in scan order. */

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

/** Where a hash stands in scan order: an unsigned 32-bit number. */
export function placeOf(hash: number): number {
  return ((reverse6(hash & 63) << 26) | (hash >>> 6)) >>> 0;
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

export function setTag(words: Int32Array, bucket: number, index: number, tag: number): void {
  const at = bucket + (index >>> 2);
  const shift = (index & 3) << 3;
  words[at] = (words[at] & ~(255 << shift)) | (tag << shift);
}

export function getTag(words: Int32Array, bucket: number, index: number): number {
  return (words[bucket + (index >>> 2)] >>> ((index & 3) << 3)) & 255;
}
