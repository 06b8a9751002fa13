/** Hot. The numbers that SORT goes by. */
import { parseDouble } from '../../memory/double-parse.ts';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LETTER_X = 0x78;

/**
 * Reads bytes[start, end) as SORT of Redis 8 does: decimal numbers, however large or small, infinities, and nothing for 0.
 * NaN for anything else, hexadecimal numbers included.
 */
export function parseWeight(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  const value = parseDouble(bytes, start, end);
  if (!Number.isNaN(value)) return isHexadecimal(bytes, start, end) ? Number.NaN : value;
  // As with a C string, what stands behind a zero byte does not count.
  const zero = bytes.subarray(start, end).indexOf(0);
  if (zero >= 0) return parseWeight(bytes, start, start + zero);
  // What overflows, or rounds to zero, is a number here.
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 1000)));
  return end - start < 1000 && DECIMAL.test(text) ? Number(text) : Number.NaN;
}

function isHexadecimal(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end && at < start + 3; at++) if ((bytes[at] | 32) === LETTER_X) return true;
  return false;
}
