/** Cold. The text of binary floating point numbers: its grammar, and correct rounding to a format with any number of bits. */

/** How a format stores numbers: mantissa * 2^exponent, with a mantissa of at most `bits` bits. */
export interface FloatFormat {
  readonly bits: number;
  readonly exponentMin: number;
  readonly exponentMax: number;
}

/** mantissa * 2^exponent; infinite when the exponent is Infinity (the mantissa is its sign then). */
export interface BinaryFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** digits * base^exponent, as it was written. */
interface WrittenNumber {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly base: 2n | 10n;
  readonly exponent: number;
}

export const ZERO: BinaryFloat = { mantissa: 0n, exponent: 0 };

/** The grammar of C's strtod, less "nan" and leading spaces. */
const DECIMAL = /^([+-]?)(\d+\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]+\.?([\da-fA-F]*)|\.([\da-fA-F]+))(?:[pP]([+-]?\d+))?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** No format here reaches 10^EXPONENT_LIMIT or its inverse. */
const EXPONENT_LIMIT = 10_000;
/** A hexadecimal digit behind these can only show that the number is not halfway between two others. */
const HEXADECIMAL_DIGITS_MAX = 32;

/** Whether the text is a decimal number, an exponent included. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** Whether the text has a digit other than 0 before its exponent. */
export function isNonZero(text: string): boolean {
  return /^[^eE]*[1-9]/.test(text);
}

/**
 * Reads a decimal or hexadecimal number or an infinity, rounded to nearest, ties to even. Null when the text is none of
 * these, or when a finite number overflows the format or one that is not zero comes out as zero.
 */
export function parseFloatText(text: string, format: FloatFormat): BinaryFloat | null {
  const infinite = INFINITE.exec(text);
  if (infinite) return { mantissa: infinite[1] === '-' ? -1n : 1n, exponent: Number.POSITIVE_INFINITY };
  const written = readDecimal(text) ?? readHexadecimal(text);
  if (!written) return null;
  if (written.digits === 0n) return ZERO;
  const magnitude = written.exponent + (written.base === 10n ? written.digits.toString().length : 0);
  if (Math.abs(magnitude) > EXPONENT_LIMIT * (written.base === 10n ? 1 : 4)) return null;
  const power = written.base ** BigInt(Math.abs(written.exponent));
  const scaledUp = written.exponent >= 0;
  const float = roundRatio(scaledUp ? written.digits * power : written.digits, scaledUp ? 1n : power, format);
  if (float.mantissa === 0n || float.exponent === Number.POSITIVE_INFINITY) return null;
  return written.negative ? { mantissa: -float.mantissa, exponent: float.exponent } : float;
}

/** The float nearest to numerator / denominator (both positive), ties to even. */
export function roundRatio(numerator: bigint, denominator: bigint, format: FloatFormat): BinaryFloat {
  let exponent = bitLength(numerator) - bitLength(denominator) - format.bits;
  // The quotient has `bits` or one more bit; with one more, divide by the next power of two.
  const shift = exponent + format.bits;
  const wide =
    shift >= 0 ? numerator >> BigInt(shift) >= denominator : numerator << BigInt(-shift) >= denominator;
  if (wide) exponent++;
  exponent = Math.max(exponent, format.exponentMin);
  const dividend = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
  const divisor = exponent > 0 ? denominator << BigInt(exponent) : denominator;
  let mantissa = divideToNearest(dividend, divisor);
  if (bitLength(mantissa) > format.bits) {
    mantissa >>= 1n;
    exponent++;
  }
  if (exponent > format.exponentMax) return { mantissa: 1n, exponent: Number.POSITIVE_INFINITY };
  return { mantissa, exponent };
}

/** dividend / divisor (0 or more, positive) rounded to an integer, ties to even. */
export function divideToNearest(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = (dividend - quotient * divisor) * 2n;
  const up = rest > divisor || (rest === divisor && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function readDecimal(text: string): WrittenNumber | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const decimals = (match[3] ?? match[4] ?? '').length;
  return {
    negative: match[1] === '-',
    digits: BigInt(match[2].replace('.', '')),
    base: 10n,
    exponent: Number(match[5] ?? 0) - decimals,
  };
}

function readHexadecimal(text: string): WrittenNumber | null {
  const match = HEXADECIMAL.exec(text);
  if (!match) return null;
  const decimals = (match[3] ?? match[4] ?? '').length;
  const digits = match[2].replace('.', '').replace(/^0+/, '');
  const kept = digits.slice(0, HEXADECIMAL_DIGITS_MAX);
  const dropped = digits.slice(HEXADECIMAL_DIGITS_MAX);
  const sticky = /[^0]/.test(dropped) ? '1' : '0';
  return {
    negative: match[1] === '-',
    digits: BigInt(`0x0${kept}${sticky}`),
    base: 2n,
    exponent: Number(match[5] ?? 0) + 4 * (dropped.length - decimals - 1),
  };
}
