/** Cold. Numbers as C's own functions read them, for the options that Redis reads so. */
import { LONG_MAX, LONG_MIN } from './number.ts';

/** A decimal number, spaces and a sign before it; beyond 64 bits it is the nearest that fits. Nothing is zero. */
export function parseLong(text: string): bigint | undefined {
  if (text === '') return 0n;
  const digits = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/.exec(text);
  if (!digits) return undefined;
  const value = digits[1] === '-' ? -BigInt(digits[2]) : BigInt(digits[2]);
  if (value > LONG_MAX) return LONG_MAX;
  return value < LONG_MIN ? LONG_MIN : value;
}

/** Its lowest 32 bits, as a signed number. */
export function toInt(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

/** A floating-point number, decimal or hexadecimal, "inf" too; undefined for anything else and for what overflows. */
export function parseDouble(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const magnitude = text.replace(/^[+-]/, '');
  if (/^inf(?:inity)?$/i.test(magnitude)) return sign * Number.POSITIVE_INFINITY;
  const value = parseHexadecimal(magnitude) ?? parseDecimal(magnitude);
  return value === undefined || !Number.isFinite(value) ? undefined : sign * value;
}

function parseDecimal(text: string): number | undefined {
  return /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : undefined;
}

function parseHexadecimal(text: string): number | undefined {
  const parts = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?$/i.exec(text);
  if (!parts || parts[1] + parts[2] === '') return undefined;
  const digits = Number.parseInt(parts[1] + parts[2], 16);
  return digits * 2 ** (Number(parts[3] ?? 0) - 4 * parts[2].length);
}
