/** Cold. Whole numbers, amounts of memory, and file permissions. They are kept exact: 64-bit values exceed a double. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

export const INT_MIN = -2147483648;
export const INT_MAX = 2147483647;
export const UNSIGNED_INT_MAX = 4294967295;
export const PORT_MAX = 65535;
export const LONG_MIN = -9223372036854775808n;
export const LONG_MAX = 9223372036854775807n;
export const UNSIGNED_LONG_MAX = 18446744073709551615n;

/** Moves an accepted value to where the server can work with it. */
type Adjust = (value: bigint) => bigint;

function keep(value: bigint): bigint {
  return value;
}

function printNumber(value: bigint): string {
  return String(value);
}

/** A 64-bit integer in its only spelling: no plus sign, no leading zero, no space. */
function parseInteger(text: string): bigint | undefined {
  if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined;
}

function outside(value: bigint, least: bigint, most: bigint): Rejection | undefined {
  if (value >= least && value <= most) return undefined;
  return new Rejection(`argument must be between ${least} and ${most} inclusive`);
}

export function integer(least: number | bigint, most: number | bigint, adjust: Adjust = keep): Kind<bigint> {
  return {
    empty: 0n,
    parse(words) {
      if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
      const value = parseInteger(words[0]);
      if (value === undefined) return new Rejection("argument couldn't be parsed into an integer");
      return outside(value, BigInt(least), BigInt(most)) ?? adjust(value);
    },
    print: printNumber,
    lines: (value, initial) => oneLine(value, initial, printNumber),
  };
}

const KILO = 1024n;
const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: KILO,
  m: 1000_000n,
  mb: KILO * KILO,
  g: 1000_000_000n,
  gb: KILO * KILO * KILO,
};
/** More digits than that are no number to Redis. */
const DIGITS_MAX = 127;

/**
 * Digits and a unit in any letter case, as an unsigned 64-bit number: the digits stop at the largest, multiplying by the
 * unit wraps around. No digits are zero. Undefined when it is something else.
 */
export function parseMemory(text: string): bigint | undefined {
  const parts = /^([0-9]*)([a-z]*)$/i.exec(text);
  if (!parts || parts[1].length > DIGITS_MAX) return undefined;
  const unit = UNITS[parts[2].toLowerCase()];
  if (unit === undefined) return undefined;
  const digits = BigInt(parts[1]);
  return BigInt.asUintN(64, (digits > UNSIGNED_LONG_MAX ? UNSIGNED_LONG_MAX : digits) * unit);
}

/** With the largest unit that divides it. */
export function writeMemory(value: bigint): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    if (value !== 0n && value % UNITS[unit] === 0n) return `${value / UNITS[unit]}${unit}`;
  }
  return String(value);
}

export function memory(least: number | bigint, most: number | bigint, adjust: Adjust = keep): Kind<bigint> {
  return {
    empty: 0n,
    parse(words) {
      if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
      const value = parseMemory(words[0]);
      if (value === undefined) return new Rejection('argument must be a memory value');
      return outside(value, BigInt(least), BigInt(most)) ?? adjust(value);
    },
    print: printNumber,
    lines: (value, initial) => oneLine(value, initial, printNumber, writeMemory),
  };
}

function printMemoryOrPercent(value: bigint): string {
  return value < 0n ? `${-value}%` : String(value);
}

/** Memory, or a part of the whole: "5%" is kept as -5. */
export const memoryOrPercent: Kind<bigint> = {
  empty: 0n,
  parse(words) {
    if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const value = parseMemoryOrPercent(words[0]);
    if (value === undefined) return new Rejection('argument must be a memory or percent value');
    if (value < -100n) return new Rejection('percentage argument must be less or equal to 100');
    return value;
  },
  print: printMemoryOrPercent,
  lines: (value, initial) =>
    oneLine(value, initial, printMemoryOrPercent, (written) =>
      written < 0n ? printMemoryOrPercent(written) : writeMemory(written),
    ),
};

function parseMemoryOrPercent(text: string): bigint | undefined {
  if (text.endsWith('%')) {
    const percent = parseInteger(text.slice(0, -1));
    return percent === undefined || percent < 0n ? undefined : -percent;
  }
  const amount = parseMemory(text);
  return amount === undefined ? undefined : BigInt.asIntN(64, amount);
}

const PERMISSIONS_MAX = 0o777n;

function printOctal(value: bigint): string {
  return value.toString(8);
}

/** Permissions of a file, in octal. */
export const permissions: Kind<bigint> = {
  empty: 0n,
  parse(words) {
    if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const digits = /^[ \t\n\v\f\r]*([+-]?)([0-7]*)$/.exec(words[0]);
    const magnitude = digits ? BigInt(`0o0${digits[2]}`) : UNSIGNED_LONG_MAX;
    if (magnitude > LONG_MAX) return new Rejection("argument couldn't be parsed as an octal number");
    const value = digits?.[1] === '-' ? -magnitude : magnitude;
    if (value >= 0n && value <= PERMISSIONS_MAX) return value;
    return new Rejection(`argument must be between 0 and ${printOctal(PERMISSIONS_MAX)} inclusive`);
  },
  print: printOctal,
  lines: (value, initial) => oneLine(value, initial, printOctal),
};
