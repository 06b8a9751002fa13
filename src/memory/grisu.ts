/** Hot. The decimal digits of doubles, by Grisu2. */

const TWO_32 = 2 ** 32;
const PER_TWO_32 = 2 ** -32;

const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);

/*
 * Grisu2, by F. Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with Integers" (2010): the double and the
 * middles between it and its neighbours, w, upper and lower, are scaled by a cached power of ten so that the upper one's
 * whole part fits 32 bits; digits of the upper one are produced until what is left is less than its distance to the lower one;
 * then the last digit is lowered towards w. The interval is narrowed by one unit of the 64-bit products, which are not exact:
 * one number in about a thousand comes out longer than need be. Other programs see these digits, so no better algorithm will do.
 *
 * A 64-bit number is two words, high and low, both numbers from 0 to 2^32 - 1.
 */

/** The digits of the last number (values 0 to 9), how many, and the power of ten of the last one. */
export const digits = new Uint8Array(20);
export let digitCount = 0;
export let digitScale = 0;

let productHigh = 0;
let productLow = 0;

/** The powers of ten 10^-348, 10^-340 ... 10^340: 64 bits rounded to nearest, and the power of two to multiply them by. */
const POWER_FIRST = -348;
const POWER_STEP = 8;
const POWER_COUNT = 87;
const powerHigh = new Float64Array(POWER_COUNT);
const powerLow = new Float64Array(POWER_COUNT);
const powerExponent = new Int32Array(POWER_COUNT);
for (let index = 0; index < POWER_COUNT; index++) preparePower(index);

function preparePower(index: number): void {
  const decimal = POWER_FIRST + index * POWER_STEP;
  const power = 10n ** BigInt(Math.abs(decimal));
  const bits = power.toString(2).length;
  // Above one, power * 2^(64 - bits); below, its inverse * 2^(63 + bits): 64 bits before the point, one to round by.
  const exponent = decimal >= 0 ? bits - 64 : -(63 + bits);
  const doubled = decimal >= 0 ? (power << 65n) >> BigInt(bits) : (1n << BigInt(64 + bits)) / power;
  const significand = (doubled + 1n) >> 1n;
  powerHigh[index] = Number(significand >> 32n);
  powerLow[index] = Number(significand & 0xffffffffn);
  powerExponent[index] = exponent;
}

/** The product's upper 64 bits, rounded. Products of words are exact: imul gives the low word, which settles the high one. */
function multiply(high: number, low: number, otherHigh: number, otherLow: number): void {
  const crossLow = Math.imul(high, otherLow) >>> 0;
  const crossHigh = Math.floor((high * otherLow - crossLow) * PER_TWO_32 + 0.5);
  const otherCrossLow = Math.imul(low, otherHigh) >>> 0;
  const otherCrossHigh = Math.floor((low * otherHigh - otherCrossLow) * PER_TWO_32 + 0.5);
  const bottomLow = Math.imul(low, otherLow) >>> 0;
  const bottomHigh = Math.floor((low * otherLow - bottomLow) * PER_TWO_32 + 0.5);
  const carry = Math.floor((crossLow + otherCrossLow + bottomHigh + 0x80000000) * PER_TWO_32);
  const topLow = Math.imul(high, otherHigh) >>> 0;
  const topHigh = Math.floor((high * otherHigh - topLow) * PER_TWO_32 + 0.5);
  const sum = topLow + crossHigh + otherCrossHigh + carry;
  const over = Math.floor(sum * PER_TWO_32);
  productHigh = topHigh + over;
  productLow = sum - over * TWO_32;
}

/** Puts the digits of a positive finite number into `digits`. */
export function generateShortest(value: number): void {
  asDouble[0] = value;
  const biased = asWords[1] >>> 20;
  let fraction = (asWords[1] & 0xfffff) * TWO_32 + asWords[0];
  let exponent = biased === 0 ? -1074 : biased - 1075;
  if (biased !== 0) fraction += 2 ** 52;
  const narrow = fraction === 2 ** 52;
  let half = 1024;
  for (; fraction < 2 ** 52; fraction *= 2) {
    half *= 2;
    exponent--;
  }
  exponent -= 11;
  const high = Math.floor(fraction / 2 ** 21);
  const low = (fraction % 2 ** 21) * 2 ** 11;
  const power = findPower(exponent);
  const scaleHigh = powerHigh[power];
  const scaleLow = powerLow[power];
  // The product's exponent is -60 to -32: the whole part is what lies above bit `-exponent`.
  const one = 2 ** (-(exponent + powerExponent[power] + 64) - 32);

  const upperSum = low + (half % TWO_32);
  const upperCarry = upperSum >= TWO_32 ? 1 : 0;
  multiply(
    high + Math.floor(half / TWO_32) + upperCarry,
    upperSum - upperCarry * TWO_32,
    scaleHigh,
    scaleLow,
  );
  let upperHigh = productHigh;
  let upperLow = productLow - 1;
  if (upperLow < 0) {
    upperLow += TWO_32;
    upperHigh--;
  }
  const lowerHalf = narrow ? half / 2 : half;
  const lowerDifference = low - (lowerHalf % TWO_32);
  const lowerBorrow = lowerDifference < 0 ? 1 : 0;
  multiply(
    high - Math.floor(lowerHalf / TWO_32) - lowerBorrow,
    lowerDifference + lowerBorrow * TWO_32,
    scaleHigh,
    scaleLow,
  );
  const lowerSum = productLow + 1;
  const lowerCarry = lowerSum >= TWO_32 ? 1 : 0;
  const lowerHigh = productHigh + lowerCarry;
  const lowerLow = lowerSum - lowerCarry * TWO_32;

  multiply(high, low, scaleHigh, scaleLow);
  const distanceBorrow = upperLow < productLow ? 1 : 0;
  const deltaBorrow = upperLow < lowerLow ? 1 : 0;
  digitScale = -(POWER_FIRST + power * POWER_STEP);
  generateDigits(
    upperHigh,
    upperLow,
    upperHigh - lowerHigh - deltaBorrow,
    upperLow - lowerLow + deltaBorrow * TWO_32,
    upperHigh - productHigh - distanceBorrow,
    upperLow - productLow + distanceBorrow * TWO_32,
    one,
  );
}

/** The cached power that brings a 64-bit number with this exponent to one from -60 to -32. */
function findPower(exponent: number): number {
  const decimal = Math.trunc(-(exponent + POWER_COUNT) * 0.30102999566398114);
  let index = Math.trunc((decimal - POWER_FIRST) / POWER_STEP);
  for (;;) {
    const product = exponent + powerExponent[index] + 64;
    if (product < -60) index++;
    else if (product > -32) index--;
    else return index;
  }
}

/** One is `one` * 2^32 in the units of the others: upper bound, its distance to the lower one, and to the number itself. */
function generateDigits(
  upperHigh: number,
  upperLow: number,
  deltaHigh: number,
  deltaLow: number,
  distanceHigh: number,
  distanceLow: number,
  one: number,
): void {
  let whole = Math.floor(upperHigh / one);
  let restHigh = upperHigh - whole * one;
  let count = 0;
  let power = 1e9;
  for (let scale = 9; scale >= 0; scale--) {
    const digit = Math.floor(whole / power);
    if (digit !== 0 || count !== 0) digits[count++] = digit;
    whole -= digit * power;
    const leftHigh = whole * one + restHigh;
    if (leftHigh < deltaHigh || (leftHigh === deltaHigh && upperLow <= deltaLow)) {
      digitScale += scale;
      digitCount = count;
      lowerLastDigit(deltaHigh, deltaLow, leftHigh, upperLow, power * one, distanceHigh, distanceLow);
      return;
    }
    power /= 10;
  }
  let restLow = upperLow;
  for (;;) {
    const rest = restLow * 10;
    const restCarry = Math.floor(rest * PER_TWO_32);
    restLow = rest - restCarry * TWO_32;
    restHigh = restHigh * 10 + restCarry;
    const delta = deltaLow * 10;
    const deltaCarry = Math.floor(delta * PER_TWO_32);
    deltaLow = delta - deltaCarry * TWO_32;
    deltaHigh = deltaHigh * 10 + deltaCarry;
    const distance = distanceLow * 10;
    const distanceCarry = Math.floor(distance * PER_TWO_32);
    distanceLow = distance - distanceCarry * TWO_32;
    distanceHigh = distanceHigh * 10 + distanceCarry;
    digitScale--;
    const digit = Math.floor(restHigh / one);
    if (digit !== 0 || count !== 0) digits[count++] = digit;
    restHigh -= digit * one;
    if (restHigh < deltaHigh || (restHigh === deltaHigh && restLow < deltaLow)) {
      digitCount = count;
      lowerLastDigit(deltaHigh, deltaLow, restHigh, restLow, one, distanceHigh, distanceLow);
      return;
    }
  }
}

/** Takes units off the last digit while the result stays in the interval and comes closer to the number. */
function lowerLastDigit(
  deltaHigh: number,
  deltaLow: number,
  leftHigh: number,
  leftLow: number,
  unitHigh: number,
  distanceHigh: number,
  distanceLow: number,
): void {
  let high = leftHigh;
  for (;;) {
    // Stop at the number or below it.
    if (high > distanceHigh || (high === distanceHigh && leftLow >= distanceLow)) return;
    // Stop when a unit more would leave the interval: delta - left < unit.
    const roomHigh = deltaHigh - high - (deltaLow < leftLow ? 1 : 0);
    if (roomHigh < unitHigh) return;
    const nextHigh = high + unitHigh;
    const nextBelow = nextHigh < distanceHigh || (nextHigh === distanceHigh && leftLow < distanceLow);
    if (!nextBelow && !isFarther(distanceHigh - high, nextHigh - distanceHigh, distanceLow - leftLow)) return;
    digits[digitCount - 1]--;
    high = nextHigh;
  }
}

/** Whether the number is farther from where we are (distance - left) than from the next step down (next - distance). */
function isFarther(aboveHigh: number, belowHigh: number, low: number): boolean {
  // above = aboveHigh * 2^32 + low; below = belowHigh * 2^32 - low, where low is between -2^32 and 2^32.
  return (aboveHigh - belowHigh) * TWO_32 + 2 * low > 0;
}
