/**
 * Cold. The 80-bit floating point numbers (long double) of x86, in which Redis computes INCRBYFLOAT and HINCRBYFLOAT:
 * 64 bits of mantissa, results rounded to nearest, ties to even.
 */
import {
  type BinaryFloat,
  divideToNearest,
  type FloatFormat,
  parseFloatText,
  roundRatio,
  ZERO,
} from './float-text.ts';

/** A value is mantissa * 2^exponent, the mantissa signed; infinite when the exponent is Infinity. */
export type Extended = BinaryFloat;

const FORMAT: FloatFormat = { bits: 64, exponentMin: -16445, exponentMax: 16320 };
/** The largest finite value. */
export const EXTENDED_MAX: Extended = { mantissa: 2n ** 64n - 1n, exponent: FORMAT.exponentMax };
/** Longer texts Redis does not take for numbers. */
const TEXT_BYTES_MAX = 5119;
/** How many digits behind the point are printed. */
const DECIMALS = 17;

const decoder = new TextDecoder('latin1');

/** Reads bytes[start, end); the same texts as `parseDouble`, at most 5119 bytes. Null when they are no number. */
export function parseExtended(bytes: Uint8Array, start: number, end: number): Extended | null {
  if (end - start > TEXT_BYTES_MAX) return null;
  return parseFloatText(decoder.decode(bytes.subarray(start, end)), FORMAT);
}

export function isFiniteExtended(value: Extended): boolean {
  return value.exponent !== Number.POSITIVE_INFINITY;
}

/** The rounded sum; infinite on overflow. Null for the sum of two opposite infinities, which is no number. */
export function addExtended(left: Extended, right: Extended): Extended | null {
  if (!isFiniteExtended(left) || !isFiniteExtended(right)) {
    if (isFiniteExtended(left)) return right;
    return isFiniteExtended(right) || left.mantissa === right.mantissa ? left : null;
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const sum =
    (left.mantissa << BigInt(left.exponent - exponent)) +
    (right.mantissa << BigInt(right.exponent - exponent));
  if (sum === 0n) return ZERO;
  const magnitude = sum < 0n ? -sum : sum;
  const power = 1n << BigInt(Math.abs(exponent));
  const rounded =
    exponent >= 0 ? roundRatio(magnitude * power, 1n, FORMAT) : roundRatio(magnitude, power, FORMAT);
  return sum < 0n ? { mantissa: -rounded.mantissa, exponent: rounded.exponent } : rounded;
}

export function negateExtended(value: Extended): Extended {
  return { mantissa: -value.mantissa, exponent: value.exponent };
}

/** Negative, 0 or positive, as `left` is less than, equal to, or greater than `right`. */
export function compareExtended(left: Extended, right: Extended): number {
  // A difference is never rounded to zero.
  const difference = addExtended(left, negateExtended(right));
  return difference === null ? 0 : Number(difference.mantissa);
}

/** A finite value in decimal: 17 digits behind the point, less the zeros at their end; never "-0", never an exponent. */
export function formatExtended(value: Extended): string {
  const magnitude = value.mantissa < 0n ? -value.mantissa : value.mantissa;
  const scaled = magnitude * 10n ** BigInt(DECIMALS);
  const units =
    value.exponent >= 0
      ? scaled << BigInt(value.exponent)
      : divideToNearest(scaled, 1n << BigInt(-value.exponent));
  const digits = units.toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  const sign = value.mantissa < 0n && units !== 0n ? '-' : '';
  return `${sign}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}
