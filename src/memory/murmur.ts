/** Hot. MurmurHash64A, by A. Appleby (2008, public domain); 64-bit arithmetic in words of 32 bits. */

const MULTIPLIER_HIGH = 0xc6a4a793 | 0;
const MULTIPLIER_LOW = 0x5bd1e995 | 0;

/** The words of the last hash. */
export let murmurHigh = 0;
export let murmurLow = 0;

/** A number under way. */
let high = 0;
let low = 0;

/** Hashes bytes[start, end) with a seed of 32 bits; the result is in `murmurHigh` and `murmurLow`. */
export function murmurHash64(bytes: Uint8Array, start: number, end: number, seed: number): void {
  const length = end - start;
  // A length takes 29 bits: its product with the multiplier's words is the product of the whole.
  high = 0;
  low = length;
  multiply();
  let hashHigh = high;
  let hashLow = low ^ seed;
  let at = start;
  for (const last = end - (length & 7); at < last; at += 8) {
    low = word(bytes, at);
    high = word(bytes, at + 4);
    multiply();
    low ^= high >>> 15;
    multiply();
    high ^= hashHigh;
    low ^= hashLow;
    multiply();
    hashHigh = high;
    hashLow = low;
  }
  if (at < end) {
    for (let shift = 0; at < end; at++, shift += 8) {
      if (shift < 32) hashLow ^= bytes[at] << shift;
      else hashHigh ^= bytes[at] << (shift - 32);
    }
    high = hashHigh;
    low = hashLow;
    multiply();
    hashHigh = high;
    hashLow = low;
  }
  high = hashHigh;
  low = hashLow ^ (hashHigh >>> 15);
  multiply();
  murmurHigh = high;
  murmurLow = low ^ (high >>> 15);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** Multiplies high:low, modulo 2^64. */
function multiply(): void {
  const carried = upperProduct(low, MULTIPLIER_LOW);
  high = (carried + Math.imul(high, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH)) | 0;
  low = Math.imul(low, MULTIPLIER_LOW);
}

/** The upper 32 bits of the product of two unsigned words. */
function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowProduct = Math.imul(aLow, bLow) >>> 16;
  const middle = Math.imul(aHigh, bLow) >>> 0;
  const sum = lowProduct + (middle & 0xffff) + (Math.imul(aLow, bHigh) >>> 0);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + Math.floor(sum / 65536)) | 0;
}
