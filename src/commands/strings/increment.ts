/** Hot. Commands that count with whole numbers. */

import { INCRBY } from '../../keyspace/events.ts';
import { encodingOf, fixedIndexOf, TYPE_STRING, typeOf, wordsOf } from '../../keyspace/record.ts';
import { KEEP_EXPIRY, replaceInteger, setInteger, setWords } from '../../keyspace/string-value.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { ENCODING_INT } from '../../values/encoding.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, WRONG_TYPE } from '../errors.ts';

export const OVERFLOW = 'ERR increment or decrement would overflow';
export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** INCR key */
export function incr(call: Call): void {
  add(call, 1, 0n);
}

/** DECR key */
export function decr(call: Call): void {
  add(call, -1, 0n);
}

/** INCRBY key increment */
export function incrby(call: Call): void {
  addWord(call, 1n);
}

/** DECRBY key decrement */
export function decrby(call: Call): void {
  addWord(call, -1n);
}

/** Adds the integer at word 2, or takes it away. */
function addWord(call: Call, sign: 1n | -1n): void {
  const { arguments: words, reply } = call;
  const amount = parseInteger(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(amount)) return reply.error(NOT_AN_INTEGER);
  if (amount !== WIDE_INTEGER) return add(call, sign === 1n ? amount : -amount, 0n);
  const wide = wideInteger(int64High, int64Low);
  if (sign === -1n && wide === INT64_MIN) return reply.error('ERR decrement would overflow');
  add(call, Number.NaN, wide * sign);
}

/** Adds `amount`, or `wide` when that is no safe integer (NaN), and replies with the sum. */
function add(call: Call, amount: number, wide: bigint): void {
  const { arguments: words, reply, database } = call;
  const { arena } = call.keyspace;
  const start = words.start(1);
  const end = words.end(1);
  const record = database.write(words.bytes, start, end);
  let old = 0;
  if (record !== 0) {
    if (typeOf(arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
    old = integerOf(call, record);
    if (Number.isNaN(old)) return reply.error(NOT_AN_INTEGER);
  }
  const sum = old + amount;
  if (sum > Number.MAX_SAFE_INTEGER || sum < -Number.MAX_SAFE_INTEGER || Number.isNaN(sum)) {
    return addWide(
      call,
      record,
      old === WIDE_INTEGER ? wideInteger(wideHigh, wideLow) : BigInt(old),
      Number.isNaN(amount) ? wide : BigInt(amount),
    );
  }
  if (record !== 0 && encodingOf(arena, record) === ENCODING_INT) replaceInteger(arena, record, sum);
  else setInteger(database, record, words.bytes, start, end, sum, KEEP_EXPIRY);
  call.keyspace.changed(database, INCRBY, words.bytes, start, end);
  reply.integer(sum);
}

/** The rare sum that leaves the safe integers, or comes back to them. */
function addWide(call: Call, record: number, old: bigint, amount: bigint): void {
  const { arguments: words, reply, database } = call;
  const sum = old + amount;
  if (sum < INT64_MIN || sum > INT64_MAX) return reply.error(OVERFLOW);
  storeInteger(call, record, sum, KEEP_EXPIRY);
  call.keyspace.changed(database, INCRBY, words.bytes, words.start(1), words.end(1));
  reply.bigInteger(sum);
}

/** Sets the key just looked up, word 1, to a 64-bit integer. Returns the record. */
export function storeInteger(call: Call, record: number, value: bigint, expiry: number): number {
  const { arguments: words, database } = call;
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return setWords(database, record, words.bytes, words.start(1), words.end(1), low, high, expiry);
}

export function wideInteger(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** The integer that a string record holds, undefined if it holds none. */
export function bigIntegerOf(call: Call, record: number): bigint | undefined {
  const value = integerOf(call, record);
  if (Number.isNaN(value)) return undefined;
  return value === WIDE_INTEGER ? wideInteger(wideHigh, wideLow) : BigInt(value);
}

/** The words of the last wide integer that `integerOf` met. */
let wideHigh = 0;
let wideLow = 0;

/** The integer that a string holds; WIDE_INTEGER (then see `wideHigh`, `wideLow`) or NaN as `parseInteger` returns them. */
function integerOf(call: Call, record: number): number {
  const { arena } = call.keyspace;
  if (encodingOf(arena, record) === ENCODING_INT) {
    const words = wordsOf(arena, record);
    const fixed = fixedIndexOf(arena, record);
    wideHigh = words[fixed + 1];
    wideLow = words[fixed];
    const value = wideHigh * 4294967296 + (wideLow >>> 0);
    return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER ? value : WIDE_INTEGER;
  }
  const { view } = call;
  view.read(arena, record);
  const value = parseInteger(view.bytes, view.start, view.end);
  wideHigh = int64High;
  wideLow = int64Low;
  return value;
}
