/** Warm. How many different elements the registers tell of. Source: O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017). */
import { REGISTER_MAX, REGISTERS } from './format.ts';

const ALPHA_INFINITY = 1 / (2 * Math.LN2);

const histogram = new Int32Array(64);

/** The estimate for registers given as a byte each; a whole number. */
export function estimate(registers: Uint8Array): number {
  histogram.fill(0);
  for (let i = 0; i < REGISTERS; i++) histogram[registers[i]]++;
  let z = REGISTERS * tau((REGISTERS - histogram[REGISTER_MAX]) / REGISTERS);
  for (let value = REGISTER_MAX - 1; value >= 1; value--) z = (z + histogram[value]) * 0.5;
  z += REGISTERS * sigma(histogram[0] / REGISTERS);
  return Math.round((ALPHA_INFINITY * REGISTERS * REGISTERS) / z);
}

/** Corrects for registers that are full. */
function tau(fraction: number): number {
  if (fraction === 0 || fraction === 1) return 0;
  let x = fraction;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

/** Corrects for registers that are empty. */
function sigma(fraction: number): number {
  if (fraction === 1) return Number.POSITIVE_INFINITY;
  let x = fraction;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}
