/** Hot. Commands that tell when keys expire, and PERSIST. */
import { PERSIST } from '../../keyspace/events.ts';
import { expiryHighOf, expiryLowOf, expiryOf } from '../../keyspace/record.ts';
import type { Call } from '../call.ts';

const NO_KEY = -2;
const NO_EXPIRY = -1;

/** TTL key */
export function ttl(call: Call): void {
  tell(call, 1000, true);
}

/** PTTL key */
export function pttl(call: Call): void {
  tell(call, 1, true);
}

/** EXPIRETIME key */
export function expiretime(call: Call): void {
  tell(call, 1000, false);
}

/** PEXPIRETIME key */
export function pexpiretime(call: Call): void {
  tell(call, 1, false);
}

/** PERSIST key */
export function persist(call: Call): void {
  const { arguments: words, keyspace, database } = call;
  const start = words.start(1);
  const end = words.end(1);
  const record = database.write(words.bytes, start, end);
  const expires = record !== 0 && expiryOf(keyspace.arena, record) >= 0;
  if (expires) {
    database.setExpiryFound(record, -1);
    keyspace.changed(database, PERSIST, words.bytes, start, end);
  }
  call.reply.flag(expires);
}

/** Replies with the expiry in units of `unit` milliseconds, from now or from the epoch on, rounded to the nearest. */
function tell(call: Call, unit: 1 | 1000, fromNow: boolean): void {
  const { arguments: words, reply, keyspace } = call;
  const { arena } = keyspace;
  const record = call.database.peek(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.integer(NO_KEY);
  const expiry = expiryOf(arena, record);
  if (expiry < 0) return reply.integer(NO_EXPIRY);
  if (expiry > Number.MAX_SAFE_INTEGER) return tellWide(call, record, unit, fromNow);
  const moment = fromNow ? Math.max(0, expiry - keyspace.now) : expiry;
  reply.integer(unit === 1 ? moment : Math.floor((moment + unit / 2) / unit));
}

/** `tell` for an expiry that no number holds exactly. */
function tellWide(call: Call, record: number, unit: 1 | 1000, fromNow: boolean): void {
  const { keyspace, reply } = call;
  const { arena } = keyspace;
  const expiry = (BigInt(expiryHighOf(arena, record)) << 32n) | BigInt(expiryLowOf(arena, record) >>> 0);
  const moment = fromNow ? expiry - BigInt(keyspace.now) : expiry;
  reply.bigInteger(unit === 1 ? moment : (moment + BigInt(unit / 2)) / BigInt(unit));
}
