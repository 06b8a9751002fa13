/** Warm. The two ways in which INCREX counts. */
import { INCRBY, INCRBYFLOAT, type KeyspaceEvent } from '../../keyspace/events.ts';
import {
  addExtended,
  compareExtended,
  EXTENDED_MAX,
  type Extended,
  formatExtended,
  isFiniteExtended,
  negateExtended,
  parseExtended,
} from '../../memory/extended.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_A_FLOAT, NOT_AN_INTEGER } from '../errors.ts';
import { bigIntegerOf, INT64_MAX, INT64_MIN, OVERFLOW, storeInteger, wideInteger } from './increment.ts';
import { extendedOf, storeText } from './increment-float.ts';

/** Arithmetic, and how its numbers are read, stored and told. */
export interface Counting<T> {
  readonly zero: T;
  readonly one: T;
  readonly minimum: T;
  readonly maximum: T;
  readonly event: KeyspaceEvent;
  /** The error for what is no number. */
  readonly notANumber: string;
  /** The error for a number that cannot be stored. */
  readonly overflow: string;
  /** The number that bytes [start, end) are, undefined if they are none. */
  parse(bytes: Uint8Array, start: number, end: number): T | undefined;
  /** The number that a string record holds, undefined if it holds none. */
  read(call: Call, record: number): T | undefined;
  /** Sets word 1, just looked up, to a number; returns the record. */
  store(call: Call, record: number, value: T, expiry: number): number;
  isStorable(value: T): boolean;
  add(left: T, right: T): T;
  subtract(left: T, right: T): T;
  /** Negative, 0 or positive, as `left` is less than, equal to or greater than `right`. */
  compare(left: T, right: T): number;
  text(value: T): string;
  reply(call: Call, value: T): void;
}

export const integers: Counting<bigint> = {
  zero: 0n,
  one: 1n,
  minimum: INT64_MIN,
  maximum: INT64_MAX,
  event: INCRBY,
  notANumber: NOT_AN_INTEGER,
  overflow: OVERFLOW,
  parse: parseBigInteger,
  read: bigIntegerOf,
  store: storeInteger,
  isStorable: (value) => value >= INT64_MIN && value <= INT64_MAX,
  add: (left, right) => left + right,
  subtract: (left, right) => left - right,
  compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0),
  text: String,
  reply: (call, value) => call.reply.bigInteger(value),
};

const encoder = new TextEncoder();
const ZERO: Extended = { mantissa: 0n, exponent: 0 };

export const fractions: Counting<Extended> = {
  zero: ZERO,
  one: { mantissa: 1n, exponent: 0 },
  minimum: negateExtended(EXTENDED_MAX),
  maximum: EXTENDED_MAX,
  event: INCRBYFLOAT,
  notANumber: NOT_A_FLOAT,
  overflow: 'ERR value or increment would produce Infinity',
  parse: (bytes, start, end) => parseExtended(bytes, start, end) ?? undefined,
  read: (call, record) => extendedOf(call, record) ?? undefined,
  store: (call, record, value, expiry) =>
    storeText(call, record, encoder.encode(formatExtended(value)), expiry),
  isStorable: isFiniteExtended,
  // Infinities are refused before they are added up.
  add: (left, right) => addExtended(left, right) ?? ZERO,
  subtract: (left, right) => addExtended(left, negateExtended(right)) ?? ZERO,
  compare: compareExtended,
  text: formatExtended,
  reply: (call, value) => call.reply.doubleText(formatExtended(value)),
};

function parseBigInteger(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const value = parseInteger(bytes, start, end);
  if (Number.isNaN(value)) return undefined;
  return value === WIDE_INTEGER ? wideInteger(int64High, int64Low) : BigInt(value);
}
