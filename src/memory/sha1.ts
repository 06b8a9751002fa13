/** Warm. SHA-1 (FIPS 180-4): names scripts and sums up data sets. No protection against anybody who wants to forge. */

const BLOCK_BYTES = 64;
export const SHA1_BYTES = 20;
/** Bytes behind the message at least: the end mark and the length. */
const TRAILER_BYTES = 9;

const schedule = new Int32Array(80);
const state = new Int32Array(5);
const tail = new Uint8Array(2 * BLOCK_BYTES);

/** Writes the 20 bytes of the hash of bytes[start, end) to `target` from `at` on. The target may be the source. */
export function sha1(bytes: Uint8Array, start: number, end: number, target: Uint8Array, at = 0): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0;
  const length = end - start;
  const whole = length - (length % BLOCK_BYTES);
  for (let done = 0; done < whole; done += BLOCK_BYTES) addBlock(bytes, start + done);
  addTail(bytes, start + whole, end, length);
  for (let i = 0; i < 5; i++) writeWord(state[i], target, at + i * 4);
}

/** 40 hexadecimal digits. */
export function hexadecimal(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes behind the last whole block, the end mark and the length in bits. */
function addTail(bytes: Uint8Array, start: number, end: number, length: number): void {
  const rest = end - start;
  const size = rest + TRAILER_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
  tail.fill(0, rest, size);
  for (let i = 0; i < rest; i++) tail[i] = bytes[start + i];
  tail[rest] = 0x80;
  writeWord(Math.floor(length / 2 ** 29), tail, size - 8);
  writeWord(length << 3, tail, size - 4);
  for (let done = 0; done < size; done += BLOCK_BYTES) addBlock(tail, done);
}

function addBlock(bytes: Uint8Array, start: number): void {
  for (let i = 0, from = start; i < 16; i++, from += 4)
    schedule[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  for (let i = 16; i < 80; i++) {
    const word = schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16];
    schedule[i] = (word << 1) | (word >>> 31);
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  for (let i = 0; i < 80; i++) {
    const rotated = ((a << 5) | (a >>> 27)) + e + schedule[i];
    let next: number;
    if (i < 20) next = rotated + (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (i < 40) next = rotated + (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) next = rotated + ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else next = rotated + (b ^ c ^ d) + 0xca62c1d6;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

function writeWord(word: number, target: Uint8Array, at: number): void {
  target[at] = word >>> 24;
  target[at + 1] = word >>> 16;
  target[at + 2] = word >>> 8;
  target[at + 3] = word;
}
