/** Hot. MurmurHash64A, by A. Appleby (2008, public domain); 64-bit arithmetic in words of 32 bits. */

const MULTIPLIER_HIGH = 0xc6a4a793 | 0;
const MULTIPLIER_LOW = 0x5bd1e995 | 0;

/** The words of the last hash. */
export let murmurHigh = 0;
export let murmurLow = 0;

/** Hashes bytes[start, end) with a seed of 32 bits; the result is in `murmurHigh` and `murmurLow`. */
export function murmurHash64(bytes: Uint8Array, start: number, end: number, seed: number): void {
  const length = end - start;
  // A length takes 29 bits: its product with the multiplier's words is the product of the whole.
  let hashHigh = upperWord(0, length);
  let hashLow = Math.imul(length, MULTIPLIER_LOW) ^ seed;
  let at = start;
  for (const last = end - (length & 7); at < last; at += 8) {
    let low = word(bytes, at);
    let high = upperWord(word(bytes, at + 4), low);
    low = Math.imul(low, MULTIPLIER_LOW) ^ (high >>> 15);
    high = upperWord(high, low) ^ hashHigh;
    low = Math.imul(low, MULTIPLIER_LOW) ^ hashLow;
    hashHigh = upperWord(high, low);
    hashLow = Math.imul(low, MULTIPLIER_LOW);
  }
  if (at < end) {
    for (let shift = 0; at < end; at++, shift += 8) {
      if (shift < 32) hashLow ^= bytes[at] << shift;
      else hashHigh ^= bytes[at] << (shift - 32);
    }
    hashHigh = upperWord(hashHigh, hashLow);
    hashLow = Math.imul(hashLow, MULTIPLIER_LOW);
  }
  hashLow ^= hashHigh >>> 15;
  murmurHigh = upperWord(hashHigh, hashLow);
  murmurLow = Math.imul(hashLow, MULTIPLIER_LOW) ^ (murmurHigh >>> 15);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** The upper word of high:low times the multiplier, modulo 2^64; the lower one is Math.imul(low, MULTIPLIER_LOW). */
function upperWord(high: number, low: number): number {
  return (
    (upperProduct(low, MULTIPLIER_LOW) + Math.imul(high, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH)) |
    0
  );
}

/** The upper 32 bits of the product of two unsigned words. */
function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = Math.imul(aHigh, bLow);
  const other = Math.imul(aLow, bHigh);
  const middle = (Math.imul(aLow, bLow) >>> 16) + (cross & 0xffff) + (other & 0xffff);
  return (Math.imul(aHigh, bHigh) + (cross >>> 16) + (other >>> 16) + (middle >>> 16)) | 0;
}
