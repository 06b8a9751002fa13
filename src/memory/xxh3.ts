/**
 * Hot. XXH3, 64 bits, seed 0: the hash by which clients compare values (DIGEST, IFDEQ).
 * Source: Y. Collet, the XXH3 specification published with xxHash. 64-bit words are pairs of int32, high and low.
 */

/** The result of the last `xxh3`. */
export let xxh3High = 0;
export let xxh3Low = 0;

const SECRET_TEXT =
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
  'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8' +
  'fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb17' +
  '0ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e';
const SECRET = Uint8Array.from(SECRET_TEXT.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** The four bytes at every offset. */
const secretWords = Int32Array.from({ length: SECRET.length - 3 }, (_, at) => word(SECRET, at));
const STRIPE_BYTES = 64;
/** A block uses up the secret, eight bytes a stripe; then the accumulators are scrambled. */
const BLOCK_STRIPES = 16;
const SECRET_LAST = 192 - STRIPE_BYTES;

const PRIME32_1 = 0x9e3779b1 | 0;
const PRIME64_1_HIGH = 0x9e3779b1 | 0;
const PRIME64_1_LOW = 0x85ebca87 | 0;
/** Low and high words in turn. */
const ACCUMULATORS_START = Int32Array.of(
  ...[0xc2b2ae3d, 0, PRIME64_1_LOW, PRIME64_1_HIGH, 0x27d4eb4f, 0xc2b2ae3d, 0x9e3779f9, 0x165667b1],
  ...[0xc2b2ae63, 0x85ebca77, 0x85ebca77, 0, 0x165667c5, 0x27d4eb2f, PRIME32_1, 0],
);
const accumulators = new Int32Array(16);

/** Hashes bytes[start, end); the result is left in `xxh3High` and `xxh3Low`. */
export function xxh3(bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  if (length <= 16) hashShort(bytes, start, length);
  else if (length <= 128) hashMiddle(bytes, start, length);
  else if (length <= 240) hashUpperMiddle(bytes, start, length);
  else hashLong(bytes, start, length);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function swapBytes(value: number): number {
  return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

/** The high word of the product of two words, which the low one and the rounded product leave no doubt about. */
function productHigh(left: number, right: number): number {
  const a = left >>> 0;
  const b = right >>> 0;
  return Math.floor((a * b - (Math.imul(a, b) >>> 0)) * 2 ** -32 + 0.5) | 0;
}

/** Result += (high, low). */
function add(high: number, low: number): void {
  const sum = (xxh3Low >>> 0) + (low >>> 0);
  xxh3Low = sum | 0;
  xxh3High = (xxh3High + high + (sum > 0xffffffff ? 1 : 0)) | 0;
}

/** Result *= (high, low), modulo 2^64. */
function multiply(high: number, low: number): void {
  xxh3High = (productHigh(xxh3Low, low) + Math.imul(xxh3High, low) + Math.imul(xxh3Low, high)) | 0;
  xxh3Low = Math.imul(xxh3Low, low);
}

/** Result ^= result >>> bits, for 1 to 31. */
function foldShort(bits: number): void {
  xxh3Low ^= (xxh3Low >>> bits) | (xxh3High << (32 - bits));
  xxh3High ^= xxh3High >>> bits;
}

/** Result ^= result >>> bits, for 32 to 63. */
function foldLong(bits: number): void {
  xxh3Low ^= xxh3High >>> (bits - 32);
}

/** Result += the two halves, xored, of the product of two 64-bit words. */
function addFoldedProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const middle =
    (productHigh(aLow, bLow) >>> 0) + (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bHigh) >>> 0);
  const upper =
    (Math.imul(aHigh, bHigh) >>> 0) +
    (productHigh(aHigh, bLow) >>> 0) +
    (productHigh(aLow, bHigh) >>> 0) +
    Math.floor(middle / 2 ** 32);
  const top = (productHigh(aHigh, bHigh) + Math.floor(upper / 2 ** 32)) | 0;
  add((middle | 0) ^ top, Math.imul(aLow, bLow) ^ (upper | 0));
}

/** The finish of inputs above eight bytes. */
function avalanche(): void {
  foldLong(37);
  multiply(0x16566791, 0x9e3779f9);
  foldLong(32);
}

/** The finish that the older XXH64 has, for up to three bytes. */
function avalancheOld(): void {
  foldLong(33);
  multiply(0xc2b2ae3d, 0x27d4eb4f);
  foldShort(29);
  multiply(0x165667b1, 0x9e3779f9);
  foldLong(32);
}

/** The two secret words at `at` xored; `half` is 4 for the high one. */
function secretPair(at: number, half: number): number {
  return secretWords[at + half] ^ secretWords[at + 8 + half];
}

function hashShort(bytes: Uint8Array, start: number, length: number): void {
  if (length > 8) {
    hashUpToSixteen(bytes, start, length);
  } else if (length >= 4) {
    hashUpToEight(bytes, start, length);
  } else if (length > 0) {
    const last = bytes[start + length - 1];
    const combined = (bytes[start] << 16) | (bytes[start + (length >> 1)] << 24) | (length << 8) | last;
    xxh3High = 0;
    xxh3Low = combined ^ secretWords[0] ^ secretWords[4];
    avalancheOld();
  } else {
    xxh3High = secretPair(56, 4);
    xxh3Low = secretPair(56, 0);
    avalancheOld();
  }
}

function hashUpToEight(bytes: Uint8Array, start: number, length: number): void {
  const high = word(bytes, start) ^ secretPair(8, 4);
  const low = word(bytes, start + length - 4) ^ secretPair(8, 0);
  // x ^ rotate(x, 49) ^ rotate(x, 24)
  xxh3High = high ^ ((low << 17) | (high >>> 15)) ^ ((high << 24) | (low >>> 8));
  xxh3Low = low ^ ((high << 17) | (low >>> 15)) ^ ((low << 24) | (high >>> 8));
  multiply(0x9fb21c65, 0x1e98df25);
  // x ^= (x >>> 35) + length
  xxh3Low ^= (xxh3High >>> 3) + length;
  multiply(0x9fb21c65, 0x1e98df25);
  foldShort(28);
}

function hashUpToSixteen(bytes: Uint8Array, start: number, length: number): void {
  const firstLow = word(bytes, start) ^ secretPair(24, 0);
  const firstHigh = word(bytes, start + 4) ^ secretPair(24, 4);
  const lastLow = word(bytes, start + length - 8) ^ secretPair(40, 0);
  const lastHigh = word(bytes, start + length - 4) ^ secretPair(40, 4);
  xxh3High = 0;
  xxh3Low = length;
  add(swapBytes(firstLow), swapBytes(firstHigh));
  add(lastHigh, lastLow);
  addFoldedProduct(firstHigh, firstLow, lastHigh, lastLow);
  avalanche();
}

/** Mixes 16 bytes with 16 of the secret into the result. */
function mix(bytes: Uint8Array, at: number, secret: number): void {
  addFoldedProduct(
    word(bytes, at + 4) ^ secretWords[secret + 4],
    word(bytes, at) ^ secretWords[secret],
    word(bytes, at + 12) ^ secretWords[secret + 12],
    word(bytes, at + 8) ^ secretWords[secret + 8],
  );
}

function startWithLength(length: number): void {
  xxh3High = 0;
  xxh3Low = length;
  multiply(PRIME64_1_HIGH, PRIME64_1_LOW);
}

/** 17 to 128 bytes: pairs of 16, from the outside in. */
function hashMiddle(bytes: Uint8Array, start: number, length: number): void {
  startWithLength(length);
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    mix(bytes, start + 16 * pair, 32 * pair);
    mix(bytes, start + length - 16 * (pair + 1), 32 * pair + 16);
  }
  avalanche();
}

/** 129 to 240 bytes. */
function hashUpperMiddle(bytes: Uint8Array, start: number, length: number): void {
  startWithLength(length);
  for (let round = 0; round < 8; round++) mix(bytes, start + 16 * round, 16 * round);
  avalanche();
  for (let round = 8; round < length >> 4; round++) mix(bytes, start + 16 * round, 16 * (round - 8) + 3);
  mix(bytes, start + length - 16, 136 - 17);
  avalanche();
}

function hashLong(bytes: Uint8Array, start: number, length: number): void {
  accumulators.set(ACCUMULATORS_START);
  const stripes = Math.floor((length - 1) / STRIPE_BYTES);
  for (let stripe = 0; stripe < stripes; stripe++) {
    const inBlock = stripe % BLOCK_STRIPES;
    accumulate(bytes, start + stripe * STRIPE_BYTES, 8 * inBlock);
    if (inBlock === BLOCK_STRIPES - 1) scramble();
  }
  accumulate(bytes, start + length - STRIPE_BYTES, SECRET_LAST - 7);
  xxh3High = 0;
  xxh3Low = length | 0;
  multiply(PRIME64_1_HIGH, PRIME64_1_LOW);
  if (length > 0xffffffff) add(Math.imul(Math.floor(length / 2 ** 32), PRIME64_1_LOW), 0);
  for (let pair = 0; pair < 4; pair++) {
    const secret = 11 + 16 * pair;
    addFoldedProduct(
      accumulators[4 * pair + 1] ^ secretWords[secret + 4],
      accumulators[4 * pair] ^ secretWords[secret],
      accumulators[4 * pair + 3] ^ secretWords[secret + 12],
      accumulators[4 * pair + 2] ^ secretWords[secret + 8],
    );
  }
  avalanche();
}

/** Each lane of eight bytes is added to its neighbour's accumulator, and the product of its keyed halves to its own. */
function accumulate(bytes: Uint8Array, at: number, secret: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const dataLow = word(bytes, at + 8 * lane);
    const dataHigh = word(bytes, at + 8 * lane + 4);
    const keyedLow = dataLow ^ secretWords[secret + 8 * lane];
    const keyedHigh = dataHigh ^ secretWords[secret + 8 * lane + 4];
    const neighbour = (lane ^ 1) * 2;
    const moved = (accumulators[neighbour] >>> 0) + (dataLow >>> 0);
    accumulators[neighbour] = moved;
    accumulators[neighbour + 1] += dataHigh + (moved > 0xffffffff ? 1 : 0);
    const sum = (accumulators[lane * 2] >>> 0) + (Math.imul(keyedLow, keyedHigh) >>> 0);
    accumulators[lane * 2] = sum;
    accumulators[lane * 2 + 1] += productHigh(keyedLow, keyedHigh) + (sum > 0xffffffff ? 1 : 0);
  }
}

function scramble(): void {
  for (let lane = 0; lane < 8; lane++) {
    const high = accumulators[lane * 2 + 1];
    const low = accumulators[lane * 2] ^ (high >>> 15) ^ secretWords[SECRET_LAST + 8 * lane];
    const keyedHigh = high ^ secretWords[SECRET_LAST + 8 * lane + 4];
    accumulators[lane * 2] = Math.imul(low, PRIME32_1);
    accumulators[lane * 2 + 1] = productHigh(low, PRIME32_1) + Math.imul(keyedHigh, PRIME32_1);
  }
}
