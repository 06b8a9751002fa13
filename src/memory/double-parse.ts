/** Hot. Doubles from text as Redis reads scores: C's strtod over the whole text, nothing before or behind. */
import { type FloatFormat, isDecimal, isNonZero, parseFloatText } from './float-text.ts';

const DOUBLE: FloatFormat = { bits: 53, exponentMin: -1074, exponentMax: 971 };

/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Any number of this many digits is exact in a double; times or by an exact power of ten it is rounded once. */
const EXACT_DIGITS = 15;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

const decoder = new TextDecoder('latin1');

/**
 * Reads bytes[start, end): decimal with or without point and exponent, hexadecimal with or without a power of two,
 * "inf" or "infinity" in any case, a sign before any of them. NaN for anything else: "nan", spaces, nothing at all, a finite
 * number that overflows, one that is not zero but rounds to it.
 */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const first = at < end ? bytes[at] : 0;
  if (first === MINUS || first === PLUS) at++;
  let value = 0;
  let digitsLeft = EXACT_DIGITS;
  let decimals = -1;
  // Plain decimals of few digits, the usual ones; the rest goes the slow way from the start.
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === POINT) {
      if (decimals >= 0) return Number.NaN;
      decimals = EXACT_DIGITS - digitsLeft;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9 || digitsLeft === 0) return parseSlowly(bytes, start, end);
    value = value * 10 + digit;
    digitsLeft--;
  }
  const digits = EXACT_DIGITS - digitsLeft;
  if (digits === 0) return Number.NaN;
  if (decimals >= 0) value /= POWERS_OF_TEN[digits - decimals];
  return first === MINUS ? -value : value;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = decoder.decode(bytes.subarray(start, end));
  if (isDecimal(text)) {
    const value = Number(text);
    const outOfRange = !Number.isFinite(value) || (value === 0 && isNonZero(text));
    return outOfRange ? Number.NaN : value;
  }
  const float = parseFloatText(text, DOUBLE);
  if (float === null) return Number.NaN;
  if (float.mantissa === 0n) return text[0] === '-' ? -0 : 0;
  // In two steps, for 2^exponent alone can be too small for a double.
  const half = Math.trunc(float.exponent / 2);
  if (float.exponent === Number.POSITIVE_INFINITY) return Number(float.mantissa) * float.exponent;
  return Number(float.mantissa) * 2 ** half * 2 ** (float.exponent - half);
}
