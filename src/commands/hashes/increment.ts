/** Hot. Commands that count in a field. */
import { HINCRBY, HINCRBYFLOAT } from '../../keyspace/events.ts';
import {
  addExtended,
  type Extended,
  formatExtended,
  isFiniteExtended,
  parseExtended,
} from '../../memory/extended.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER, writeInteger } from '../../memory/integers.ts';
import { KEEP_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { NOT_A_FLOAT, NOT_AN_INTEGER } from '../errors.ts';
import { INT64_MAX, INT64_MIN, OVERFLOW } from '../strings/increment.ts';
import { deleteHash, findField, hashOf, isOpen, keepChanged, openOrCreate } from './lookup.ts';

const ZERO: Extended = { mantissa: 0n, exponent: 0 };
const digits = new Uint8Array(24);
const encoder = new TextEncoder();

/** HINCRBY key field increment */
export function hincrby(call: Call): void {
  const { arguments: words, reply } = call;
  const amount = parseInteger(words.bytes, words.start(3), words.end(3));
  if (Number.isNaN(amount)) return reply.error(NOT_AN_INTEGER);
  const wideAmount = amount === WIDE_INTEGER ? wideValue() : 0n;
  if (!openOrCreate(call)) return;
  const old = oldInteger(call);
  if (Number.isNaN(old)) return refuse(call, 'ERR hash value is not an integer');
  const sum = old + amount;
  if (Number.isSafeInteger(sum)) {
    store(call, digits, writeInteger(sum, digits, 0));
    keepChanged(call, HINCRBY);
    return reply.integer(sum);
  }
  const wideOld = old === WIDE_INTEGER ? wideValue() : BigInt(old);
  const wide = wideOld + (amount === WIDE_INTEGER ? wideAmount : BigInt(amount));
  if (wide > INT64_MAX || wide < INT64_MIN) return refuse(call, OVERFLOW);
  const text = encoder.encode(String(wide));
  store(call, text, text.length);
  keepChanged(call, HINCRBY);
  reply.bigInteger(wide);
}

/** HINCRBYFLOAT key field increment */
export function hincrbyfloat(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const amount = parseExtended(words.bytes, words.start(3), words.end(3));
  if (amount === null) return reply.error(NOT_A_FLOAT);
  if (!isFiniteExtended(amount)) return reply.error('ERR value is NaN or Infinity');
  if (!openOrCreate(call)) return;
  const hash = hashOf(call);
  let old: Extended | null = ZERO;
  if (findField(call, 2)) {
    hash.readValue();
    old = parseExtended(hash.value.bytes, hash.value.start, hash.value.end);
  } else if (!isOpen() && !openOrCreate(call)) {
    return;
  }
  if (old === null) return refuse(call, 'ERR hash value is not a float');
  const sum = addExtended(old, amount);
  if (sum === null || !isFiniteExtended(sum))
    return refuse(call, 'ERR increment would produce NaN or Infinity');
  const text = encoder.encode(formatExtended(sum));
  store(call, text, text.length);
  keepChanged(call, HINCRBYFLOAT);
  reply.bulk(text, 0, text.length);
  if (!call.propagates) return;
  // Others need not compute alike; setting a field takes its expiry, though.
  call.propagate('HSET', words.copy(1), words.copy(2), text);
  hash.find(words.bytes, words.start(2), words.end(2));
  if (hash.expiry > keyspace.now)
    call.propagate('HPEXPIREAT', words.copy(1), String(hash.expiry), 'FIELDS', '1', words.copy(2));
}

/** The integer in the field at word 2, 0 without one; WIDE_INTEGER, or NaN if it is none. */
function oldInteger(call: Call): number {
  if (!findField(call, 2)) {
    // A hash whose last field has just expired went with it.
    if (!isOpen()) openOrCreate(call);
    return 0;
  }
  const hash = hashOf(call);
  hash.readValue();
  return parseInteger(hash.value.bytes, hash.value.start, hash.value.end);
}

function wideValue(): bigint {
  return (BigInt(int64High) << 32n) | BigInt(int64Low >>> 0);
}

function store(call: Call, text: Uint8Array, length: number): void {
  const { arguments: words } = call;
  hashOf(call).set(words.bytes, words.start(2), words.end(2), text, 0, length, KEEP_EXPIRY);
}

/** Replies with an error; a hash that was created for the command goes. */
function refuse(call: Call, error: string): void {
  if (hashOf(call).count === 0) deleteHash(call);
  call.reply.error(error);
}
