/** Hot. Decimal text of doubles as Redis writes scores: 17 significant digits at most, usually the fewest that read back. */
import { digitCount, digitScale, digits, generateShortest } from './grisu.ts';
import { writeInt64, writeInteger } from './integers.ts';

/** The most bytes that `writeDouble` writes: a sign, 17 digits, a point, and "e-308" or up to six zeros behind "0.". */
export const DOUBLE_BYTES_MAX = 32;

/** With so many, every double reads back. */
const SIGNIFICANT_DIGITS = 17;
const TWO_32 = 2 ** 32;
const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;

/**
 * Writes a double at target[at ...]; returns how many bytes it took (DOUBLE_BYTES_MAX at most). Whole numbers up to 2^62
 * are written in full, others with the digits of Grisu2: "0.1", "1e-7", "1e+20", "99999999999999990000000", "-0", "inf", "nan".
 */
export function writeDouble(value: number, target: Uint8Array, at: number): number {
  if (Number.isSafeInteger(value) && value !== 0) return writeInteger(value, target, at);
  const negative = value < 0 || Object.is(value, -0);
  let start = at;
  if (negative) target[start++] = MINUS;
  const magnitude = negative ? -value : value;
  if (magnitude === 0) {
    target[start] = ZERO;
    return start + 1 - at;
  }
  if (magnitude < THOUSANDTHS_MAX) {
    const thousandths = Math.round(magnitude * 1000);
    if (thousandths / 1000 === magnitude) return start - at + writeThousandths(thousandths, target, start);
  }
  if (magnitude <= 2 ** 62 && magnitude >= 2 ** 53) return start - at + writeWhole(magnitude, target, start);
  if (!(magnitude < Number.POSITIVE_INFINITY)) {
    const word = Number.isNaN(magnitude) ? 'nan' : 'inf';
    for (let index = 0; index < 3; index++) target[start + index] = word.charCodeAt(index);
    return start + 3 - at;
  }
  generateShortest(magnitude);
  return start - at + layOut(target, start, negative);
}

/**
 * Prices and the like, up to three decimals, take 30 ns this way instead of 220. Grisu2 finds the same digits: such a
 * decimal is at least 1/250 of a unit in the last place from the middle between two doubles, which is four units of the
 * 64-bit products; those are off by less than two.
 */
const THOUSANDTHS_MAX = 2e6;

function writeThousandths(thousandths: number, target: Uint8Array, at: number): number {
  const whole = (thousandths / 1000) | 0;
  let rest = thousandths - whole * 1000;
  let end = at + writeInteger(whole, target, at);
  target[end++] = POINT;
  for (let unit = 100; rest > 0; unit /= 10) {
    const digit = (rest / unit) | 0;
    target[end++] = ZERO + digit;
    rest -= digit * unit;
  }
  return end - at;
}

function writeWhole(value: number, target: Uint8Array, at: number): number {
  return writeInt64(Math.floor(value / TWO_32), (value % TWO_32) | 0, target, at);
}

const scratch = new Uint8Array(DOUBLE_BYTES_MAX);
const decoder = new TextDecoder('latin1');

/** What `writeDouble` writes, as a string. */
export function formatDouble(value: number): string {
  return decoder.decode(scratch.subarray(0, writeDouble(value, scratch, 0)));
}

function layOut(target: Uint8Array, at: number, negative: boolean): number {
  const last = digitCount + digitScale - 1;
  const magnitude = last < 0 ? -last : last;
  if (digitScale >= 0 && magnitude < digitCount + 7) {
    copyDigits(target, at, 0, digitCount);
    target.fill(ZERO, at + digitCount, at + digitCount + digitScale);
    return digitCount + digitScale;
  }
  if (digitScale < 0 && (digitScale > -7 || magnitude < 4)) return layOutPlain(target, at);
  return layOutScientific(target, at, last, negative ? 17 : 18);
}

/** 0.00123, 1.23 */
function layOutPlain(target: Uint8Array, at: number): number {
  const before = digitCount + digitScale;
  if (before > 0) {
    copyDigits(target, at, 0, before);
    target[at + before] = POINT;
    copyDigits(target, at + before + 1, before, digitCount);
    return digitCount + 1;
  }
  target[at] = ZERO;
  target[at + 1] = POINT;
  target.fill(ZERO, at + 2, at + 2 - before);
  copyDigits(target, at + 2 - before, 0, digitCount);
  return digitCount + 2 - before;
}

/** 1e+20, 1.23e-7 */
function layOutScientific(target: Uint8Array, at: number, exponent: number, digitsMax: number): number {
  const count = Math.min(digitCount, digitsMax);
  let end = at;
  target[end++] = ZERO + digits[0];
  if (count > 1) {
    target[end++] = POINT;
    copyDigits(target, end, 1, count);
    end += count - 1;
  }
  target[end++] = 0x65;
  target[end++] = exponent < 0 ? MINUS : 0x2b;
  end += writeInteger(exponent < 0 ? -exponent : exponent, target, end);
  return end - at;
}

function copyDigits(target: Uint8Array, at: number, from: number, to: number): void {
  for (let index = from; index < to; index++) target[at + index - from] = ZERO + digits[index];
}

/** A double with 17 significant digits, trailing zeros left out: "0.10000000000000001", "1e+20", "inf". */
export function formatSeventeenDigits(value: number): string {
  if (!Number.isFinite(value)) return formatDouble(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e');
  const exponent = Number(exponentText);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const all = mantissa.replace(/[-.]/g, '').replace(/0+$/, '');
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const fraction = all.length > 1 ? `.${all.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${all[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = all.slice(exponent + 1);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}
