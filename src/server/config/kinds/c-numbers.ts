/** Cold. Numbers as C's own functions read them, for the options that Redis reads so. */
import { INT_MAX, INT_MIN, LONG_MAX, LONG_MIN } from './number.ts';

/** A decimal number, spaces and a sign before it; beyond 64 bits it is the nearest that fits. */
export function parseLong(text: string): bigint | undefined {
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

/** A floating-point number, decimal or hexadecimal, "inf" too; undefined for anything else. */
export function parseDouble(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) {
    const magnitude = Number.parseInt(text.replace(/^[+-]/, ''), 16);
    return text.startsWith('-') ? -magnitude : magnitude;
  }
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text)) return undefined;
  return Number(text);
}

export function isInt(value: bigint): boolean {
  return value >= BigInt(INT_MIN) && value <= BigInt(INT_MAX);
}
