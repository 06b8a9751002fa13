/**
 * Hot. How a HyperLogLog is kept in a string; the format is Redis's, so that strings can be exchanged.
 *
 *     "HYLL" | encoding (1 byte: 0 dense, 1 sparse) | 3 zero bytes | cached estimate (8 bytes, little endian) | registers
 *
 * The highest bit of the cached estimate says that it is out of date. There are 16384 registers of 6 bits:
 *
 *     dense:    packed, the lower bits of a byte first
 *     sparse:   runs of equal registers
 *               00nnnnnn            n + 1 registers of 0
 *               01nnnnnn nnnnnnnn   n + 1 registers of 0
 *               1vvvvvnn            n + 1 registers of v + 1
 *
 * Sources: P. Flajolet et al., "HyperLogLog" (2007); S. Heule et al., "HyperLogLog in practice" (2013).
 */
import { murmurHash64, murmurHigh, murmurLow } from '../../memory/murmur.ts';

export const REGISTERS = 16384;
const INDEX_BITS = 14;
/** The largest value that a register takes: leading zeros of the other 50 bits of a hash, and one. */
export const REGISTER_MAX = 64 - INDEX_BITS + 1;
export const HEADER_BYTES = 16;
export const DENSE_BYTES = HEADER_BYTES + (REGISTERS * 6) / 8;
export const DENSE = 0;
export const SPARSE = 1;

const MAGIC = 0x4c4c5948;
const ENCODING_AT = 4;
/** The cached estimate takes the rest of the header. */
export const CACHE_AT = 8;
const OUTDATED = 0x80;
const SEED = 0xadc83b19 | 0;

/** Where the last element hashed belongs: its register, and the value that it gives. */
export let elementRegister = 0;
export let elementValue = 0;

/** Hashes an element; see `elementRegister` and `elementValue`. */
export function hashElement(bytes: Uint8Array, start: number, end: number): void {
  murmurHash64(bytes, start, end, SEED);
  elementRegister = murmurLow & (REGISTERS - 1);
  const lower = (murmurLow >>> INDEX_BITS) | (murmurHigh << (32 - INDEX_BITS));
  const zeros =
    lower !== 0 ? trailingZeros(lower) : 32 + trailingZeros((murmurHigh >>> INDEX_BITS) | (1 << 18));
  elementValue = zeros + 1;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Whether bytes[start, end) look like a HyperLogLog. */
export function isHyperLogLog(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES) return false;
  const magic = bytes[start] | (bytes[start + 1] << 8) | (bytes[start + 2] << 16) | (bytes[start + 3] << 24);
  if (magic !== MAGIC) return false;
  const encoding = bytes[start + ENCODING_AT];
  return encoding === SPARSE || (encoding === DENSE && end - start === DENSE_BYTES);
}

export function isSparse(bytes: Uint8Array, start: number): boolean {
  return bytes[start + ENCODING_AT] === SPARSE;
}

/** Writes the header of an empty one. */
export function writeHeader(bytes: Uint8Array, start: number, encoding: number): void {
  bytes.fill(0, start, start + HEADER_BYTES);
  for (let i = 0; i < 4; i++) bytes[start + i] = MAGIC >>> (8 * i);
  bytes[start + ENCODING_AT] = encoding;
}

/** Notes that registers have changed. */
export function outdate(bytes: Uint8Array, start: number): void {
  bytes[start + HEADER_BYTES - 1] |= OUTDATED;
}

/** The estimate of the registers as they are, -1 if it has to be made. */
export function cachedEstimate(bytes: Uint8Array, start: number): number {
  if ((bytes[start + HEADER_BYTES - 1] & OUTDATED) !== 0) return -1;
  let estimate = 0;
  for (let i = HEADER_BYTES - 1; i >= CACHE_AT; i--) estimate = estimate * 256 + bytes[start + i];
  return estimate;
}

export function cacheEstimate(bytes: Uint8Array, start: number, estimate: number): void {
  let rest = estimate;
  for (let i = CACHE_AT; i < HEADER_BYTES; i++, rest = Math.floor(rest / 256)) bytes[start + i] = rest % 256;
}
