/** Hot. Commands that let keys expire. */
import { DEL, EXPIRE } from '../../keyspace/events.ts';
import { expiryHighOf, expiryLowOf, flagsOf, HAS_EXPIRY, writeExpiryWords } from '../../keyspace/record.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { invalidExpire, NOT_AN_INTEGER } from '../errors.ts';

const SECONDS = 1000;
const MILLISECONDS = 1;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Conditions, as bits. */
const IF_NONE = 1;
const IF_ANY = 2;
const IF_GREATER = 4;
const IF_LESS = 8;
const INVALID = -1;
/** How much of an unknown option its error shows. */
const QUOTED_BYTES_MAX = 32768;

/** EXPIRE key seconds [NX|XX|GT|LT] */
export function expire(call: Call): void {
  setExpiry(call, 'expire', SECONDS, call.keyspace.now);
}

/** PEXPIRE key milliseconds [NX|XX|GT|LT] */
export function pexpire(call: Call): void {
  setExpiry(call, 'pexpire', MILLISECONDS, call.keyspace.now);
}

/** EXPIREAT key unix-time-seconds [NX|XX|GT|LT] */
export function expireat(call: Call): void {
  setExpiry(call, 'expireat', SECONDS, 0);
}

/** PEXPIREAT key unix-time-milliseconds [NX|XX|GT|LT] */
export function pexpireat(call: Call): void {
  setExpiry(call, 'pexpireat', MILLISECONDS, 0);
}

/** The moment that `readMoment` has read, in milliseconds of the epoch, not negative: high * 2^32 + (low >>> 0). */
let momentHigh = 0;
let momentLow = 0;

function setExpiry(call: Call, command: string, unit: number, base: number): void {
  const { arguments: words, keyspace, reply, database } = call;
  const condition = readCondition(call);
  if (condition === INVALID || !readMoment(call, command, unit, base)) return;
  const { bytes } = words;
  const start = words.start(1);
  const end = words.end(1);
  const record = database.write(bytes, start, end);
  if (record === 0 || !holds(call, record, condition)) return reply.flag(false);
  if (keyspace.deletesExpired && momentHigh * 4294967296 + (momentLow >>> 0) <= keyspace.now) {
    database.removeFound(record);
    keyspace.changed(database, DEL, bytes, start, end);
    call.propagateDeletion(1, keyspace.lazyFree.unlinksExpired);
  } else {
    const moved = database.setExpiryFound(record, 0);
    writeExpiryWords(keyspace.arena, moved, momentHigh, momentLow);
    keyspace.changed(database, EXPIRE, bytes, start, end);
    if (call.propagates)
      call.propagateWords(['PEXPIREAT', words.copy(1), momentText(), ...words.copyAll().slice(3)]);
  }
  reply.flag(true);
}

/** The IF_ bits of the words behind the moment; INVALID after having replied with an error. */
function readCondition(call: Call): number {
  const { arguments: words, reply } = call;
  let condition = 0;
  for (let i = 3; i < words.count; i++) {
    if (words.is(i, 'nx')) condition |= IF_NONE;
    else if (words.is(i, 'xx')) condition |= IF_ANY;
    else if (words.is(i, 'gt')) condition |= IF_GREATER;
    else if (words.is(i, 'lt')) condition |= IF_LESS;
    else {
      reply.error(`ERR Unsupported option ${words.quoted(i, QUOTED_BYTES_MAX)}`);
      return INVALID;
    }
  }
  if ((condition & IF_NONE) !== 0 && condition !== IF_NONE) {
    reply.error('ERR NX and XX, GT or LT options at the same time are not compatible');
    return INVALID;
  }
  if ((condition & IF_GREATER) !== 0 && (condition & IF_LESS) !== 0) {
    reply.error('ERR GT and LT options at the same time are not compatible');
    return INVALID;
  }
  return condition;
}

/** Reads word 2, in units of `unit` milliseconds from `base` on; returns false after having replied with an error. */
function readMoment(call: Call, command: string, unit: number, base: number): boolean {
  const words = call.arguments;
  const amount = parseInteger(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(amount)) {
    call.reply.error(NOT_AN_INTEGER);
    return false;
  }
  const moment = amount * unit + base;
  if (moment > Number.MAX_SAFE_INTEGER || moment < -Number.MAX_SAFE_INTEGER)
    return readWideMoment(call, command, amount, unit, base);
  const positive = Math.max(0, moment);
  momentHigh = Math.floor(positive / 4294967296);
  momentLow = positive | 0;
  return true;
}

function readWideMoment(call: Call, command: string, amount: number, unit: number, base: number): boolean {
  const units =
    amount === WIDE_INTEGER ? (BigInt(int64High) << 32n) | BigInt(int64Low >>> 0) : BigInt(amount);
  const moment = units * BigInt(unit) + BigInt(base);
  if (units * BigInt(unit) < INT64_MIN || moment > INT64_MAX) {
    call.reply.error(invalidExpire(command));
    return false;
  }
  momentHigh = moment < 0n ? 0 : Number(moment >> 32n);
  momentLow = moment < 0n ? 0 : Number(BigInt.asIntN(32, moment));
  return true;
}

function momentText(): string {
  return String((BigInt(momentHigh) << 32n) | BigInt(momentLow >>> 0));
}

/** Whether the record's expiry allows the new one. No expiry is later than any. */
function holds(call: Call, record: number, condition: number): boolean {
  if (condition === 0) return true;
  const { arena } = call.keyspace;
  if ((flagsOf(arena, record) & HAS_EXPIRY) === 0) return (condition & (IF_ANY | IF_GREATER)) === 0;
  if (condition === IF_NONE) return false;
  const high = momentHigh - expiryHighOf(arena, record);
  const later = high !== 0 ? high : (momentLow >>> 0) - (expiryLowOf(arena, record) >>> 0);
  if ((condition & IF_GREATER) !== 0) return later > 0;
  return (condition & IF_LESS) === 0 || later < 0;
}
