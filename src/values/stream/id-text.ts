/** Hot. Ids of stream entries as text: "1526919030474-55". */
import { writeInteger } from '../../memory/integers.ts';
import { setId, type WideId } from '../../memory/wide-id.ts';

/** Two numbers of 20 digits and a separator. */
export const ID_TEXT_MAX = 41;
const TWO_32 = 2 ** 32;
const SAFE_HIGH = 0x200000;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const STAR = 0x2a;
/** Up to so many digits a number is exact in steps of ten. */
const DIGITS_MAX = 15;
const TEXT_MAX = 127;

/** What the second half was in the text last read. */
export const SEQUENCE_GIVEN = 1;
/** There was none. */
export const SEQUENCE_MISSING = 2;
/** It was "*". */
export const SEQUENCE_AUTOMATIC = 3;

/** Writes an id at target[at ...]; returns the position behind. */
export function writeIdText(id: WideId, target: Uint8Array, at: number, separator = MINUS): number {
  let end = at + writeUnsigned(id.msHigh, id.msLow, target, at);
  target[end++] = separator;
  return end + writeUnsigned(id.seqHigh, id.seqLow, target, end);
}

/** Writes an unsigned number of 64 bits at target[at ...]; returns how many bytes it took. */
export function writeUnsigned(high: number, low: number, target: Uint8Array, at: number): number {
  if (high >>> 0 < SAFE_HIGH) return writeInteger((high >>> 0) * TWO_32 + (low >>> 0), target, at);
  const text = ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString();
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return text.length;
}

/**
 * Reads "ms" or "ms-seq", and with `automatic` "ms-*", into `id`, whose second half is 0 when it is not given. Returns a
 * SEQUENCE_ constant, or 0 if the text is no id.
 */
export function parseId(
  bytes: Uint8Array,
  start: number,
  end: number,
  id: WideId,
  automatic: boolean,
): number {
  if (end - start > TEXT_MAX) return 0;
  let separator = start;
  while (separator < end && bytes[separator] !== MINUS && bytes[separator] !== 0) separator++;
  if (!parseUnsigned(bytes, start, separator)) return 0;
  const msHigh = high;
  const msLow = low;
  setId(id, msHigh, msLow, 0, 0);
  if (separator === end || bytes[separator] === 0) return SEQUENCE_MISSING;
  const from = separator + 1;
  let stop = from;
  while (stop < end && bytes[stop] !== 0) stop++;
  if (automatic && stop === from + 1 && bytes[from] === STAR) return SEQUENCE_AUTOMATIC;
  if (!parseUnsigned(bytes, from, stop)) return 0;
  setId(id, msHigh, msLow, high, low);
  return SEQUENCE_GIVEN;
}

let high = 0;
let low = 0;

/** Reads a number of 64 bits without sign into `high` and `low`. Returns whether it is one. */
function parseUnsigned(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > DIGITS_MAX || end === start) return parseOddUnsigned(bytes, start, end);
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return parseOddUnsigned(bytes, start, end);
    value = value * 10 + digit;
  }
  high = (value / TWO_32) | 0;
  low = value | 0;
  return true;
}

/** Any number that C's strtoull takes whole: spaces and a sign may lead, and a minus counts from 2^64 down. */
function parseOddUnsigned(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || (bytes[at] >= 9 && bytes[at] <= 13))) at++;
  const negative = bytes[at] === MINUS;
  if (at < end && (negative || bytes[at] === PLUS)) at++;
  // One that is written in the one right way is known to be negative, and refused.
  const isPlain = negative && at === start + 1 && bytes[at] !== ZERO && end - at <= 18;
  if (at === end || isPlain) return false;
  let value = 0n;
  for (; at < end; at++) {
    if (bytes[at] < ZERO || bytes[at] > NINE) return false;
    value = value * 10n + BigInt(bytes[at] - ZERO);
  }
  if (value >= 1n << 64n) return false;
  if (negative) value = BigInt.asUintN(64, -value);
  high = Number(value >> 32n) | 0;
  low = Number(value & 0xffffffffn) | 0;
  return true;
}
